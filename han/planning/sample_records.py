"""A random sample of the records to be coded, labelled: what it says of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.config import Config
from han.data.sampling_units import ROW, unit_numbers
from han.decisions.calibration_split import calibration_part
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.threshold_bands import Thresholds
from han.decisions.unit_evidence import UNKNOWN_OUTCOME
from han.errors import InputError
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.metrics.design_estimates import DesignEstimate, design_ratio
from han.planning.calibration_records import unseen_source
from han.planning.planned_records import RowCoder
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.runs.seen_texts import SeenTexts
from han.tables.locations import DataFile

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SampleRecords:
    """Labelled records of a sample, coded.

    Attributes:
        records: All with a code, `n`; with units where clusters were drawn, and design
            weights where there are any.
        chooses: Those that may choose thresholds, not their reference, `(n,)`.
        read: Those with words that the run knows, `(n,)`.
        seen: Those whose text was seen in training, `(n,)`; None: not known.
        strata: Number of the stratum of each, `(n,)`; None: there are none.
        file: Name of the file.
        unit: `none`, or the column by which they were drawn.
    """

    records: LabelledPaths
    chooses: BoolArray
    read: BoolArray
    seen: BoolArray | None
    strata: npt.NDArray[np.int64] | None
    file: str
    unit: str = ROW

    def __len__(self) -> int:
        """Number of records."""
        return len(self.records)

    def parts(self, rows: BoolArray) -> tuple[LabelledPaths, LabelledPaths]:
        """Records that choose thresholds for some, and their reference."""
        rows = rows & self.read
        return self.records.take(rows & self.chooses), self.records.take(
            rows & ~self.chooses
        )

    def most_rows(self) -> int | None:
        """Records of the largest cluster; None where records were drawn one by one."""
        return None if self.unit == ROW else int(self.records.repeats.max())

    def estimate(self, level: int, accepted: BoolArray) -> DesignEstimate | None:
        """Accuracy of what is coded at a level, by design; None if nothing is.

        Args:
            level: The level.
            accepted: Records that are coded at it, or further, `(n,)`.
        """
        outcomes = self.records.outcomes[:, level - 1]
        judged = accepted & (outcomes != UNKNOWN_OUTCOME)
        if not judged.any():
            return None
        return design_ratio(
            judged & (outcomes == 1),
            judged,
            weights=self.records.weights,
            strata=self.strata,
            clusters=self.records.units,
        )

    def passed(
        self, thresholds: Thresholds, repeats: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.int64]:
        """Deepest level that each record passes, `(n,)`; 0 without known words."""
        found = thresholds.passed(self.records.paths, repeats)
        return np.where(self.read, found, 0)


def read_sample(
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    file: DataFile,
    seen_texts: SeenTexts | None,
    *,
    cluster: str | None = None,
    strata: str | None = None,
    progress: bool = False,
) -> SampleRecords:
    """Reads and codes a sample.

    Args:
        run: The run.
        config: Its settings.
        classifier: The run, ready to code.
        file: Labelled records, drawn at random from those to be coded; its column of
            weights, if there is one, holds design weights.
        seen_texts: Texts that the run was trained with, if it knows them.
        cluster: Column of what was drawn together; None: records were drawn.
        strata: Column of the strata that were drawn from.
        progress: Whether to show a bar.

    Raises:
        InputError: If the run was trained with the file, or no record has a code.
    """
    source = unseen_source(run, config, file, "--sample")
    also: Mapping[str, str] = {"stratum": strata} if strata else {}
    rows = read_rows(
        config,
        classifier,
        source,
        without_keys=True,
        also=also,
        unknown="wrong",
        unit=cluster or ROW,
        optional_weights=True,
    ).coded
    if not len(rows):
        raise InputError(
            f"{file}: no record of the sample has a code. Have people code it first: "
            "a promise is made from codes that are right."
        )
    coder = RowCoder(classifier, "lac")
    coder.code(rows, "the sample" if progress else "")
    return _sample(rows, coder, config.seed, seen_texts, strata)


def _sample(
    rows: LabelledRows,
    coder: RowCoder,
    seed: int,
    seen_texts: SeenTexts | None,
    strata: str | None,
) -> SampleRecords:
    units = None if rows.unit == ROW else unit_numbers(rows.unit_keys)
    weights = rows.weights if rows.has_weights else None
    seen = None if seen_texts is None else seen_texts.contains(rows.text_keys)
    numbers = None
    if strata:
        cells = rows.records.others["stratum"][rows.places]
        numbers = unit_numbers([str(cell).strip() for cell in cells])
    return SampleRecords(
        LabelledPaths(coder.paths, coder.truth, units, weights),
        calibration_part(rows.unit_keys, seed),
        ~coder.unread,
        seen,
        numbers,
        rows.records.source,
        rows.unit,
    )


def estimate_form(found: DesignEstimate | None) -> dict[str, Any] | None:
    """A JSON-ready form of an estimate."""
    if found is None:
        return None
    return {
        "accuracy": found.estimate,
        "interval": list(found.interval),
        "records": found.records,
        "effective_records": found.effective_records,
    }
