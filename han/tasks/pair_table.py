"""Codes of several tasks that cannot go together, or hardly do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.runs.damaged_files import load_file
from han.runs.run_files import PAIRS_FILE

if TYPE_CHECKING:
    from han.runs.run_folder import RunFolder

Verdict = Literal["impossible", "suspicious"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
VERDICT, NOTE = "verdict", "note"
NO_PAIR = -1


@dataclass(frozen=True)
class Pair:
    """Codes that do not go together; with a code, all codes below it are meant.

    Attributes:
        codes: A code for each of some tasks, two or more.
        verdict: `impossible` or `suspicious`.
        note: Why, for people.
    """

    codes: dict[str, str]
    verdict: str
    note: str = ""


class PairTable:
    """A table of pairs, held against the code lists of the tasks.

    Args:
        pairs: The pairs; impossible ones are found before suspicious ones.
        trees: The code list of each task.

    Example:
        >>> trees = {n: Taxonomy(["1", "2", "21"], [-1, -1, 1]) for n in ("a", "b")}
        >>> table = PairTable([Pair({"a": "1", "b": "2"}, "impossible")], trees)
        >>> nodes = {"a": np.array([0, 0, 1]), "b": np.array([2, 0, 2])}
        >>> table.find(nodes).tolist()
        [0, -1, -1]
    """

    def __init__(self, pairs: Sequence[Pair], trees: Mapping[str, Taxonomy]) -> None:
        self.pairs = sorted(pairs, key=lambda pair: VERDICTS.index(pair.verdict))
        self._inside = {
            task: {code: _below(tree, code) for code in self._codes(task)}
            for task, tree in trees.items()
        }

    def _codes(self, task: str) -> set[str]:
        return {pair.codes[task] for pair in self.pairs if task in pair.codes}

    def find(self, nodes: Mapping[str, IntArray]) -> npt.NDArray[np.int64]:
        """The first pair that codes violate, by its place in `pairs`; -1 for none.

        Args:
            nodes: Node of each task, of one shape; -1 where there is none.
        """
        shape = next(iter(nodes.values())).shape
        found = np.full(shape, NO_PAIR, np.int64)
        inside = {
            (task, code): below[nodes[task]]
            for task, codes in self._inside.items()
            for code, below in codes.items()
        }
        for place in range(len(self.pairs) - 1, -1, -1):
            masks = [inside[item] for item in self.pairs[place].codes.items()]
            found[np.logical_and.reduce(masks)] = place
        return found

    def save(self, run: RunFolder) -> None:
        """Writes `pairs.json` into a run folder."""
        run.write_json(PAIRS_FILE, {"pairs": [vars(pair) for pair in self.pairs]})


def _below(tree: Taxonomy, code: str) -> npt.NDArray[np.bool_]:
    """Whether each node is one of a code or below it, `(N + 1,)`; the last is none."""
    nodes = tree.naming.find(code)
    return np.append(np.isin(tree.paths, nodes).any(axis=1), False)


def load_pairs(folder: Path, trees: Mapping[str, Taxonomy]) -> PairTable | None:
    """The pairs of a run of several tasks; None if it has none.

    Raises:
        InputError: If the file is damaged.
    """
    if not (folder / PAIRS_FILE).is_file():
        return None
    return load_file(folder / PAIRS_FILE, lambda file: _loaded(file, trees))


def _loaded(file: Path, trees: Mapping[str, Taxonomy]) -> PairTable:
    content = json.loads(file.read_text(encoding="utf-8"))["pairs"]
    pairs = [Pair(dict(p["codes"]), str(p["verdict"]), str(p["note"])) for p in content]
    return PairTable(pairs, trees)
