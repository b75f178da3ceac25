"""The stage that asks a trained run."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from han.decisions.routing import AUTO
from han.decisions.unit_repeats import Repeats
from han.runs.classifier import Classifier
from han.stages.answer_texts import Answers
from han.stages.verdicts import Outcome, Verdicts

# Beside an answer's own cells, of whose names none has such a character: how often its
# unit stands among all rows, and the number of a frequent one.
REPEATED, NUMBER = "\0repeats", "\0number"


@dataclass
class ModelStage:
    """Decides what the run may code by itself, and keeps what it says of the rest.

    Attributes:
        classifier: The run.
        top_k: Candidates to list.
        sides: Side features, by the name of the answers' column.
        records: Number of all rows of the job.
        name: What outputs call it.
        table: What the run said of the answers that were asked last, `(n, columns)`.
    """

    classifier: Classifier
    top_k: int
    sides: dict[str, str]
    records: int
    name: str = "model"
    table: pd.DataFrame = field(default_factory=pd.DataFrame)

    def decide(self, answers: Answers) -> Verdicts:
        """A code where the run routes `auto`, or has no thresholds; else declined."""
        side = {name: answers.columns[at] for name, at in self.sides.items()}
        self.table = table = self.classifier.predict(
            dict(answers.fields),
            side=side,
            top_k=self.top_k,
            repeats=self._repeats(answers),
        )
        nodes = self._nodes(table)
        routes = table.get("route")
        is_coded = nodes >= 0
        if routes is not None:
            is_coded &= (routes == AUTO).to_numpy()
        reasons = self._reasons(table, is_coded)
        scores = np.where(is_coded, table["probability"].to_numpy(float), np.nan)
        outcomes = np.where(is_coded, Outcome.CODED, Outcome.DECLINED)
        return Verdicts(
            np.where(is_coded, nodes, -1).astype(np.int32),
            reasons,
            outcomes.astype(np.uint8),
            scores,
        )

    def _repeats(self, answers: Answers) -> Repeats | None:
        """How often the unit of each stands among all rows, if thresholds ask."""
        policy = self.classifier.routing_policy
        if policy is None or policy.limit is None or REPEATED not in answers.columns:
            return None
        cells = answers.columns
        counts = np.array([int(cell) for cell in cells[REPEATED]], np.int64)
        if NUMBER in cells:
            numbers = np.array([int(cell) for cell in cells[NUMBER]], np.int64)
        else:  # units of a column, which are never answered once for all
            most = policy.limit.among(self.records)
            numbers = (counts > most).astype(np.int64)
        scaled = policy.limit.scaled(counts, self.records)
        return Repeats(counts, numbers, scaled, self.records)

    def _nodes(self, table: pd.DataFrame) -> np.ndarray:
        tree = self.classifier.taxonomy
        column = "code_path" if "code_path" in table else "code"
        texts = tree.naming.paths if column == "code_path" else tree.codes
        node_of = {text: node for node, text in enumerate(texts)} | {"": -1}
        return np.array([node_of[text] for text in table[column]], np.int32)

    def _reasons(self, table: pd.DataFrame, is_coded: np.ndarray) -> list[str]:
        """The margin of a code; where there is none, what the run said instead."""
        routes = table["route"] if "route" in table else ["none"] * len(table)
        return [
            f"margin:{margin:.3f}" if coded else flag or route
            for coded, margin, route, flag in zip(
                is_coded.tolist(),
                table["margin"],
                routes,
                table["flag"],
                strict=True,
            )
        ]
