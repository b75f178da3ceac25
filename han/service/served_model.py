"""`ServedModel`: a run, or a task of a job, that codes records of requests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.data.records import fingerprint
from han.data.side_features import Numbers
from han.decisions.unit_repeats import unit_hashes
from han.jobs.answer_coding import AnswerCoder
from han.jobs.answer_repeats import repeats_of
from han.jobs.job_manifest import table_fingerprint
from han.jobs.job_tasks import Task
from han.jobs.model_stage import NUMBER, REPEATED
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.router import counts_texts
from han.runs.run_files import TAXONOMY_FILE, THRESHOLDS_FILE
from han.runs.set_runs import gives_sets
from han.service.code_cards import CodeCards
from han.service.code_suggestions import CodeSuggestions, task_suggestions
from han.service.record_answers import (
    record_answers,
    titles_of,
    values_of_cells,
    values_of_table,
)
from han.service.record_fields import Record, RecordFields
from han.tables.prediction_columns import PredictionColumns
from han.text.distinct_texts import text_keys


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
        task: The task of a job; None of a run.
        coder: Its stages.
    """

    name: str
    run: Path
    classifier: Classifier
    fields: RecordFields
    hashes: dict[str, str]
    top_k: int = 5
    task: Task | None = None
    coder: AnswerCoder | None = None

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

    @classmethod
    def of_task(cls, task: Task, max_characters: int) -> ServedModel:
        """Loads a task of a job: its run, and what its stages read.

        Args:
            task: The task.
            max_characters: Characters that a member of a record may have.

        Raises:
            InputError: If anything of it is damaged, or was replaced meanwhile.
        """
        identity = task.identity
        task.check()
        coder = AnswerCoder(task, 0, identity, task.day)
        numeric = dict.fromkeys(task.sides[name] for name in task.numeric)
        texts = [n for n in task.answer_columns if n not in numeric]
        hashes = {**run_hashes(task.run, identity), "tables": _tables_hash(task)}
        check_identity(task.run, identity)
        fields = RecordFields(tuple(texts), tuple(numeric), max_characters)
        given = coder.classifier, fields, hashes, task.settings.top_k, task, coder
        return cls(task.name, task.run, *given)

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
        if self.task is not None:
            return self.task.texts(self._cells(records))
        return {n: [r[n] for r in records] for n in self.classifier.encoder.fields}

    def sides(self, records: Sequence[Record]) -> dict[str, list[str]]:
        """Cells of side features by name, `n` each."""
        parts = self.classifier.side_features.parts
        columns = self.task.sides if self.task else dict(zip(parts, parts, strict=True))
        return {name: [r[columns[name]] for r in records] for name in parts}

    def _cells(self, records: Sequence[Record]) -> dict[str, list[str]]:
        return {name: [r[name] for r in records] for name in self.fields.names}

    def code(self, records: Sequence[Record], top_k: int) -> list[dict[str, Any]]:
        """Answers as JSON, one for each record: what `han.predict` or `han.code` gives.

        Args:
            records: Records as `RecordFields.read` gives them.
            top_k: Full codes to list.
        """
        if self.coder is not None:
            return self._decided(self.coder, records, top_k)
        cells, place = self.classifier.distinct_cells(
            self.texts(records), self.sides(records), top_k
        )
        values = values_of_cells(cells, self.columns(top_k).dtypes)
        answers = record_answers(values, self.titles)
        return [answers[at] for at in place]

    @property
    def gives_sets(self) -> bool:
        """Whether a record gets a set of codes, which do not exclude each other."""
        return gives_sets(self.classifier.model)

    def log_probabilities(self, record: Record) -> npt.NDArray[np.floating] | None:
        """Those of all nodes, `(N,)`, as the run knows them; None without any word.

        Args:
            record: A record as `RecordFields.read` gives it.
        """
        known = self.classifier
        texts = known.encode_columns(self.texts([record]), self.sides([record]))
        if not texts.document_words[0]:
            return None
        found: npt.NDArray[np.floating] = known.log_probabilities(texts)[0]
        return found

    @cached_property
    def suggestions(self) -> CodeSuggestions:
        """Its code list, for people who look for a code."""
        if self.task is None:
            return CodeSuggestions(CodeCards.of_run(self.run, self.tree))
        return task_suggestions(self.task)

    def warm_up(self) -> None:
        """Codes something, so that loops are compiled before the first request comes.

        Raises:
            InputError: If the run cannot code.
        """
        for words in ("", "a b"):
            record = dict.fromkeys(self.fields.names, "") | {self._first: words}
            self.code([record], 1)
            self.log_probabilities(record)
        _ = self.suggestions

    @property
    def _first(self) -> str:
        """A text that the model reads."""
        if self.task is None:
            return next(iter(self.classifier.encoder.fields))
        return next(iter(self.task.fields.values()))

    def _decided(
        self, coder: AnswerCoder, records: Sequence[Record], top_k: int
    ) -> list[dict[str, Any]]:
        """The same by the stages of a job, whose rules are those of today."""
        if self.task is not None and self.task.day != coder.day:
            coder.hold_on(self.task.day)
        if top_k != coder.model.top_k:
            coder.list_codes(top_k)
        cells = self._cells(records)
        counted = self._repeats(coder, cells) if self.counts_repeats else {}
        table = coder.code(pd.DataFrame({**cells, **counted}, dtype=object))
        return record_answers(values_of_table(table), self.titles)

    def _repeats(
        self, coder: AnswerCoder, cells: Mapping[str, Sequence[str]]
    ) -> dict[str, list[int]]:
        """How often each text stands among these records, as a job counts its rows.

        All count, those too that no stage lets come to the model.
        """
        task, policy = coder.task, self.classifier.routing_policy
        if policy is None or policy.limit is None:
            return {}
        fields = {name: cells[column] for name, column in task.fields.items()}
        hashes = unit_hashes(text_keys(fields, task.non_answers))
        coder.model.records = len(hashes)
        ones = np.ones(len(hashes), np.int64)
        counts, numbers = repeats_of(hashes, ones, policy.limit).tolist()
        return {REPEATED: counts, NUMBER: numbers}

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


def _tables_hash(task: Task) -> str:
    """Short hash of rules, dictionaries and crosswalks; "" without any."""
    known = [table_fingerprint(file) for file in sorted(task.files)]
    return hashlib.sha256(" ".join(known).encode()).hexdigest()[:12] if known else ""
