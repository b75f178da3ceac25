"""Where `han.predict` sends labelled records by the plan that a run applies."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.data.examples import Examples, Origin
from han.data.sampling_units import TEXT
from han.decisions.coded_records import CodedRecords
from han.decisions.repeat_limit import BY_THRESHOLDS
from han.decisions.routing import Routed
from han.decisions.unit_repeats import Repeats, UnitCounts, unit_hashes
from han.errors import InputError
from han.experiment.labelled_rows import names_of
from han.experiment.row_sources import Source
from han.runs.classifier import Classifier
from han.runs.router import Router, TextRoutes
from han.runs.routing_policy import RoutingPolicy

logger = logging.getLogger(__name__)
NO_ROUTES = "The page is without routes: %s"
UNIT = "unit of the plan"  # name in `others` of the column by which a plan counts


@dataclass(frozen=True)
class AppliedRoutes:
    """Routes of `n` records.

    Attributes:
        policy: What sends them there.
        routed: Where each goes.
        frequent: Number of records whose unit stands too often for the thresholds.
        most: The most records of a unit that does not; None if all may.
        left_out: Number of records of which nothing is promised, since their texts were
            seen in training.
    """

    policy: RoutingPolicy
    routed: Routed
    frequent: int = 0
    most: int | None = None
    left_out: int = 0


def usable_router(classifier: Classifier) -> Router | None:
    """What routes records; a plan made for another model says nothing of this one."""
    try:
        return classifier.router
    except InputError as error:
        logger.warning(NO_ROUTES, error)
        return None


def unit_columns(
    router: Router | None, config: Config, source: Source
) -> dict[str, str]:
    """The column by which thresholds count repeats, to be read with the records.

    Nothing if they count texts or nothing, or the file lacks the column.
    """
    limit = router.policy.limit if router else None
    if limit is None or limit.unit == TEXT:
        return {}
    has_column = limit.unit in names_of(config, source, (limit.unit,))
    return {UNIT: limit.unit} if has_column else {}


def applied_routes(
    router: Router | None, examples: Examples, coded: CodedRecords, tree: Taxonomy
) -> AppliedRoutes | None:
    """Routes of labelled records, as if their whole file were coded.

    A part of the training file has all records of each of its units, so that these
    stand in the whole file as often as in the part.

    Args:
        router: What routes them.
        examples: The records, read with `unit_columns`.
        coded: The same, coded.
        tree: The code list of the run.

    Returns:
        None if nothing routes them; with a warning in the log if thresholds need texts
        that the run does not keep.
    """
    if router is None or examples.origin is None:
        return None
    try:
        return _routes(router, examples, examples.origin, coded, tree)
    except InputError as error:
        logger.warning(NO_ROUTES, error)
        return None


def _routes(
    router: Router,
    examples: Examples,
    origin: Origin,
    coded: CodedRecords,
    tree: Taxonomy,
) -> AppliedRoutes:
    policy, fields = router.policy, origin.records.fields.items()
    columns = {name: cells[origin.places].tolist() for name, cells in fields}
    counted = router.counted(columns, _repeats(policy, origin))
    routes = router.text_routes(columns, counted)
    manual = examples.texts.known_words == 0
    return AppliedRoutes(
        policy,
        routes.route(coded.paths, manual, tree),
        _num_frequent(routes),
        policy.limit.among(len(origin.records)) if policy.limit else None,
        router.num_left_out(columns),
    )


def _num_frequent(routes: TextRoutes) -> int:
    """Records that thresholds do not decide, as their text stands too often."""
    own = routes.own_levels
    return 0 if own is None else int((own != BY_THRESHOLDS).sum())


def _repeats(policy: RoutingPolicy, origin: Origin) -> Repeats | None:
    """Repeats among all records of the file; None if the units are not known."""
    limit, records, places = policy.limit, origin.records, origin.places
    if limit is None or (limit.unit != TEXT and UNIT not in records.others):
        return None
    if limit.unit == TEXT:
        keys = records.text_keys
    else:
        keys = [str(cell).strip() for cell in records.others[UNIT]]
    every = UnitCounts(unit_hashes(keys), limit).of(0, len(keys))
    counts, scaled = every.counts[places], every.scaled[places]
    return Repeats(counts, every.numbers[places], scaled, every.records)
