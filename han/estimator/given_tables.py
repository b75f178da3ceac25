"""X and y of `fit` and `predict` as tables with named columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd

from han.errors import InputError, listing

TEXT, CODE, LEVEL, WEIGHT = "text", "code", "level_{}", "sample_weight"
Fields = Mapping[str, Any] | Sequence[str] | None


@dataclass(frozen=True)
class Rows:
    """What `fit` is given for a role: texts, codes and weights, `n` each."""

    X: Any
    y: Any
    sample_weight: Any = None


@dataclass(frozen=True)
class LabelledTable:
    """The same in one table.

    Attributes:
        rows: All columns, `(n, k)`.
        labels: Names of those that hold codes, from the top.
        weight: Name of the one that holds weights, if there is one.
    """

    rows: pd.DataFrame
    labels: list[str]
    weight: str | None


def text_table(X: Any, names: Sequence[str] = ()) -> pd.DataFrame:
    """Texts, and what stands beside them, as a table.

    Args:
        X: A list, array or Series of texts, `(n,)`; or a DataFrame or an array of
            columns, `(n, k)`.
        names: Columns of the text fields, where they are known.

    Raises:
        InputError: If `X` is none of these, or an array has other columns than `names`.

    Example:
        >>> text_table(["pan", "queso"]).columns.tolist()
        ['text']
    """
    if isinstance(X, pd.DataFrame):
        return X.set_axis(list(map(str, X.columns)), axis=1).reset_index(drop=True)
    if isinstance(X, str) or not hasattr(X, "__len__"):
        raise InputError(
            f"X: Expected a list or Series of texts, or a DataFrame of text columns. "
            f"Received: {type(X).__name__}."
        )
    if isinstance(X, pd.Series):
        own = [X.name] if isinstance(X.name, str) and X.name else []
        return pd.DataFrame({[*names, *own, TEXT][0]: X.to_numpy(object)})
    if getattr(X, "ndim", 1) == 1:
        return pd.DataFrame({[*names, TEXT][0]: pd.Series(list(X), dtype=object)})
    names = names or [TEXT]
    if X.ndim != 2 or X.shape[1] != len(names):
        raise InputError(
            f"X: an array of shape {X.shape} says no names of its columns, and "
            f"{len(names)} text column is expected. Give a DataFrame, or name the "
            "columns with fields=[...]."
        )
    return pd.DataFrame(X, columns=list(names))


def label_table(
    y: Any, names: Sequence[str] = (), taken: Collection[str] = ()
) -> pd.DataFrame:
    """Codes as a table with a column for each level, or one of codes.

    Args:
        y: Codes, `(n,)`; or a table of levels, `(n, L)`, in which cells at the end of a
            row may be blank. Rows that are lists may be shorter than others.
        names: Names of the columns, where they are known.
        taken: Names that the columns cannot have.

    Raises:
        InputError: If there is no `y`, or it has another number of columns.

    Example:
        >>> label_table([["1", "11"], ["2"]]).columns.tolist()
        ['level_1', 'level_2']
    """
    if y is None:
        raise InputError(
            "y: HierarchicalTextClassifier requires y to be passed, but the target y "
            "is None. Give a code for each text."
        )
    if isinstance(y, list | tuple) and any(isinstance(c, list | tuple) for c in y):
        y = list(zip(*zip_longest(*y, fillvalue=""), strict=True))
    table = pd.DataFrame(y if hasattr(y, "dtype") or hasattr(y, "columns") else list(y))
    width = table.shape[1]
    if not table.size:
        raise InputError("y: there are no rows. Expected a code for each text.")
    if names and len(names) != width:
        raise InputError(
            f"y: {width} columns, but the label columns are {', '.join(names)}. Give "
            f"{len(names)}."
        )
    usual = [CODE] if width == 1 else [LEVEL.format(k + 1) for k in range(width)]
    own = [str(name) for name in table.columns]
    is_named = all(isinstance(name, str) and name for name in table.columns)
    if not is_named or set(own) & set(taken) or len(set(own)) < width:
        own = usual
    return table.set_axis(list(names) or own, axis=1).reset_index(drop=True)


def labelled_table(
    given: Rows, fields: Fields, labels: Sequence[str], weight: str | None = None
) -> LabelledTable:
    """Texts, codes and weights of some rows as one table.

    Args:
        given: What `fit` was given for them.
        fields: Text columns by name; None if nothing names them.
        labels: Names of the label columns; empty if nothing names them.
        weight: Name of the weight column, if there must be one.

    Raises:
        InputError: If the parts are of different lengths, or `X` holds the codes.
    """
    table = text_table(given.X, _columns(fields))
    is_frame = isinstance(given.X, pd.DataFrame)
    codes = label_table(given.y, labels, () if is_frame else table.columns)
    given_weights = given.sample_weight
    weights = None if given_weights is None else np.asarray(given_weights)
    check_lengths(X=table, y=codes, sample_weight=weights)
    both = [repr(name) for name in codes if name in table]
    if both and not fields:
        raise InputError(
            f"X: {listing(both)} is a column of X and the name of codes in y. Leave it "
            "out of X, or name the text columns with fields=[...]."
        )
    table = pd.concat(
        [table.drop(columns=codes.columns, errors="ignore"), codes], axis=1
    )
    if weights is not None:
        name = getattr(given_weights, "name", None)
        weight = weight or (name if isinstance(name, str) and name else WEIGHT)
        table[weight] = weights
    elif weight is not None and weight not in table:
        table[weight] = 1
    return LabelledTable(table, list(codes.columns), weight)


def _columns(fields: Fields) -> list[str]:
    if isinstance(fields, Mapping):
        return [(f or {}).get("column") or name for name, f in fields.items()]
    return list(fields or ())


def check_lengths(**columns: Any) -> None:
    """Raises InputError if columns, by name, are not of one length; None has none."""
    sizes = {name: len(c) for name, c in columns.items() if c is not None}
    if len(set(sizes.values())) > 1:
        shown = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise InputError(f"Different numbers of rows: {shown}. Give one of each a row.")


def field_columns(
    table: LabelledTable, settings: Mapping[tuple[str, ...], Any]
) -> list[str]:
    """Columns that are text fields where nothing names these: those of no other use."""
    used = {*table.labels, table.weight}
    for path, setting in settings.items():
        section, key = (*path, "")[:2]
        if section == "data" and key == "side_features":
            used |= {path[2], str(setting) if path[-1] == "column" else path[2]}
        elif section == "data" and key != "fields":
            used |= _texts(setting)
    return [name for name in table.rows.columns if name not in used]


def _texts(setting: Any) -> set[str]:
    if isinstance(setting, str):
        return {setting}
    if isinstance(setting, list | tuple):
        return {text for each in setting for text in _texts(each)}
    return set()
