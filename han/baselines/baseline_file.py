"""The file of a baseline: arrays and one text of JSON, so that nothing in it can run.

Words and code list are not in it: they stand in other files of the run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from han.code_list.taxonomy import IntArray, Taxonomy
from han.tables.array_files import read_finite_arrays

Arrays = Mapping[str, npt.NDArray[Any]]
_FORM = "form"


@dataclass(frozen=True)
class StoredBaseline:
    """What is known of a baseline, from its file and from the run beside it.

    Attributes:
        kind: The `model.kind` that trained it.
        settings: What it was made with.
        arrays: What it has learnt.
        tree: The code list of the run.
        words: Words of the run's text encoder; none if they do not matter.
    """

    kind: str
    settings: dict[str, Any]
    arrays: Arrays
    tree: Taxonomy
    words: tuple[str, ...]

    def write(self, file: Path) -> None:
        """Writes settings and arrays as `.npz`."""
        sizes = {"num_nodes": self.tree.num_nodes, "num_words": len(self.words)}
        form = {"kind": self.kind, "settings": self.settings, **sizes}
        arrays: dict[str, Any] = {_FORM: np.array(json.dumps(form)), **self.arrays}
        with file.open("wb") as stream:
            np.savez(stream, **arrays)

    @classmethod
    def read(cls, file: Path, tree: Taxonomy, words: tuple[str, ...]) -> StoredBaseline:
        """Reads what `write` wrote.

        Raises:
            ValueError: If it holds objects, or a number that is not finite, or is of
                another code list or vocabulary.
        """
        arrays = read_finite_arrays(file)
        form = json.loads(str(arrays.pop(_FORM)))
        is_same = form["num_nodes"] == tree.num_nodes
        if not is_same or form["num_words"] not in (0, len(words)):
            raise ValueError("a baseline of another code list or vocabulary")
        return cls(form["kind"], form["settings"], arrays, tree, words)

    def nodes(self, name: str) -> IntArray:
        """An array of different nodes of the code list, rising."""
        found = self.arrays[name]
        known = np.arange(self.tree.num_nodes)
        if not np.array_equal(found, known[np.isin(known, found)]):
            raise ValueError(f"{name}: not codes of this run")
        return found


def matrix_arrays(name: str, matrix: sparse.csr_array) -> dict[str, npt.NDArray[Any]]:
    """A sparse matrix as arrays, for `stored_matrix`."""
    parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr}
    return {f"{name}_{part}": array for part, array in parts.items()}


def stored_matrix(name: str, arrays: Arrays, shape: tuple[int, int]) -> Any:
    """The matrix of `matrix_arrays`.

    Raises:
        ValueError: If a place in it lies outside: compiled loops would not look.
    """
    data, indices, indptr = (
        arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr")
    )
    matrix = sparse.csr_array((data, indices, indptr), shape=shape)
    matrix.check_format(full_check=True)
    return matrix
