"""All figures of a queue, as `stats.json` and `stats.csv` hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from han.review_figures.clerk_estimates import (
    CODED,
    clerk_accuracy,
    decided_size,
    whole_accuracy,
)
from han.review_figures.coder_agreement import (
    cohens_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    tree_alpha,
)
from han.review_figures.decision_times import BREAK, cost, times_by_kind
from han.review_figures.finished_batches import coded_once
from han.review_figures.machine_estimates import DomainEstimate, machine_accuracy
from han.review_figures.person_figures import (
    anchoring,
    pair_figures,
    person_figures,
    plain,
    share_figures,
)
from han.review_figures.queue_reading import QueueRecords
from han.review_figures.reviewed_answers import (
    CHECK,
    MISSING,
    SAMPLE,
    WORK,
    ReviewedQueue,
)
from han.review_figures.share_intervals import CONFIDENCE, share
from han.review_figures.truth_phases import Estimate

WHOLE_CODE = "whole"
Row = dict[str, Any]


def queue_figures(records: QueueRecords, least: int) -> dict[str, Any]:
    """What the decisions of a queue say.

    Args:
        records: The queue.
        least: Records below which there is no rate.

    Returns:
        `least`, `confidence`, `break_minutes`; `progress`; `times`, `cost`, `people`,
        `pairs`, `agreement`, `anchoring`; `estimates`, a flat row for each group of
        answers (`of`: machine, clerks, whole, open), level and way of counting.
    """
    queue, log = records.queue, records.log
    anybody = np.ones(len(queue.answers), bool)
    random = queue.answers.part != WORK
    return {
        "least": least,
        "confidence": CONFIDENCE,
        "break_minutes": BREAK / 60,
        "progress": {**progress(queue), "awaited": awaited(records)},
        "times": times_by_kind(log),
        "cost": cost(log, _open_decisions(queue)),
        "people": person_figures(queue, log, records.names, least),
        "pairs": pair_figures(log, records.names, least),
        "agreement": agreement(queue, least),
        "anchoring": {
            "random": anchoring(queue, random, least),
            "all": anchoring(queue, anybody, least),
        },
        "estimates": [
            row for by in counted_by(queue) for row in estimates(queue, by, least)
        ],
    }


def counted_by(queue: ReviewedQueue) -> list[str]:
    """Ways of counting that differ: `answers`, `rows`, `weight`."""
    found = ["answers"]
    for by in ("rows", "weight"):
        sizes = [one.size(by) for one in queue.strata]
        if sizes != [one.size(found[-1]) for one in queue.strata]:
            found.append(by)
    return found


def progress(queue: ReviewedQueue) -> dict[str, Any]:
    """How far the queue is, and how much of it can be counted."""
    answers = queue.answers
    batches = len(np.unique(answers.batch))
    waits = ~coded_once(answers)
    parts = {
        part: {
            "drawn": int((answers.part == part).sum()),
            "decided": int((answers.is_begun & (answers.part == part)).sum()),
            "counted": int((~waits & (answers.part == part)).sum()),
        }
        for part in (WORK, SAMPLE, CHECK)
    }
    return {
        "batches": batches,
        "batches_through": batches - len(np.unique(answers.batch[waits])),
        "parts": parts,
        "double": int(answers.double.sum()),
        "paired": int(answers.is_paired.sum()),
        "gold": int((answers.agrees & answers.is_settled).sum()),
        **_waiting(queue),
    }


def _waiting(queue: ReviewedQueue) -> dict[str, int]:
    """What waits for an adjudicator: `unsettled` differ, `unseen` are gold."""
    answers = queue.answers
    left = answers.is_paired & ~answers.is_settled
    unsettled = int((left & ~answers.agrees).sum())
    unseen = int((left & answers.agrees & answers.gold).sum())
    return {"unsettled": unsettled, "unseen": unseen, "waiting": unsettled + unseen}


def awaited(records: QueueRecords) -> list[dict[str, Any]]:
    """Whom second seats wait for: `name`, and how many `answers` they may take."""
    answers, log = records.queue.answers, records.log
    waits = answers.double & ((answers.first != MISSING) ^ (answers.second != MISSING))
    found = []
    for person in records.coders:
        own = log.answer[log.person == person]
        if number := int(waits.sum() - waits[np.unique(own)].sum()):
            found.append({"name": records.names[person], "answers": number})
    return found


def _open_decisions(queue: ReviewedQueue) -> int:
    answers = queue.answers
    wanted = 1 + answers.double.astype(int)
    given = (answers.first != MISSING).astype(int) + (answers.second != MISSING)
    return int((wanted - given).sum())


def agreement(queue: ReviewedQueue, least: int) -> dict[str, Any]:
    """Coefficients of agreement of answers that two coded, by level.

    Returns:
        `answers`; `levels`, a row for each level and the whole code with `raw` (see
        `share_figures`), `cohen`, `fleiss` and `alpha`; `tree_alpha`. Coefficients
        are None with fewer answers than `least`.
    """
    answers, tree = queue.answers, queue.tree
    paired = answers[answers.is_paired]
    codes = np.stack([paired.first, paired.second], 1)
    enough = len(codes) >= least
    rows = []
    for level in [*range(1, tree.num_levels + 1), WHOLE_CODE]:
        cut = codes if level == WHOLE_CODE else tree.cut(codes, int(level))
        found = {
            "cohen": cohens_kappa(cut[:, 0], cut[:, 1]),
            "fleiss": fleiss_kappa(cut),
            "alpha": krippendorff_alpha(cut, tree),
        }
        shown = {name: plain(v) if enough else None for name, v in found.items()}
        raw = share_figures(share(cut[:, 0] == cut[:, 1]), least)
        rows.append({"level": level, "raw": raw, **shown})
    both = plain(tree_alpha(codes, tree)) if enough else None
    return {"answers": len(codes), "levels": rows, "tree_alpha": both}


def estimates(queue: ReviewedQueue, by: str, least: int) -> Iterator[Row]:
    """Estimated accuracies, counted in one way: of machine, clerks, whole and open."""
    levels = [None, *range(1, queue.tree.num_levels + 1)]
    for method, depth, numbers in _groups(queue):
        for level in levels:
            reached = _reaching(queue, numbers, level)
            if len(reached):
                found = machine_accuracy(queue, reached, (CHECK,), by, level, least)
                yield _row("machine", level, by, found, method=method, code_level=depth)
    for level in levels:
        coded = np.flatnonzero([one.coded for one in queue.strata])
        reached = _reaching(queue, coded, level)
        machine = machine_accuracy(queue, reached, (CHECK,), by, level, least)
        whole = whole_accuracy(queue, machine, by, level, least)
        clerks = clerk_accuracy(queue, by, level, least)
        yield _row("clerks", level, by, clerks, size=decided_size(queue, by))
        sizes = whole.sizes
        size = sum(sizes[name] for name in ("machine", *CODED))
        yield _row("whole", level, by, whole.estimate, sizes=sizes, size=size)
        yield from _open(queue, by, level, least)


def _groups(queue: ReviewedQueue) -> Iterator[tuple[str, int | None, list[int]]]:
    """Strata of the machine by method and level, by method, and all together."""
    strata = queue.strata
    coded = [h for h, one in enumerate(strata) if one.coded]
    pairs = sorted({(strata[h].method, strata[h].level or 0) for h in coded})
    for method in sorted({strata[h].method for h in coded}):
        depths = [depth for name, depth in pairs if name == method]
        own = [h for h in coded if strata[h].method == method]
        for depth in depths:
            yield method, depth, [h for h in own if (strata[h].level or 0) == depth]
        if len(depths) > 1:
            yield method, None, own
    if coded:
        yield "all", None, coded


def _reaching(queue: ReviewedQueue, strata: Any, level: int | None) -> Any:
    """Strata whose codes go down to a level."""
    enough = [
        h for h in strata if level is None or (queue.strata[h].level or 0) >= level
    ]
    return np.array(enough, np.int64)


def _open(
    queue: ReviewedQueue, by: str, level: int | None, least: int
) -> Iterator[Row]:
    """The machine's first candidates where the random part of people's answers lies."""
    answers = queue.answers
    rest = np.unique(answers.stratum[answers.part == SAMPLE])
    if len(rest):
        found = machine_accuracy(queue, rest, (SAMPLE,), by, level, least)
        yield _row("open", level, by, found)


def _row(
    of: str,
    level: int | None,
    by: str,
    found: Estimate | DomainEstimate,
    **more: Any,
) -> Row:
    domain = found if isinstance(found, DomainEstimate) else None
    estimate = found.estimate if isinstance(found, DomainEstimate) else found
    is_known, same = estimate.is_known, plain(estimate.same.value)
    return {
        "of": of,
        "method": more.get("method"),
        "code_level": more.get("code_level"),
        "right_to": level or WHOLE_CODE,
        "by": by,
        "answers": domain.answers if domain else None,
        "size": domain.size if domain else more["size"],
        "unmeasured": domain.unmeasured if domain else None,
        "records": estimate.records,
        "same": same,
        "same_low": None if same is None else estimate.same.low,
        "same_high": None if same is None else estimate.same.high,
        "right": plain(estimate.value),
        "low": estimate.low if is_known else None,
        "high": estimate.high if is_known else None,
        "against": estimate.against,
        "doubles": estimate.doubles,
        "golds": estimate.golds,
        "unknown": estimate.unknown,
        "sizes": more.get("sizes"),
    }
