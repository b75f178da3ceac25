"""`ServedModel`: a run, or a task of a job, that codes records of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.data.records import fingerprint
from han.data.side_features import Numbers
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.router import counts_texts
from han.runs.run_files import TAXONOMY_FILE, THRESHOLDS_FILE
from han.service.record_answers import record_answers, titles_of, values_of_cells
from han.service.record_fields import Record, RecordFields
from han.tables.prediction_columns import PredictionColumns


@dataclass(frozen=True)
class ServedModel:
    """What codes records; not to be used by two threads at once.

    Attributes:
        name: Its name in the service.
        run: Folder of the run.
        classifier: The run.
        fields: What it reads of a record.
        hashes: Short hashes of run, code list and plan, as jobs have them in their
            columns `model`, `code_list` and `plan`; "" without a plan.
        top_k: Full codes that are listed where a request does not say.
    """

    name: str
    run: Path
    classifier: Classifier
    fields: RecordFields
    hashes: dict[str, str]
    top_k: int = 5

    @classmethod
    def of_run(cls, name: str, run: Path, max_characters: int) -> ServedModel:
        """Loads a run.

        Args:
            name: Its name in the service.
            run: Its folder.
            max_characters: Characters that a member of a record may have.

        Raises:
            InputError: If it is damaged, or was replaced meanwhile.
        """
        identity = run_identity(run)
        classifier = load_classifier(run, engine="numpy")
        _ = classifier.router  # all of it, before another run can be there
        parts = classifier.side_features.parts
        numeric = [n for n, part in parts.items() if isinstance(part, Numbers)]
        texts = [*classifier.encoder.fields, *(n for n in parts if n not in numeric)]
        hashes = run_hashes(run, identity)
        check_identity(run, identity)
        fields = RecordFields(tuple(texts), tuple(numeric), max_characters)
        return cls(name, run, classifier, fields, hashes)

    @property
    def tree(self) -> Taxonomy:
        """The code list."""
        return self.classifier.taxonomy

    @property
    def counts_repeats(self) -> bool:
        """Whether codes depend on how often a text stands among the records given."""
        policy = self.classifier.routing_policy
        return policy is not None and counts_texts(policy)

    def columns(self, top_k: int) -> PredictionColumns:
        """The columns that answers have, before `record_answers` makes JSON of them."""
        return self.classifier.columns(top_k)

    def texts(self, records: Sequence[Record]) -> dict[str, list[str]]:
        """Texts of records by field of the run, `n` each."""
        return {n: [r[n] for r in records] for n in self.classifier.encoder.fields}

    def sides(self, records: Sequence[Record]) -> dict[str, list[str]]:
        """Cells of side features by name, `n` each."""
        parts = self.classifier.side_features.parts
        return {name: [r[name] for r in records] for name in parts}

    def code(self, records: Sequence[Record], top_k: int) -> list[dict[str, Any]]:
        """Answers as JSON, one for each record: what `han.predict` gives them.

        Args:
            records: Records as `RecordFields.read` gives them.
            top_k: Full codes to list.
        """
        cells, place = self.classifier.distinct_cells(
            self.texts(records), self.sides(records), top_k
        )
        values = values_of_cells(cells, self.columns(top_k).dtypes)
        answers = record_answers(values, self.titles)
        return [answers[at] for at in place]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Title of each code, or of each path where codes repeat."""
        return titles_of(self.tree)

    @property
    def facts(self) -> dict[str, str | None]:
        """What names it in answers, and in `/version`."""
        return {"name": self.name, **{k: h or None for k, h in self.hashes.items()}}


def run_hashes(run: Path, identity: str) -> dict[str, str]:
    """Short hashes of what codes come from, as jobs have them in their columns."""
    plan = run / THRESHOLDS_FILE
    return {
        "run": identity[:12],
        "code_list": fingerprint(run / TAXONOMY_FILE)[:12],
        "plan": fingerprint(plan)[:12] if plan.is_file() else "",
    }
