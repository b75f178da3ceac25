"""A task of a job: its run, and which columns make an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.config.job_config import ExactConfig, TaskConfig
from han.data.records import fingerprint
from han.data.sampling_units import ROW, TEXT
from han.errors import InputError, listing
from han.jobs.answer_database import AnswerCells
from han.jobs.task_dictionary import task_dictionary
from han.runs.loading import load_non_answers
from han.runs.manifest import run_identity
from han.runs.routing_policy import RoutingPolicy, load_routing_policy
from han.runs.run_files import TAXONOMY_FILE, THRESHOLDS_FILE
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.stages.dictionary import Dictionary
from han.stages.recode_stage import Crosswalk
from han.stages.rule_table import RuleTable
from han.tables.locations import data_location
from han.text.non_answers import NonAnswers


@dataclass(frozen=True)
class Task:
    """One variable to code, with what its stages read; needs no TensorFlow.

    Attributes:
        name: Its name.
        settings: What the job file says of it.
        encoding: Encoding of its tables.
    """

    name: str
    settings: TaskConfig
    encoding: str = "utf-8"

    @property
    def bare(self) -> Task:
        """The same without what it has read: small enough to go to a process."""
        return Task(self.name, self.settings, self.encoding)

    @property
    def run(self) -> Path:
        """Folder of the run."""
        return Path(self.settings.run)

    @cached_property
    def identity(self) -> str:
        """What tells the run from one that takes its place."""
        return run_identity(self.run)

    @cached_property
    def run_config(self) -> Config:
        """The experiment of the run."""
        return RunFolder(self.run).config()

    @cached_property
    def tree(self) -> Taxonomy:
        """The code list."""
        return Taxonomy.load(self.run / TAXONOMY_FILE)

    @cached_property
    def non_answers(self) -> NonAnswers:
        """What the run reads as blank."""
        return load_non_answers(self.run)

    @cached_property
    def policy(self) -> RoutingPolicy | None:
        """The thresholds of the run, if it has any."""
        return load_routing_policy(self.run)

    @property
    def fields(self) -> dict[str, str]:
        """Column of each text field of the run that the input has.

        Raises:
            InputError: If the job names a field that the run does not have.
        """
        own = self.run_config.data.fields
        if others := [name for name in self.settings.fields if name not in own]:
            raise InputError(
                f"`tasks.{self.name}.fields` has {listing(others)}, and the run "
                f"{self.run} has the fields {listing(own)}. Name one of these."
            )
        usual = {name: field.column or name for name, field in own.items()}
        columns = {**usual, **self.settings.fields}
        found = {name: at for name, at in columns.items() if at is not None}
        if not found:
            raise InputError(
                f"`tasks.{self.name}.fields` leaves no text to code: name the column "
                "of one field at least."
            )
        return found

    @property
    def sides(self) -> dict[str, str]:
        """Column of each side feature of the run."""
        own = self.run_config.data.side_features
        return {name: feature.column or name for name, feature in own.items()}

    @property
    def numeric(self) -> list[str]:
        """Side features that are numbers."""
        own = self.run_config.data.side_features
        return [name for name, feature in own.items() if feature.kind == "numeric"]

    @property
    def evidence_columns(self) -> list[str]:
        """Columns of the input that judge the stages."""
        given = self.settings.evidence
        if given is None or given.file:
            return []
        return [given.code, *([] if given.unit in (TEXT, ROW) else [given.unit])]

    @property
    def hashes(self) -> dict[str, str]:
        """Short hashes of what the codes of every row come from, by column."""
        plan = self.run / THRESHOLDS_FILE
        return {
            "model": self.identity[:12],
            "code_list": fingerprint(self.run / TAXONOMY_FILE)[:12],
            "plan": fingerprint(plan)[:12] if plan.is_file() else "",
        }

    @property
    def unit(self) -> str | None:
        """Column of the units whose rows are counted, if thresholds ask for it."""
        limit = self.policy.limit if self.policy else None
        return None if limit is None or limit.unit == TEXT else limit.unit

    @cached_property
    def others(self) -> dict[str, str]:
        """Columns that rules and the crosswalk read, and which of both names each."""
        rules, recode = self.rules, self.settings.recode
        found = dict.fromkeys(rules.columns if rules else (), "rules")
        if recode and "recode" in self.settings.stages:
            found.setdefault(recode.column, "recode")
        return found

    @property
    def text_columns(self) -> list[str]:
        """Columns of the input that the model reads, each once."""
        return list(dict.fromkeys([*self.fields.values(), *self.sides.values()]))

    @property
    def answer_columns(self) -> list[str]:
        """Columns of the input that make an answer, each once."""
        return list(dict.fromkeys([*self.text_columns, *self.others]))

    def cells(self, names: Mapping[str, str]) -> AnswerCells:
        """The same in the staged rows.

        Args:
            names: Name of each column there.
        """
        texts = tuple(names[column] for column in self.text_columns)
        return AnswerCells(texts, tuple(names[column] for column in self.others))

    def texts(self, cells: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Texts of each field of the run, blank where the input has no column for it.

        Args:
            cells: Cells by column of the input.
        """
        rows = max(map(len, cells.values()), default=0)
        columns = self.fields
        return {
            name: list(cells[columns[name]]) if name in columns else [""] * rows
            for name in self.run_config.data.fields
        }

    @cached_property
    def rules(self) -> RuleTable | None:
        """The rules, if there is such a stage."""
        given = self.settings.rules
        if given is None or "rules" not in self.settings.stages:
            return None
        return RuleTable.read(
            data_location(given.file), self.tree, encoding=self.encoding
        )

    @property
    def day(self) -> date:
        """The day for which rules hold.

        Raises:
            InputError: If it is no date.
        """
        given = self.settings.rules
        if given is None or given.date is None:
            return date.today()
        try:
            return date.fromisoformat(given.date)
        except ValueError:
            raise InputError(
                f"`tasks.{self.name}.rules.date` must be a date such as 2026-11-30. "
                f"Received: {given.date!r}."
            ) from None

    @cached_property
    def crosswalk(self) -> Crosswalk | None:
        """The crosswalk, if there is such a stage."""
        given = self.settings.recode
        if given is None or "recode" not in self.settings.stages:
            return None
        return Crosswalk.read(
            data_location(given.file), self.tree, encoding=self.encoding
        )

    @cached_property
    def dictionary(self) -> Dictionary:
        """The entries of the stages `exact` and `fuzzy`.

        Raises:
            InputError: If there are none, or a file of theirs has a fault.
        """
        return task_dictionary(
            self.settings.exact or ExactConfig(),
            f"tasks.{self.name}.exact",
            list(self.run_config.data.fields),
            self.tree,
            self.non_answers,
            self.encoding,
        )

    def _check_rules(self) -> None:
        """Raises InputError if a rule reads a field that the run does not have."""
        fields = self.run_config.data.fields
        for rule in self.rules.rules if self.rules else ():
            if rule.field and rule.field not in fields and self.settings.rules:
                raise InputError(
                    f"{self.settings.rules.file}: rule {rule.name!r} reads the field "
                    f"{rule.field!r}, and the run {self.run} has the fields "
                    f"{listing(fields)}. Name one of these."
                )

    @property
    def files(self) -> list[str]:
        """Files besides the run on which codes depend."""
        given, exact = self.settings, self.settings.exact
        found = [given.rules and given.rules.file, given.recode and given.recode.file]
        if exact:
            found += [exact.index, *(coded.file for coded in exact.coded)]
        return [file for file in found if file]

    def check(self) -> None:
        """Reads what the stages read.

        Raises:
            InputError: For the first mistake in it.
        """
        stages = {*self.settings.stages}
        refuse_sets(self.run_config, self.run, "han.code")
        _ = self.fields, self.day, self.crosswalk
        self._check_rules()
        if stages & {"exact", "fuzzy"}:
            _ = self.dictionary
