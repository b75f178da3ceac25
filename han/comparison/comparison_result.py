"""What a comparison of runs has found."""

from __future__ import annotations

from dataclasses import dataclass

from han.code_list.taxonomy import Taxonomy
from han.experiment.row_sources import Source
from han.metrics.paired_scores import PairedScore
from han.metrics.partial_truth import STRICT, TO_TRUTH


@dataclass(frozen=True)
class ComparedRun:
    """What is measured of a run beside its scores.

    Attributes:
        run: Its folder, as it was given.
        kind: Kind of model.
        documents_per_second: How fast it codes texts that are split into words; None
            if the records were too few to tell.
        megabytes: Size of its folder, without logs and pages.
    """

    run: str
    kind: str
    documents_per_second: float | None
    megabytes: float


@dataclass(frozen=True)
class CodeChange:
    """How a code fares that must not get worse.

    Attributes:
        node: Its node.
        records: Number of records with it.
        recall: For each run.
        f1: For each run.
    """

    node: int
    records: int
    recall: list[PairedScore]
    f1: list[PairedScore]

    def is_worse(self, run: int) -> bool:
        """Whether recall or F1 fell for sure: the paired interval is below 0."""
        return self.recall[run].is_lower or self.f1[run].is_lower

    def fell(self, run: int) -> bool:
        """Whether either fell at all, be it by chance."""
        return self.recall[run].difference < 0 or self.f1[run].difference < 0


@dataclass(frozen=True)
class Comparison:
    """What was found.

    Attributes:
        source: The records.
        tree: The code list.
        records: Number of records.
        clusters: Number of groups that were drawn together.
        effective_rows: Kish's effective number of records: as if all of a group were
            right or wrong together.
        target: Accuracy at which the coverage is taken.
        runs: The runs.
        scores: For each score one entry for each run.
        codes: Codes that must not get worse.
        warnings: What must be known to read it.
    """

    source: Source
    tree: Taxonomy
    records: int
    clusters: int
    effective_rows: float
    target: float
    runs: list[ComparedRun]
    scores: dict[str, list[PairedScore]]
    codes: list[CodeChange]
    warnings: list[str]

    @property
    def headline(self) -> str:
        """The hierarchical F1 to be read first, a name in `scores`."""
        return TO_TRUTH if TO_TRUTH in self.scores else STRICT

    @property
    def is_worse(self) -> bool:
        """Whether a protected code got worse for sure in any run."""
        return any(c.is_worse(k) for c in self.codes for k in range(len(self.runs)))
