"""Records with sets of codes that a plan is made from, and those it is made for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from han.code_list.closure import BoolArray, closure
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets import SetRule, listed_nodes
from han.code_sets.level_codes import JudgedSets
from han.code_sets.set_decoding import stacked_sets
from han.code_sets.set_lists import missing_scores
from han.code_sets.set_plan import SetPlan, SetRoutes, route_sets
from han.config import Config
from han.data.sampling_units import ROW, unit_numbers
from han.decisions.calibration_split import calibration_part
from han.decisions.conformal_lists import ConformalSets
from han.errors import InputError
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.experiment.row_sources import Source
from han.planning.answers import Answers, answers_of, drawn_from
from han.planning.calibration_records import (
    calibration_source,
    kept_apart,
    no_calibration,
    seen_share,
)
from han.planning.planned_records import MAX_PLANNED_PROBABILITIES, ROWS
from han.runs.classifier import Classifier
from han.runs.promised_population import Population
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile
from han.text.text_encoder import EncodedTexts

Part = tuple[slice, EncodedTexts, npt.NDArray[np.floating]]


@dataclass(frozen=True, eq=False)
class SetCalibrationRecords:
    """Calibration records with words that the run knows, in their two parts.

    Attributes:
        tested: Those that test promises.
        reference: Those that may have fitted the calibration of probabilities.
        missing: 1 - probability of the least probable true code of records that make
            the lists, `(m,)`.
        missing_units: What these were drawn as, `(m,)`.
        drawn_from: Records that the texts were drawn from.
        about: For which records promises hold.
    """

    tested: JudgedSets
    reference: JudgedSets
    missing: npt.NDArray[np.floating]
    missing_units: npt.NDArray[np.int64]
    drawn_from: int
    about: Population

    def lists(self, coverage: float | None) -> ConformalSets | None:
        """Lists that hold all right codes with this probability, if any are asked."""
        if coverage is None:
            return None
        if self.about.unit == ROW:
            return ConformalSets.fit(self.missing, coverage)
        _, counts = np.unique(self.reference.units, return_counts=True)
        most = int(counts.max(initial=1))
        return ConformalSets.fit(
            self.missing, coverage, units=self.missing_units, most_rows=most
        )


def set_rule_of(classifier: Classifier) -> SetRule:
    """The rule by which a run gives sets."""
    return classifier.set_rule or SetRule.at_half(classifier.taxonomy)


def read_set_calibration(
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    file: DataFile | None,
    levels: Sequence[int],
    *,
    progress: bool = False,
    unit: str | None = None,
) -> SetCalibrationRecords:
    """The calibration records of a run with sets, coded.

    Args:
        run: The run.
        config: Its settings.
        classifier: The run, ready to code.
        file: Other labelled records instead, that it has not seen.
        levels: Levels with a target, the top one first.
        progress: Whether to show a bar.
        unit: What was drawn together: see `read_rows`.

    Raises:
        InputError: If there are none, or they were set aside by another unit.
    """
    rows, apart = _labelled(run, config, classifier, file, unit)
    judged, read, missing = _judged(classifier, rows, levels, progress)
    if not read.any():
        raise InputError(
            f"{rows.records.source}: no calibration record has words that the run "
            f"knows and a code. {no_calibration(run)}"
        )
    if rows.unit != ROW:
        judged = replace(judged, units=unit_numbers(rows.unit_keys))
    part, keys = calibration_part(rows.unit_keys, config.seed), rows.text_keys
    seen, scored = classifier.seen_texts, part & read & ~np.isnan(missing)
    tested = judged.take(read & part)
    about = Population(
        rows.unit,
        len(tested),
        len(np.unique(tested.units)),
        "" if file is None else rows.records.source,
        apart=apart,
        seen=None if seen is None else seen_share(seen, keys),
    )
    return SetCalibrationRecords(
        tested,
        judged.take(read & ~part),
        missing[scored],
        judged.units[scored],
        drawn_from(keys, rows.records.text_keys),
        about,
    )


def _labelled(
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    file: DataFile | None,
    unit: str | None,
) -> tuple[LabelledRows, str]:
    """Calibration records with codes; what stands there or in training, not in both."""
    source, advice = calibration_source(run, config, file), no_calibration(run)
    apart = kept_apart(config, source)
    if unit and apart != ROW and unit != apart:
        raise InputError(
            f"--cluster {unit}: the run's own calibration records were set aside by "
            f"{apart} (`data.split.group_by`), so that they count by it. Leave "
            "--cluster out, or give other labelled records: --calibration FILE."
        )
    every = read_rows(
        config, classifier, source, without_keys=True, advice=advice, unit=unit
    )
    rows = every.coded
    if not len(rows):
        raise InputError(f"{source.file}: no calibration record has a code. {advice}")
    return rows, apart


def _judged(
    classifier: Classifier, rows: LabelledRows, levels: Sequence[int], progress: bool
) -> tuple[JudgedSets, BoolArray, npt.NDArray[np.floating]]:
    """The sets of calibration records, whether they have known words, and scores."""
    rule, tree = set_rule_of(classifier), classifier.taxonomy
    judged, read, missing = [], [], []
    name = "calibration records" if progress else ""
    for here, texts, logs in _parts(classifier, rows, name):
        true = rows.true.nodes[here]
        judged.append(JudgedSets.of(rule.codes(logs), logs, true, tree, levels))
        read.append(texts.known_words > 0)
        missing.append(missing_scores(logs, true, tree))
    return JudgedSets.stacked(judged), np.concatenate(read), np.concatenate(missing)


def _parts(classifier: Classifier, rows: LabelledRows, name: str) -> Iterator[Part]:
    """Log-probabilities of some rows at a time; `name` is that of a bar, if any."""
    nodes = classifier.taxonomy.num_nodes
    size = max(256, min(ROWS, MAX_PLANNED_PROBABILITIES // nodes))
    with tqdm(total=len(rows), desc=f"coding {name}", disable=not name) as bar:
        for first in range(0, len(rows), size):
            here = slice(first, min(first + size, len(rows)))
            part = rows.take(np.arange(here.start, here.stop))
            texts = part.encode(classifier)
            yield here, texts, classifier.log_probabilities(texts)
            bar.update(len(part))


@dataclass(frozen=True, eq=False)
class SetWorkload:
    """Records to plan for, and where a plan sends them.

    Attributes:
        routed: Where each goes.
        true: True codes of each, `(n, A)`; none where they are not known.
        inside: 1 if all true codes are in the list, 0 if not, -1 if there is no list or
            no true code, `(n,)`.
        blank: Records without any word, `(n,)`.
        unread: Records without a word that the run knows, `(n,)`.
        answers: What is known of their texts.
    """

    routed: SetRoutes
    true: IntArray
    inside: npt.NDArray[np.int8]
    blank: BoolArray
    unread: BoolArray
    answers: Answers

    def __len__(self) -> int:
        """Number of records."""
        return len(self.blank)


def read_set_workload(
    config: Config,
    classifier: Classifier,
    source: Source,
    plan: SetPlan,
    *,
    progress: bool = False,
    unit: str | None = None,
) -> SetWorkload:
    """The records to plan for, coded and routed; labels if the file has them.

    Args:
        config: Settings of the run.
        classifier: The run, ready to code.
        source: The records.
        plan: What routes them.
        progress: Whether to show a bar.
        unit: What stands together: see `read_rows`.

    Raises:
        InputError: For bad data.
    """
    rows = read_rows(
        config,
        classifier,
        source,
        needs_codes=source.name is not None and bool(config.data.codes_file),
        without_keys=True,
        advice="Give DATA to plan for.",
        unit=unit,
    )
    answers = answers_of(rows, classifier.seen_texts)
    is_counted = plan.limit is not None and plan.limit.unit == answers.unit
    repeats = answers.repeats(plan.limit) if is_counted else None
    parts, inside, seen = [], [], []
    tree, name = classifier.taxonomy, "records" if progress else ""
    for here, texts, logs in _parts(classifier, rows, name):
        unread = texts.known_words == 0
        often = None if repeats is None else repeats[here]
        parts.append(route_sets(logs, tree, plan, repeats=often, manual=unread))
        inside.append(_inside(logs, rows.true.nodes[here], tree, plan))
        seen.append((texts.document_words == 0, unread))
    blank, unread = (np.concatenate(one) for one in zip(*seen, strict=True))
    return SetWorkload(
        _stacked(parts),
        rows.true.nodes,
        np.where(blank, -1, np.concatenate(inside)).astype(np.int8),
        blank,
        unread,
        answers,
    )


def _inside(
    logs: npt.NDArray[np.floating], true: IntArray, tree: Taxonomy, plan: SetPlan
) -> npt.NDArray[np.int8]:
    """Whether the list of each record has all its true codes; -1 if not known."""
    found = np.full(len(logs), -1, np.int8)
    known = np.flatnonzero((true != ROOT).any(axis=1))
    if plan.lists is not None and len(known):
        listed = listed_nodes(logs[known], plan.lists, tree)
        absent = closure(true[known], tree).toarray() & ~listed
        found[known] = ~absent.any(axis=1)
    return found


def _stacked(parts: Sequence[SetRoutes]) -> SetRoutes:
    """Routes of several blocks of records, one under the other."""
    return SetRoutes(
        np.concatenate([part.routes for part in parts]),
        stacked_sets([part.codes for part in parts]),
        np.concatenate([part.passed for part in parts]),
        stacked_sets([part.listed for part in parts]),
        np.concatenate([part.list_sizes for part in parts]),
        np.concatenate([part.loads for part in parts]),
    )
