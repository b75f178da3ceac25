"""How large the units of calibration records are where the promise is made.

A test by units must weigh each as much as it has records among those to be coded. Texts
of a file are looked up there. Those of a run's own split have all their records here;
in a much smaller file a text stands once by chance, however often it stood here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.data.sampling_units import TEXT
from han.decisions.labelled_paths import LabelledPaths
from han.planning.answers import Answers
from han.planning.calibration_records import CalibrationRecords

FOUND = 0.9  # of the texts of a file that must stand among the records to be coded
WHOLE = 0.95  # of its texts, that must be here with all their records
OFTEN = 3  # records of a text whose number elsewhere says more than chance
LEAST_FOUND = 20  # records elsewhere, to go by them


def sized_by(known: CalibrationRecords, answers: Answers) -> CalibrationRecords:
    """The same, with the sizes that its units have among the records to be coded.

    Args:
        known: Calibration records.
        answers: The records to be coded.
    """
    if known.unit != TEXT or answers.unit != TEXT:
        return known
    if not known.file:
        if not known.repeats_up_to(1).is_small(answers.records):
            return known
        return _in_small_file(known, answers, answers.records / known.drawn_from)
    there = Counter(answers.keys)
    if known.tested.weights is None and _is_drawn_by_text(known, there):
        return _looked_up(known, there, answers.records)
    return _scaled(known, there, answers.records)


def _is_drawn_by_text(known: CalibrationRecords, there: Mapping[str, int]) -> bool:
    """Whether a file seems to have whole texts of these records, or each text once.

    Records that were drawn one by one have some records of a text, more of frequent
    ones: its texts are no even sample of texts, and must not weigh as whole ones.
    """
    here = Counter([*known.keys, *known.reference_keys])
    found = {text: count for text, count in here.items() if there[text]}
    if not found or len(found) < FOUND * len(here):
        return False
    if max(found.values()) == 1:
        return True
    whole = sum(count % there[text] == 0 for text, count in found.items())
    return whole >= WHOLE * len(found)


class _Sizes(NamedTuple):
    """Which records of units are kept, and what each stands for."""

    kept: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    scale: npt.NDArray[np.float64]


def _sizes(
    keys: Sequence[str], units: npt.NDArray[np.integer], there: Mapping[str, int]
) -> _Sizes:
    """As many records of each unit as it has there, at most: more are drawn twice."""
    size = np.array([there[key] for key in keys], np.int64)
    order = np.argsort(units, kind="stable")
    starts = np.flatnonzero(np.diff(units[order], prepend=-1))
    lengths = np.diff(np.append(starts, len(order)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    count = np.empty(len(order), np.int64)
    count[order] = np.repeat(lengths, lengths)
    kept = np.flatnonzero(rank < size)
    scale = size[kept] / np.minimum(count, size)[kept]
    return _Sizes(kept, size[kept], scale)


def _looked_up(
    known: CalibrationRecords, there: Mapping[str, int], records: int
) -> CalibrationRecords:
    """Each distinct text once, with as many records as it has there.

    Distinct texts of a sample, with replacement or without, are a simple random sample
    of all texts.
    """
    tested, keys = _part(known.tested, known.keys, there)
    reference, others = _part(known.reference, known.reference_keys, there)
    return replace(
        known,
        tested=tested,
        keys=keys,
        reference=reference,
        reference_keys=others,
        drawn_from=records,
    )


def _part(
    records: LabelledPaths, keys: Sequence[str], there: Mapping[str, int]
) -> tuple[LabelledPaths, tuple[str, ...]]:
    if records.units is None:
        return records, tuple(keys)
    kept, sizes, scale = _sizes(keys, records.units, there)
    chosen = tuple(keys[row] for row in kept.tolist())
    return replace(records.take(kept), sizes=sizes, scale=scale), chosen


def _scaled(
    known: CalibrationRecords, there: Mapping[str, int], records: int
) -> CalibrationRecords:
    """On the scale that the texts of a file have in other records.

    A file may be a whole wave, or some texts of one with all their records: how often
    its texts stand in the records to be coded tells. Where they hardly do, they count
    as often there as here.
    """
    here = Counter(known.keys)
    often = [key for key, count in here.items() if count >= OFTEN] or list(here)
    found = sum(there[key] for key in often)
    if found < LEAST_FOUND:
        return replace(known, drawn_from=max(known.drawn_from, records))
    share = sum(here[key] for key in often) / found
    return replace(known, drawn_from=max(1, round(share * records)))


def _in_small_file(
    known: CalibrationRecords, answers: Answers, share: float
) -> CalibrationRecords:
    """For texts that stand once in a file of a share of the records.

    A text of s records among all has `s (1 - share)^(s - 1)` times `share` records, on
    average, that stand there alone: so much does it weigh. Texts that stand there twice
    are frequent ones.
    """
    parts = known.tested, known.reference
    most = max(int(part.repeats.max(initial=1)) for part in parts)
    sizes = np.arange(1, most + 1)
    largest = float((sizes * (1 - share) ** (sizes - 1)).max())
    tested, reference = (
        replace(
            part,
            sizes=np.ones(len(part), np.int64),
            scale=(1 - share) ** (part.repeats - 1.0),
            largest=largest,
        )
        for part in parts
    )
    return replace(
        known, tested=tested, reference=reference, drawn_from=answers.records
    )
