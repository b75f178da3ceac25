"""Labelled records that promises are made from, coded by a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.records import fingerprint
from han.data.sampling_units import ROW, TEXT, unit_numbers
from han.decisions.calibration_split import calibration_part
from han.decisions.conformal_lists import ConformalSets, Score
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.threshold_bands import Thresholds
from han.errors import InputError
from han.evaluation.seen_records import files_read
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.experiment.row_roles import as_in_experiment
from han.experiment.row_sources import Source, find_source
from han.planning.answers import drawn_from
from han.planning.planned_records import RowCoder
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.runs.seen_texts import SeenTexts
from han.tables.file_access import check_file
from han.tables.locations import DataFile

SPLIT_KEYS = "`data.split.calibration: 0.1` (or a file, `data.calibration`)"


@dataclass(frozen=True)
class CalibrationRecords:
    """Calibration records with words that the run knows, in their two parts.

    Others are never coded without a person, so that they choose no threshold. Lists
    are made for all that are not blank.

    Attributes:
        tested: Those that choose thresholds and lists.
        reference: Those that may have fitted the temperatures.
        true_scores: How unlikely the right full code of each of `tested` looks, where
            it is known.
        score_units: Number of the unit of each of these; None: drawn one by one.
        keys: Normalised text of each of `tested`; they stay in memory.
        reference_keys: The same of `reference`.
        unit: What was drawn together: `text`, `none` or a column.
        drawn_from: Number of records that the texts were drawn from: see `drawn_from`
            of `han.planning.answers`.
        file: Name of the file, if it is not the run's own.
        apart: What stands in training or here, not in both: as `unit`; `none` if
            nothing does.
        seen: Share of `tested` whose text was seen in training; None: not known.
    """

    tested: LabelledPaths
    reference: LabelledPaths
    true_scores: npt.NDArray[np.float64]
    score_units: npt.NDArray[np.int64] | None = None
    keys: tuple[str, ...] = ()
    reference_keys: tuple[str, ...] = ()
    unit: str = ROW
    drawn_from: int = 1
    file: str = ""
    apart: str = ROW
    seen: float | None = None

    @property
    def most_rows(self) -> int | None:
        """Records of a unit that are tested together; None: see `choose_thresholds`.

        Households and firms are, up to the largest; texts have bands of their own.
        """
        if self.unit in (TEXT, ROW):
            return None
        sizes = [part.repeats.max(initial=1) for part in (self.tested, self.reference)]
        return int(max(sizes))

    @property
    def largest_weight(self) -> float:
        """The largest survey weight; 0 if records do not count by weights."""
        parts = (self.tested.weights, self.reference.weights)
        return max((float(w.max(initial=0)) for w in parts if w is not None), default=0)

    def by_key(self, levels: Mapping[int, int]) -> dict[str, int]:
        """The same levels by the text of a unit in place of its number."""
        if self.tested.units is None:
            return {}
        units = self.tested.units.tolist()
        key_of = dict(zip(units, self.keys, strict=True))
        return {key_of[unit]: level for unit, level in levels.items()}

    def limit(self, thresholds: Thresholds) -> RepeatLimit | None:
        """How often a unit may stand in the records that the thresholds code."""
        if self.unit == ROW or thresholds.limit is None:
            return None
        return self.repeats_up_to(thresholds.limit)

    def repeats_up_to(self, most: int) -> RepeatLimit:
        """Units of so many records at most, on the scale of these."""
        excuses_seen = self.unit == TEXT and self.seen == 0
        return RepeatLimit(most, self.drawn_from, self.unit, excuses_seen)

    def lists(self, coverage: float) -> ConformalSets:
        """Lists for clerks that hold the right code with this probability."""
        most = None if self.unit == ROW else int(self.reference.repeats.max(initial=1))
        return ConformalSets.fit(
            self.true_scores,
            coverage,
            units=self.score_units,
            most_rows=most,
        )


def read_calibration(
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    file: DataFile | None,
    *,
    score: Score = "lac",
    progress: bool = False,
    unit: str | None = None,
    weighted: bool = False,
) -> CalibrationRecords:
    """The calibration records of a run, coded.

    Args:
        run: The run.
        config: Its settings.
        classifier: The run, ready to code.
        file: Other labelled records instead, that it has not seen.
        score: Score of the right codes.
        progress: Whether to show a bar.
        unit: What was drawn together: see `read_rows`.
        weighted: Whether records count by their survey weights.

    Raises:
        InputError: If there are none, or they were set aside by another unit.
    """
    source = calibration_source(run, config, file)
    apart = kept_apart(config, source)
    if unit and apart != ROW and unit != apart:
        raise InputError(
            f"--cluster {unit}: the run's own calibration records were set aside by "
            f"{apart} (`data.split.group_by`), so that they count by it. Leave "
            "--cluster out, or give other labelled records: --calibration FILE. What a "
            "sample was drawn by is --sample-cluster."
        )
    advice = no_calibration(run)
    every = read_rows(
        config,
        classifier,
        source,
        without_keys=True,
        advice=advice,
        unknown="wrong",
        unit=unit,
    )
    rows = every.coded
    if not len(rows):
        raise InputError(f"{source.file}: no calibration record has a code. {advice}")
    coder = RowCoder(classifier, score)
    coder.code(rows, "calibration records" if progress else "")
    if coder.unread.all():
        raise InputError(
            f"{source.file}: no calibration record has words that the run knows and a "
            f"code. {advice}"
        )
    found = _in_parts(rows, coder, config.seed, weighted)
    seen_texts = classifier.seen_texts
    return replace(
        found,
        file="" if file is None else str(source.file),
        apart=apart,
        seen=None if seen_texts is None else seen_share(seen_texts, found.keys),
    )


def kept_apart(config: Config, source: Source) -> str:
    """What stands in training or here, not in both: as `unit`; `none` if nothing does.

    A column of roles, a time, or another file keeps no text apart.
    """
    split = config.data.split
    is_divided = split.column or split.time_column or not source.is_training
    return ROW if is_divided else split.group_by


def seen_share(seen_texts: SeenTexts, keys: Sequence[str]) -> float:
    """Share of texts that were seen in training."""
    return float(seen_texts.contains(keys).mean()) if keys else 0.0


def _in_parts(
    rows: LabelledRows, coder: RowCoder, seed: int, weighted: bool
) -> CalibrationRecords:
    part, read = calibration_part(rows.unit_keys, seed), ~coder.unread
    units = None if rows.unit == ROW else unit_numbers(rows.unit_keys)
    weights = rows.weights if weighted else None
    labelled = LabelledPaths(coder.paths, coder.truth, units, weights)
    scored = part & ~coder.blank & ~np.isnan(coder.true_scores)
    keys = rows.text_keys
    return CalibrationRecords(
        labelled.take(read & part),
        labelled.take(read & ~part),
        coder.true_scores[scored],
        None if units is None else units[scored],
        _chosen(keys, read & part),
        _chosen(keys, read & ~part),
        rows.unit,
        drawn_from(keys, rows.records.text_keys),
    )


def _chosen(keys: Sequence[str], rows: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(keys[row] for row in np.flatnonzero(rows).tolist())


def calibration_source(run: RunFolder, config: Config, file: DataFile | None) -> Source:
    """The calibration records of a run, or of a file that it has not read."""
    if file is None:
        return find_source(run, config, None, "calibration")
    return unseen_source(run, config, file, "--calibration")


def unseen_source(
    run: RunFolder, config: Config, file: DataFile, option: str
) -> Source:
    """A file that the run has not read.

    Raises:
        InputError: If it has, or there is no such file.
    """
    check_file(file)
    if fingerprint(file) in files_read(run):
        raise InputError(
            f"{file}: the run was trained with this file, so it can promise nothing. "
            f"Give labelled records that it has not seen, or leave {option} out."
        )
    return Source(as_in_experiment(config, file), config.data.encoding)


def no_calibration(run: RunFolder) -> str:
    """What to do where there are no calibration records."""
    return (
        f"{run.folder}: nothing can be promised without calibration records, and the "
        f"run set none aside. Train it with {SPLIT_KEYS}, or give labelled records "
        "that it has not seen: --calibration FILE."
    )
