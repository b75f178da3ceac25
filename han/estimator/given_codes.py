"""y of `fit` and `score` as a table with a column for each level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from han.errors import InputError, listing

CODE, LEVEL = "code", "level_{}"
SHOWN = 5
NUMBERED = (
    "y: holds {}, not text: leading zeros may be lost. Give codes as text. If you did, "
    "scikit-learn has numbered them: VotingClassifier and cross_val_predict with "
    "method='predict_proba' do. Call fit and predict_proba yourself for each model or "
    "fold in their place."
)


def label_table(
    y: Any, names: Sequence[str] = (), taken: Collection[str] = ()
) -> pd.DataFrame:
    """Codes as a table with a column for each level, or one of codes.

    Args:
        y: Codes, `(n,)`; or a table of levels, `(n, L)`, in which cells at the end of a
            row may be blank. Rows that are lists may be shorter than others, and None
            or NaN among them is a row without a code.
        names: Names of the columns, where they are known. A DataFrame with these names
            may have them in any order; other tables may lack the last levels.
        taken: Names that the columns cannot have; where `y` has one, another is chosen.

    Raises:
        InputError: If `y` is no column and no table of codes; if it mixes codes with
            paths, has numbers, other names, or more levels.

    Example:
        >>> label_table([["1", "11"], ["2"]]).columns.tolist()
        ['level_1', 'level_2']
    """
    table = _table(y)
    if not table.size:
        raise InputError("y: there are no rows. Expected a code for each text.")
    if all(kind.kind in "iu" for kind in table.dtypes):
        raise InputError(NUMBERED.format(f"{table.dtypes.iloc[0]}"))
    if len(names) > 1 and is_column(y):
        raise InputError(
            f"y: one column of codes, but there are {len(names)} label columns: "
            f"{listing(names)}. Give a table of levels, or paths as lists."
        )
    if names:
        return _with_names(table, list(names), isinstance(y, pd.DataFrame | Mapping))
    width = table.shape[1]
    usual = [CODE] if width == 1 else [LEVEL.format(k + 1) for k in range(width)]
    is_named = all(isinstance(name, str) and name for name in table.columns)
    own = list(table.columns) if is_named else usual
    if len(set(own)) < width:
        raise InputError(
            f"y: two columns have one name: {listing(own)}. Rename one of them."
        )
    chosen: list[str] = []
    for name, plain in zip(own, usual, strict=True):
        is_free = name not in taken
        chosen.append(name if is_free else free_name(plain, {*taken, *own, *chosen}))
    return table.set_axis(chosen, axis=1)


def free_name(name: str, taken: Collection[str]) -> str:
    """A name that no other column has.

    Example:
        >>> free_name("code", ["text"]), free_name("code", ["code", "code_2"])
        ('code', 'code_3')
    """
    numbered = (f"{name}_{k}" for k in range(2, len(taken) + 3))
    return next(n for n in [name, *numbered] if n not in taken)


def _table(y: Any) -> pd.DataFrame:
    """Cells of `y`, with the names that it has itself."""
    if y is None:
        raise InputError(
            "y: HierarchicalTextClassifier requires y to be passed, but the target y "
            "is None. Give a code for each text."
        )
    if isinstance(y, Mapping):
        y = columns_table(y, "y")
    if isinstance(y, pd.DataFrame):
        if y.columns.nlevels > 1:
            raise InputError("y: its columns have several names. Give one for each.")
        return y.reset_index(drop=True)
    is_text = isinstance(y, str | bytes | Set)
    if is_text or not hasattr(y, "__len__") or np.ndim(_shaped(y)) not in (1, 2):
        raise InputError(
            "y: Expected a list, array or Series of codes as text, or a table of levels"
            f", (n, L). Received: {type(y).__name__}"
            f"{f' of shape {np.shape(y)}' if isinstance(y, np.ndarray) else ''}."
        )
    if getattr(y, "ndim", 1) == 2:
        return pd.DataFrame(y, dtype=as_given(y))
    name = getattr(y, "name", None)
    cells = list(y)
    if any(map(_is_path, cells)):
        return _path_table(cells)
    column = pd.Series(cells, dtype=as_given(cells))
    return pd.DataFrame({name if isinstance(name, str) and name else 0: column})


def is_column(y: Any) -> bool:
    """Whether `y` is a column of codes, and no table or list of paths."""
    is_table = isinstance(y, pd.DataFrame | Mapping) or getattr(y, "ndim", 1) != 1
    if is_table or not hasattr(y, "__len__"):
        return False
    return not any(map(_is_path, y))


def _shaped(y: Any) -> Any:
    """`y`, or as many numbers, if it is a list: NumPy need not look into that."""
    return y if hasattr(y, "ndim") else range(len(y))


def columns_table(given: Mapping[Any, Any], where: str) -> pd.DataFrame:
    """Columns by name as a DataFrame.

    Raises:
        InputError: If they are of different lengths, or no columns.
    """
    try:
        if any(map(_is_one, given.values())):
            raise ValueError
        # Rows are matched by position, as everywhere, and not by an index.
        cells = {name: list(column) for name, column in given.items()}
        columns = {n: pd.Series(c, dtype=as_given(c)) for n, c in cells.items()}
        if len(set(map(len, columns.values()))) > 1:
            raise ValueError
        return pd.DataFrame(columns)
    except (TypeError, ValueError):
        raise InputError(
            f"{where}: a dict must hold columns by name, lists of one length. Give "
            "these, or a DataFrame."
        ) from None


def as_given(cells: Any) -> type | None:
    """The dtype that keeps text as it was given; None: that of the numbers.

    The text of pandas cannot hold halves of characters, of which messages tell.
    """
    if isinstance(cells, np.ndarray):
        return object if cells.dtype.kind in "OUS" else None
    is_number = all(pd.api.types.is_number(cell) for cell in cells)
    return None if is_number and len(cells) else object


def _is_one(column: Any) -> bool:
    return isinstance(column, str | bytes | Mapping | Set)


def _is_path(cell: Any) -> bool:
    return isinstance(cell, list | tuple | np.ndarray)


def _path_table(cells: Sequence[Any]) -> pd.DataFrame:
    """A column for each level of paths of any length."""
    odd = [
        row
        for row, cell in enumerate(cells)
        if not _is_path(cell) and not is_missing(cell)
    ]
    if odd:
        raise InputError(
            f"y: paths and single codes are mixed: {len(odd)} of {len(cells)} are no "
            f"lists, at positions {listing(odd, SHOWN)}. Give all as lists, such as "
            "['1', '11'] and ['1'], and None where there is no code."
        )
    rows: Iterable[Sequence[Any]] = ([] if is_missing(c) else c for c in cells)
    levels = list(zip_longest(*rows, fillvalue=""))
    return pd.DataFrame(dict(enumerate(levels)), dtype=object)


def is_missing(cell: Any) -> bool:
    """Whether a cell is None, NaN, the NA of pandas, or empty text."""
    if isinstance(cell, str):
        return not cell
    return pd.api.types.is_scalar(cell) and bool(pd.isna(cell))


def _with_names(table: pd.DataFrame, names: list[str], is_named: bool) -> pd.DataFrame:
    """The table with known columns: by name where it has names, else from the top."""
    own = list(table.columns)
    if is_named and _are_chosen(own) and len(names) > 1:
        if not set(own) <= set(names) or len(set(own)) < len(own):
            if not _are_made_up(names):
                raise InputError(
                    f"y: the columns are {listing(own)}, but the label columns are "
                    f"{listing(names)}. Rename them, or give an array."
                )
        else:
            return table.reindex(columns=names, fill_value="")
    deeper = table.iloc[:, len(names) :]
    rows = np.flatnonzero([not all(map(is_missing, row)) for row in deeper.to_numpy()])
    if len(rows):
        raise InputError(
            f"y: {len(rows)} rows have codes of more levels than the {len(names)} of "
            f"training ({listing(names)}), at positions {listing(rows, SHOWN)}. Leave "
            "the deeper levels out, or train with them."
        )
    table = table.iloc[:, : len(names)].set_axis(names[: len(own)], axis=1)
    return table.reindex(columns=names, fill_value="")


def _are_chosen(names: Sequence[Any]) -> bool:
    """Whether names are those of a user, and not numbers that pandas gives."""
    return all(isinstance(name, str) for name in names)


def _are_made_up(names: Sequence[str]) -> bool:
    """Whether these are the names of levels that had none."""
    return all(name.startswith(LEVEL.format(k + 1)) for k, name in enumerate(names))
