"""A random sample of the records to be coded, labelled: what it says of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.config import Config
from han.data.sampling_units import ROW, unit_numbers
from han.data.survey_weights import read_weights, with_points
from han.decisions.calibration_split import calibration_part
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.unit_evidence import UNKNOWN_OUTCOME
from han.errors import InputError, listing
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.metrics.design_estimates import DesignRatio, design_ratio
from han.planning.calibration_records import unseen_source
from han.planning.planned_records import RowCoder
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.runs.seen_texts import SeenTexts
from han.tables.locations import DataFile

BoolArray = npt.NDArray[np.bool_]
OPTIONS = {
    "unit": "--sample-cluster",
    "design weight": "--sample-weight",
    "stratum": "--strata",
}


@dataclass(frozen=True)
class Design:
    """How a sample was drawn: names of its columns; None where there is none.

    Attributes:
        weight: Design weight: 1 / the chance of being drawn, or a calibrated one.
        strata: Stratum that a record was drawn from.
        cluster: What was drawn together.
    """

    weight: str | None = None
    strata: str | None = None
    cluster: str | None = None

    @property
    def columns(self) -> dict[str, str]:
        """Columns to read beside texts and codes, by what they are."""
        named = {"design weight": self.weight, "stratum": self.strata}
        return {name: column for name, column in named.items() if column}

    def read(
        self, rows: LabelledRows
    ) -> tuple[npt.NDArray[np.float64] | None, npt.NDArray[np.int64] | None]:
        """Weight and number of the stratum of each row, `(n,)` each.

        Raises:
            InputError: If a weight is no number of 0 or more, or a stratum is blank.
        """
        cells = {
            name: [str(cell).strip() for cell in rows.records.others[name]]
            for name in self.columns
        }
        weights, strata = None, None
        if self.weight:
            numbers = with_points(cells["design weight"])
            table = pd.DataFrame({self.weight: numbers})
            source = rows.records.source
            every = read_weights(table, self.weight, source, "--sample-weight")
            weights = every[rows.places]
        if self.strata:
            self._check_strata(cells["stratum"], rows.records.source)
            strata = unit_numbers(cells["stratum"])[rows.places]
            self._check_clusters(strata, rows)
        return weights, strata

    def _check_strata(self, cells: list[str], source: str) -> None:
        blank = [row for row, cell in enumerate(cells, start=1) if not cell]
        if blank:
            raise InputError(
                f"{source}, rows {listing(blank)}: column {self.strata!r} (--strata) "
                "is blank. Say for each record of the sample from which stratum it was "
                "drawn."
            )

    def _check_clusters(
        self, strata: npt.NDArray[np.int64], rows: LabelledRows
    ) -> None:
        if not self.cluster:
            return
        clusters = unit_numbers(rows.unit_keys)
        _, first = np.unique(clusters, return_index=True)
        divided = np.flatnonzero(strata != strata[first][clusters])
        if len(divided):
            numbers = rows.records.rows[rows.places[divided]].tolist()
            raise InputError(
                f"{rows.records.source}, rows {listing(numbers)}: their "
                f"{self.cluster!r} (--sample-cluster) has records in another stratum "
                f"({self.strata!r}, --strata), too. A cluster is drawn from one "
                "stratum: if its names begin anew in each, make a column of both."
            )


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
        keys: Normalised text of each, `n`; they stay in memory.
        unit: `none`, or the column by which they were drawn.
        largest_planned: Records of the largest cluster among those to be coded; 0: not
            known.
        uncoded: Number of its records without a code, which are left out.
    """

    records: LabelledPaths
    chooses: BoolArray
    read: BoolArray
    seen: BoolArray | None
    strata: npt.NDArray[np.int64] | None
    file: str
    keys: Sequence[str] = ()
    unit: str = ROW
    uncoded: int = 0
    largest_planned: int = 0

    def __len__(self) -> int:
        """Number of records."""
        return len(self.records)

    def parts(self, rows: BoolArray) -> tuple[LabelledPaths, LabelledPaths]:
        """Records that choose thresholds for some, and their reference."""
        rows = rows & self.read
        return self.records.take(rows & self.chooses), self.records.take(
            rows & ~self.chooses
        )

    @property
    def most_rows(self) -> int | None:
        """Records of the largest cluster; None where records were drawn one by one.

        It may be one that was not drawn.
        """
        if self.unit == ROW:
            return None
        return max(int(self.records.repeats.max()), self.largest_planned)

    @property
    def largest_weight(self) -> float:
        """Weight of the heaviest unit; 0 without weights."""
        if self.records.weights is None:
            return 0.0
        return self.records.largest_unit(self.most_rows)

    def estimate(self, level: int, accepted: BoolArray) -> DesignRatio | None:
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


def read_sample(
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    file: DataFile,
    design: Design,
    *,
    progress: bool = False,
) -> SampleRecords:
    """Reads and codes a sample.

    Args:
        run: The run.
        config: Its settings.
        classifier: The run, ready to code.
        file: Labelled records, drawn at random from those to be coded.
        design: How they were drawn.
        progress: Whether to show a bar.

    Raises:
        InputError: If the run was trained with the file, or no record has a code.
    """
    source = unseen_source(run, config, file, "--sample")
    rows = read_rows(
        config,
        classifier,
        source,
        needs_codes=False,
        without_keys=True,
        also=design.columns,
        unknown="wrong",
        unit=design.cluster or ROW,
        asked_by=OPTIONS,
    )
    uncoded, rows = int((rows.nodes < 0).sum()), rows.coded
    if not len(rows):
        raise InputError(
            f"{file}: no record of the sample has a code. Have people code it first: "
            "a promise is made from codes that are right."
        )
    coder = RowCoder(classifier, "lac")
    coder.code(rows, "the sample" if progress else "")
    found = _sample(rows, coder, config.seed, classifier.seen_texts, design)
    return replace(found, uncoded=uncoded)


def _sample(
    rows: LabelledRows,
    coder: RowCoder,
    seed: int,
    seen_texts: SeenTexts | None,
    design: Design,
) -> SampleRecords:
    units = None if rows.unit == ROW else unit_numbers(rows.unit_keys)
    seen = None if seen_texts is None else seen_texts.contains(rows.text_keys)
    weights, strata = design.read(rows)
    return SampleRecords(
        LabelledPaths(coder.paths, coder.truth, units, weights),
        calibration_part(rows.unit_keys, seed),
        ~coder.unread,
        seen,
        strata,
        rows.records.source,
        rows.text_keys,
        rows.unit,
    )


def estimate_form(found: DesignRatio | None) -> dict[str, Any] | None:
    """A JSON-ready form of an estimate."""
    if found is None:
        return None
    return {
        "accuracy": found.estimate,
        "interval": list(found.interval),
        "records": found.records,
        "effective_records": found.effective_records,
    }
