"""X and y of `fit` and `predict` as tables with named columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from han.errors import InputError, listing
from han.estimator.given_codes import (
    CODE,
    as_given,
    columns_table,
    free_name,
    label_table,
)

TEXT, WEIGHT = "text", "sample_weight"
# Keys of settings that name columns of X.
COLUMN_KEYS = {
    *[("data", key) for key in ("label_columns", "other_coders", "key_columns")],
    ("data", "weight_column"),
    ("data", "split", "column"),
    ("data", "split", "time_column"),
}
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
        X: A list, array or Series of texts, `(n,)`; or a DataFrame, a dict or an array
            of columns, `(n, k)`.
        names: Columns of the text fields, where they are known.

    Raises:
        InputError: If `X` is none of these, or an array has other columns than `names`.

    Example:
        >>> text_table(["pan", "queso"]).columns.tolist()
        ['text']
    """
    if isinstance(X, Mapping):
        X = columns_table(X, "X")
    if isinstance(X, pd.DataFrame):
        if X.columns.nlevels > 1:
            raise InputError("X: its columns have several names. Give one for each.")
        return X.set_axis(list(map(str, X.columns)), axis=1).reset_index(drop=True)
    if isinstance(X, str | bytes | Set) or not hasattr(X, "__len__"):
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
    return pd.DataFrame(X, columns=list(names), dtype=as_given(X))


def labelled_table(
    given: Rows,
    fields: Fields,
    labels: Sequence[str],
    weight: str | None = None,
    used: Collection[str] = (),
) -> LabelledTable:
    """Texts, codes and weights of some rows as one table.

    No column of `X` that is used is replaced, and none becomes a code or a weight.

    Args:
        given: What `fit` was given for them.
        fields: Text columns by name; None if nothing names them.
        labels: Names of the label columns; empty if nothing names them.
        weight: Name of the weight column, if there must be one.
        used: Columns of `X` that settings name.

    Raises:
        InputError: If the parts are of different lengths, or `X` holds the codes.
    """
    table, texts = text_table(given.X, field_names(fields)), field_names(fields)
    both = sorted(set(labels) & set(texts))
    if both:
        raise InputError(
            f"`data.label_columns` and `fields` both name {listing(both)}. A text "
            "cannot be its own code: name other columns."
        )
    taken = ({*texts, *used} if fields else set(table.columns)) - set(labels)
    codes = label_table(given.y, labels, taken)
    _check_no_codes(table if not fields else table[[]], codes, given.y, taken)
    weights = weight_column(given.sample_weight)
    check_lengths(X=table, y=codes, sample_weight=weights)
    table = table.drop(columns=codes.columns, errors="ignore")
    if weights is not None:
        weight = weight or _weight_name(given.sample_weight, table, {*texts, *codes})
        table[weight] = weights
    elif weight is not None and weight not in table:
        table[weight] = 1
    table = pd.concat([table, codes], axis=1)
    return LabelledTable(table, list(codes.columns), weight)


def _check_no_codes(
    table: pd.DataFrame, codes: pd.DataFrame, y: Any, taken: Collection[str]
) -> None:
    """Refuses to learn codes from a column that holds them.

    A Series may have the name of the texts that it was made from: that column has none
    of its codes.
    """
    is_table = isinstance(y, pd.DataFrame | Mapping)
    own = {str(name) for name in (y if is_table else [getattr(y, "name", None)])}
    both = own & set(taken) if is_table else {*map(str, codes)} & set(table)
    for name in ({*own, CODE} & set(table)) - both:
        if any(_same_cells(table[name], codes[column]).any() for column in codes):
            both.add(name)
    if both:
        raise InputError(
            f"X: {listing(map(repr, sorted(both)))} is a column of X and the name of "
            "codes in y. Leave it out of X, name the text columns with fields=[...], "
            "or rename it in y."
        )


def _weight_name(given: Any, table: pd.DataFrame, taken: Collection[str]) -> str:
    """Name of the weight column: that of `X` with these weights, or a free one."""
    own = getattr(given, "name", None)
    own = own if isinstance(own, str) and own else WEIGHT
    is_free = own not in table or _are_equal(table[own], given)
    return own if is_free and own not in taken else free_name(own, {*table, *taken})


def _are_equal(one: pd.Series, other: Any) -> bool:
    """Whether two columns have the same cells."""
    return len(one) == len(other) and bool(_same_cells(one, other, blank=True).all())


def _same_cells(one: pd.Series, other: Any, *, blank: bool = False) -> pd.Series:
    """Rows where two columns have the same cell; blank ones count only if asked for."""
    first, second = (pd.Series(list(c), dtype=object) for c in (one, other))
    first, second = (c.where(c.notna(), "").map(str) for c in (first, second))
    size = min(len(first), len(second))  # other lengths are refused later
    first, second = first[:size], second[:size]
    return (first == second) & (blank | (first != ""))


def weight_column(given: Any) -> np.ndarray | None:
    """Weights as an array, `(n,)`, if there are any.

    Raises:
        InputError: If they are of another shape.
    """
    if given is None:
        return None
    try:
        if np.asarray(given, np.float64).ndim == 1:
            return np.asarray(given)
    except (TypeError, ValueError):
        pass  # no numbers, or lists of several lengths
    raise InputError(
        "sample_weight: Expected a list, array or Series of numbers, (n,). "
        f"Received: {type(given).__name__} of another shape, or with other cells."
    )


def field_names(fields: Fields) -> list[str]:
    """Columns of the text fields, where something names them."""
    if isinstance(fields, Mapping):
        return [(f or {}).get("column") or name for name, f in fields.items()]
    return list(fields or ())


def check_lengths(**columns: Any) -> None:
    """Raises InputError if columns, by name, are not of one length; None has none."""
    sizes = {name: len(c) for name, c in columns.items() if c is not None}
    if len(set(sizes.values())) > 1:
        shown = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise InputError(f"Different numbers of rows: {shown}. Give one of each a row.")


def named_columns(settings: Mapping[tuple[str, ...], Any]) -> set[str]:
    """Columns of `X` that settings name: of the split, keys, weight, side features."""
    used: set[str] = set()
    for path, setting in settings.items():
        if path[:2] == ("data", "side_features") and len(path) > 2:
            used |= {path[2], str(setting) if path[-1] == "column" else path[2]}
        elif path in COLUMN_KEYS:
            used |= _texts(setting)
        elif path == ("data", "split", "group_by"):
            used |= _texts(setting) - {"text", "none"}  # which are no columns
    return used


def _texts(setting: Any) -> set[str]:
    if isinstance(setting, str):
        return {setting}
    if isinstance(setting, list | tuple):
        return {text for each in setting for text in _texts(each)}
    return set()
