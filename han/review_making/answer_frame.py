"""All distinct answers with the machine's decision: what a queue is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.data.sampling_units import is_blank
from han.decisions.routing import PARTIAL, REVIEW
from han.late_packages import pd
from han.text.distinct_texts import text_keys
from han.text.non_answers import NonAnswers

IntArray: TypeAlias = npt.NDArray[np.int64]
FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Keys: TypeAlias = dict[str, str]
RowKeys: TypeAlias = Callable[[Sequence[int]], dict[int, list[Keys]]]
# Coded, sureness, node, its probability, the most probable node, method.
Decided: TypeAlias = tuple[bool, float, int, float, int, str]
CLERK = "clerk"  # as a method: no stage decided


def no_keys(places: Sequence[int]) -> dict[int, list[Keys]]:
    """Keys of rows that have none."""
    return {place: [] for place in places}


@dataclass(frozen=True)
class CodedPart:
    """Some coded answers, equal ones perhaps among them.

    Attributes:
        fields: Texts by field name, `n` each.
        sides: Cells of side features by name, `n` each.
        rows: Rows of each, `(n,)`.
        weights: Their weight, `(n,)`.
        coded: The columns of a prediction, and `method` if there are stages, `n` rows.
    """

    fields: Mapping[str, Sequence[str]]
    sides: Mapping[str, Sequence[str]]
    rows: IntArray
    weights: FloatArray
    coded: pd.DataFrame


@dataclass(frozen=True)
class AnswerFrame:
    """Distinct answers, `n` of them, in the order in which they appear first.

    Attributes:
        keys: Normalised text of each.
        fields: Texts by field name, as the first of the equal answers has them.
        sides: Cells of side features by name.
        rows: Rows of each, `(n,)`.
        weights: Weight of its rows, `(n,)`.
        nodes: The machine's code, `(n,)`; -1 where it gave none.
        probabilities: Calibrated probability of that code, `(n,)`; NaN if not known.
        methods: Which stage gave it.
        coded: Whether it stands without a person, `(n,)`.
        doubts: Probability that the machine is wrong, `(n,)`; NaN if not known.
        blank_rows: Rows without an answer, which are in no queue.
        row_keys: Gives the keys of the rows of some answers, by their place.
        guesses: The code that is most probable, also where none was given, `(n,)`; None
            if it is not known.
    """

    keys: list[str]
    fields: dict[str, list[str]]
    sides: dict[str, list[str]]
    rows: IntArray
    weights: FloatArray
    nodes: IntArray
    probabilities: FloatArray
    methods: list[str]
    coded: BoolArray
    doubts: FloatArray
    blank_rows: int = 0
    row_keys: RowKeys = field(default=no_keys, repr=False)
    guesses: IntArray | None = None

    def __len__(self) -> int:
        """Number of distinct answers."""
        return len(self.keys)

    def strata(self, tree: Taxonomy) -> list[str]:
        """Stratum of each: what is coded by stage and level, all else `clerk`."""
        levels = np.append(tree.levels, 0)[self.nodes].tolist()
        return [
            f"{method}:{level}" if coded else CLERK
            for method, level, coded in zip(
                self.methods, levels, self.coded.tolist(), strict=True
            )
        ]


class FrameBuilder:
    """Brings equal answers together, a part at a time.

    Answers are equal as units are counted: in their normalised text. Where equal ones
    were coded differently, as by their side features, the least sure stands for all:
    one that goes to people before one that is coded, the more doubtful first.

    Args:
        tree: The code list.
        non_answers: What the run reads as blank.
        has_stages: Whether a method stands beside each code; else the model gave it.
    """

    def __init__(
        self, tree: Taxonomy, non_answers: NonAnswers, *, has_stages: bool = False
    ) -> None:
        self.tree, self.non_answers, self.has_stages = tree, non_answers, has_stages
        self.blank_rows = 0
        self._place: dict[str, int] = {}
        self._texts: list[tuple[str, ...]] = []
        self._sides: list[tuple[str, ...]] = []
        self._sums: list[list[float]] = []
        self._decided: list[Decided] = []
        self._names: tuple[list[str], list[str]] = ([], [])

    def add(self, part: CodedPart) -> IntArray:
        """Takes answers in; gives the place of each, `(n,)`, -1 of a blank one."""
        self._names = list(part.fields), list(part.sides)
        keys = text_keys(part.fields, self.non_answers)
        texts = list(zip(*part.fields.values(), strict=True))
        sides = list(zip(*part.sides.values(), strict=True)) or [()] * len(keys)
        found = decided_by_machine(part.coded, self.tree, has_stages=self.has_stages)
        places = np.full(len(keys), -1, np.int64)
        counts = zip(part.rows.tolist(), part.weights.tolist(), strict=True)
        every = zip(keys, texts, sides, counts, found, strict=True)
        for number, (key, text, side, (rows, weight), decided) in enumerate(every):
            if is_blank(key):
                self.blank_rows += rows
                continue
            places[number] = place = self._place.setdefault(key, len(self._texts))
            if place == len(self._texts):
                self._texts.append(text)
                self._sides.append(side)
                self._sums.append([0, 0.0])
                self._decided.append(decided)
            elif decided[:2] < self._decided[place][:2]:
                self._sides[place], self._decided[place] = side, decided
            self._sums[place][0] += rows
            self._sums[place][1] += weight
        return places

    def frame(self, row_keys: RowKeys = no_keys) -> AnswerFrame:
        """All answers that were taken in."""
        coded, sureness, nodes, shares, guesses, methods = _columns(self._decided, 6)
        rows, weights = _columns(self._sums, 2)
        fields, sides = self._names
        return AnswerFrame(
            list(self._place),
            dict(zip(fields, _columns(self._texts, len(fields)), strict=True)),
            dict(zip(sides, _columns(self._sides, len(sides)), strict=True)),
            np.array(rows, np.int64),
            np.array(weights, float),
            np.array(nodes, np.int64),
            np.array(shares, float),
            methods,
            np.array(coded, bool),
            1 - np.array(sureness, float),
            self.blank_rows,
            row_keys,
            np.array(guesses, np.int64),
        )


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * width


def decided_by_machine(
    coded: pd.DataFrame, tree: Taxonomy, *, has_stages: bool
) -> list[Decided]:
    """What the machine decided of each, as `Decided` says.

    A run without thresholds promises nothing, so that all its answers are for people.

    Args:
        coded: The columns of a prediction, and `method` if there are stages.
        tree: The code list.
        has_stages: Whether there are.
    """
    nodes = named_nodes(coded, "", tree)
    shares = coded["probability"].to_numpy(float, na_value=np.nan)
    best = coded["top_1_probability"].to_numpy(float, na_value=np.nan)
    methods = list(coded["method"]) if has_stages else ["model"] * len(coded)
    is_coded = (nodes != ROOT) & np.array([name != CLERK for name in methods], bool)
    if "route" in coded:
        is_coded &= ~coded["route"].isin([PARTIAL, REVIEW]).to_numpy()
    elif not has_stages:
        is_coded[:] = False
    sure = np.where(is_coded, shares, np.nan_to_num(best, nan=0.0))
    # A stage that gives no probability is sure of its code, as far as order goes.
    sure = np.where(np.isnan(sure), 1.0, sure)
    names = [m if n != ROOT else CLERK for m, n in zip(methods, nodes, strict=True)]
    guesses = named_nodes(coded, "top_1_", tree)
    columns = (is_coded, sure, nodes, shares, np.where(nodes == ROOT, guesses, nodes))
    return list(zip(*(c.tolist() for c in columns), names, strict=True))


def named_nodes(
    coded: pd.DataFrame, prefix: str, tree: Taxonomy
) -> npt.NDArray[np.int64]:
    """Nodes that the column `code`, or `code_path`, of a prediction names, `(n,)`."""
    column = f"{prefix}code_path"
    names: Iterable[str] = tree.naming.paths
    if column not in coded:
        column, names = f"{prefix}code", tree.codes
    node_of = {name: node for node, name in enumerate(names)} | {"": ROOT}
    cells = coded[column].fillna("")
    return np.array([node_of[cell] for cell in cells], np.int64)
