"""Codes distinct answers of one task: stages, and a row of output for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.config.job_config import FuzzyConfig
from han.decisions.routing import AUTO, PARTIAL, REVIEW
from han.jobs.job_tasks import Task
from han.jobs.model_stage import NUMBER, REPEATED, ModelStage
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity
from han.runs.node_columns import node_columns
from han.stages.answer_texts import Answers
from han.stages.exact_stage import ExactStage
from han.stages.fuzzy_stage import FuzzyStage
from han.stages.non_answer_stage import NonAnswerStage
from han.stages.recode_stage import RecodeStage
from han.stages.rule_stage import RuleStage
from han.stages.stage_order import Decisions, decide_all
from han.stages.verdicts import Outcome, Stage

CLERK = "clerk"


class AnswerCoder:
    """Codes answers of one task, a block at a time.

    Args:
        task: The task.
        records: Number of all rows of the job.
        identity: Identity of its run, when the job began.
        day: The day for which its rules hold.

    Raises:
        InputError: If the run was replaced, is damaged, or a table has a fault.
    """

    def __init__(self, task: Task, records: int, identity: str, day: date) -> None:
        self.task = task
        # Even a job without a model has its columns, code list and reading of texts.
        self.classifier: Classifier = load_classifier(task.run)
        _ = self.classifier.router  # all of it, before another run can be there
        check_identity(task.run, identity)
        self.columns = self.classifier.columns(task.settings.top_k)
        self.model = ModelStage(
            self.classifier, task.settings.top_k, task.sides, records
        )
        self.hold_on(day)

    def hold_on(self, day: date) -> None:
        """From now on rules are those of another day."""
        self.day, names = day, self.task.settings.stages
        self.stages = [self._stage(name) for name in names if name != CLERK]

    def list_codes(self, top_k: int) -> None:
        """From now on so many candidates are listed."""
        self.model.top_k = top_k
        self.columns = self.classifier.columns(top_k)

    def _stage(self, name: str) -> Stage:
        task = self.task
        if name == "non_answer":
            return NonAnswerStage()
        if name == "exact":
            return ExactStage(task.dictionary)
        if name == "rules" and task.rules:
            return RuleStage(task.rules, self.day)
        if name == "recode" and task.settings.recode and task.crosswalk:
            return RecodeStage(task.crosswalk, task.settings.recode.column)
        if name == "fuzzy":
            limits = task.settings.fuzzy or FuzzyConfig()
            return FuzzyStage(task.dictionary, limits.score, limits.lead)
        return self.model

    def code(self, cells: pd.DataFrame) -> pd.DataFrame:
        """A row for each answer: the columns of a prediction, and why it has its code.

        Args:
            cells: The columns of `Task.answer_columns`, and `REPEATED` and `NUMBER`
                where thresholds ask how often a text stands.
        """
        by_column = {str(name): cells[name].tolist() for name in cells}
        fields = self.task.texts(by_column)
        names = [*self.task.sides.values(), *self.task.others]
        names += [name for name in (REPEATED, NUMBER) if name in cells]
        columns = {name: by_column[name] for name in dict.fromkeys(names)}
        answers = Answers(fields, columns, self.classifier.encoder.non_answers)
        self.model.table = pd.DataFrame()
        found = decide_all(self.stages, answers)
        table = self.columns.frame(self._cells(found, answers))
        return table.assign(**_provenance(found, table))

    def _cells(self, found: Decisions, answers: Answers) -> dict[str, npt.NDArray[Any]]:
        """Cells by column: those of the model, and above them the codes given."""
        cells = _blank(self.columns.dtypes, len(found))
        is_other = np.ones(len(found), bool)
        for asked, table in self._tables(found, answers):
            for name, values in table.items():
                cells[str(name)][asked] = _plain(values)
            is_other[asked] = False
        is_other |= found.outcomes == Outcome.PERSON
        is_other |= (found.nodes >= 0) & (np.array(found.methods) != self.model.name)
        own = node_columns(found.nodes, self.classifier.taxonomy)
        for name, texts in own.items():
            cells[name][is_other] = texts[is_other]
        for name in ("probability", "margin"):
            cells[name][is_other] = np.nan
        if "route" in cells:
            cells["route"][is_other] = self._routes(found)[is_other]
        none = found.outcomes == Outcome.NO_ANSWER
        cells["flag"][none] = np.array(found.reasons, object)[none]
        if "route" in cells:  # nobody need look at them
            cells["route"][none] = ""
        return cells

    def _tables(
        self, found: Decisions, answers: Answers
    ) -> Iterator[tuple[npt.NDArray[np.intp], pd.DataFrame]]:
        """What the model said of some answers, and their places.

        Those that a rule has sent to a person have not come to it: they get candidates.
        """
        if self.model not in self.stages:
            return
        asked = found.reason_numbers[:, self.stages.index(self.model)] >= 0
        yield np.flatnonzero(asked), self.model.table
        persons = np.flatnonzero((found.outcomes == Outcome.PERSON) & ~asked)
        if len(persons):
            self.model.decide(answers.take(persons))
            yield persons, self.model.table

    def _routes(self, found: Decisions) -> npt.NDArray[np.object_]:
        is_leaf = np.append(self.classifier.taxonomy.child_counts == 0, False)
        routes = np.where(is_leaf[found.nodes], AUTO, PARTIAL).astype(object)
        routes[found.nodes < 0] = REVIEW
        return routes


def _blank(dtypes: dict[str, str], rows: int) -> dict[str, npt.NDArray[Any]]:
    kinds = {"str": ("", object), "float64": (np.nan, float), "bool": (False, bool)}
    return {
        name: np.full(rows, *kinds.get(dtype, (0, np.int64)))
        for name, dtype in dtypes.items()
    }


def _plain(values: pd.Series) -> npt.NDArray[Any]:
    """Cells as `PredictionColumns.frame` takes them: 0 for a missing whole number."""
    filled = values.fillna(0) if str(values.dtype) == "Int64" else values
    return filled.to_numpy()


def _provenance(found: Decisions, table: pd.DataFrame) -> dict[str, Sequence[str]]:
    """Who gave the code, why, and why those before did not."""
    has_code = table["code"] != ""
    persons = found.outcomes == Outcome.PERSON  # by a rule, which is the reason
    methods = [
        CLERK if person else method or ("model" if has else CLERK)
        for method, has, person in zip(found.methods, has_code, persons, strict=True)
    ]
    said = [found.declined(place) for place in range(len(found))]
    # The model gives partial codes, too, which it leaves to the stages behind it.
    reasons = [
        reason or (why["model"] if method == "model" else "")
        for reason, method, why in zip(found.reasons, methods, said, strict=True)
    ]
    declined = [";".join(map("=".join, why.items())) for why in said]
    return {"method": methods, "reason": reasons, "declined": declined}
