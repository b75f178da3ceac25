"""Sentence vectors that somebody else has made: a file of texts and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.errors import InputError, listing
from han.late_packages import pd
from han.pretrained.encoder_files import damage_said, files_digest
from han.pretrained.sentence_encoder import FloatArray, unit_length
from han.tables.array_files import read_arrays
from han.tables.file_access import check_file

ENDINGS = (".parquet", ".csv", ".npz")
TEXT, VECTORS = "text", "vectors"


class VectorTable:
    r"""Vectors looked up by text; zeros for a sentence that the file lacks.

    Args:
        file: `.parquet` or `.csv` with a column `text` and columns of numbers, in the
            order of the file; or `.npz` with arrays `text` and `vectors`. A row is a
            sentence; of several with the same words the first one counts.
        as_sentence: Writes a text as sentences of documents are written.

    Raises:
        InputError: If it is missing.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "vectors.csv"
        >>> _ = file.write_text("text,v_0,v_1\nPan,3,4\n", encoding="utf-8")
        >>> VectorTable(file, str.lower).encode(["pan", "sal"]).tolist()
        [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """

    source = "vectors"
    languages: frozenset[str] | None = None
    is_cached = False  # they are on disk already

    def __init__(self, file: Path, as_sentence: Callable[[str], str]) -> None:
        check_file(file, "file of vectors", "Check `pretrained.encoder`.")
        self.file, self.name, self._as_sentence = file, str(file), as_sentence
        self.identity = files_digest(file.parent, [file])

    @property
    def width(self) -> int:
        """Numbers of a vector."""
        return int(self._table[1].shape[1])

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors `(n, width)` of length 1; zeros for those that are missing.

        Raises:
            InputError: If the file has another form, or holds NaN or infinity.
        """
        row_of, vectors = self._table
        rows = [row_of.get(sentence, -1) for sentence in sentences]
        return vectors[rows]

    def rest(self) -> None:
        """Frees the table."""
        self.__dict__.pop("_table", None)

    @cached_property
    def _table(self) -> tuple[dict[str, int], FloatArray]:
        """Row of each sentence, and the rows, with zeros as the last of them."""
        with (
            damage_said(self.file, f"a table with a column `{TEXT}` and numbers"),
            np.errstate(over="ignore"),  # infinity is said below
        ):
            texts, vectors = _read(self.file)
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if bad.size:
            raise InputError(
                f"{self.file}, row {bad[0] + 1}: a vector holds NaN or infinity, or is "
                "not complete. Remove it or write it again."
            )
        row_of: dict[str, int] = {}
        for row, text in enumerate(texts):
            row_of.setdefault(self._as_sentence(text), row)
        zeros = np.zeros((1, vectors.shape[1]), np.float32)
        return row_of, np.concatenate([unit_length(vectors), zeros])


def _read(file: Path) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Texts of a file, and its numbers `(n, width)`."""
    if file.suffix == ".npz":
        arrays = read_arrays(file)
        _check_columns(file, TEXT in arrays and VECTORS in arrays, list(arrays))
        texts, vectors = arrays[TEXT].astype(str).tolist(), arrays[VECTORS]
        if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.shape[1]:
            raise InputError(
                f"{file}: `{VECTORS}` has the shape {vectors.shape}, and `{TEXT}` has "
                f"{len(texts)}. Expected a vector for each text."
            )
        return texts, vectors.astype(np.float32)
    if file.suffix == ".parquet":
        table = pd.read_parquet(file)
    else:
        table = pd.read_csv(
            file, dtype={TEXT: str}, keep_default_na=False, low_memory=False
        )
    _check_columns(file, TEXT in table and table.shape[1] > 1, list(table.columns))
    numbers = table.drop(columns=TEXT)
    for name, column in numbers.items():
        if not pd.api.types.is_numeric_dtype(column):
            raise InputError(
                f"{file}: the column {name!r} holds something else than numbers. "
                f"Expected a column `{TEXT}`, and numbers in all others."
            )
    return table[TEXT].fillna("").astype(str).tolist(), numbers.to_numpy(np.float32)


def _check_columns(file: Path, are_right: bool, found: list[str]) -> None:
    if not are_right:
        others = f"`{VECTORS}`" if file.suffix == ".npz" else "columns of numbers"
        raise InputError(
            f"{file}: it has {listing(map(repr, found), shown=5)}. Expected `{TEXT}` "
            f"and {others}."
        )
