"""Codes in the forms that users have them in, made into node ids of a tree.

All scores read true and predicted codes here, so that they accept the same forms and
refuse the same mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import code_listing
from han.code_list.code_hints import code_hint
from han.code_list.node_names import SEPARATOR, path_text
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError, listing

OUTSIDE = -2
"""A predicted code that is not in the tree: one wrong code at the top level."""

SHOWN = 5
Unknown = Literal["error", "wrong"]
Codes = npt.ArrayLike | Sequence[object]
CodePath = tuple[str, ...]
GivenCodes = npt.NDArray[Any] | list[str | CodePath]
"""Node ids as an array, or a code or a path for each document; `()` is no code."""


def node_ids(
    codes: Codes,
    taxonomy: Taxonomy,
    *,
    unknown: Unknown = "error",
    name: str = "codes",
) -> IntArray:
    """Node ids of codes: the forms that all scores take as `y_true` and `y_pred`.

    Args:
        codes: For each of `n` documents, as a list, an array, a Series or a DataFrame:

            - node ids: whole numbers `(n,)`, -1 for no code;
            - codes: text `(n,)`, each of them once in the tree; where codes repeat,
              the names that predictions give, such as "46 > 4612": the path, or the
              code alone of a node whose `node_names` is that code;
            - paths: `n` tuples or lists of codes from the top down;
            - a matrix of levels as in HiClass: text `(n, L)`, the top level first,
              blank after the end of a partial code.

            "", None and NaN, an empty path and an empty row are no code. Codes are
            text: whole numbers are node ids, and 4611 is not the code "4611". What a
            masked array hides is no code.
        taxonomy: The tree.
        unknown: What to do with a code that is not in the tree: "error" raises;
            "wrong", for predictions only, gives -2, `OUTSIDE`. The scores take that
            as one wrong code at the top level. (-1 would spare it in the precision,
            and its longest known part would be credited with a precision of 1.)
        name: Name of the argument, for messages.

    Returns:
        Node ids, `(n,)`; -1 is no code: unlabelled as a truth, abstained as a
        prediction.

    Raises:
        InputError: If `codes` are one text, numbers with a point, ids and codes in one
            list or of another shape; if a code is not in the tree and `unknown` is
            "error", or stands there under several parents; if a path or a row has a
            blank before its end; if `unknown` is another word.

    Example:
        >>> tree = Taxonomy.from_paths([("46", "4611"), ("46", "4612"), ("47", "9")])
        >>> node_ids(["4612", "46", None], tree).tolist()
        [3, 0, -1]
        >>> node_ids([("46", "4612"), ("46",), ()], tree).tolist()
        [3, 0, -1]
        >>> node_ids([["46", "4612"], ["46", ""], ["46", "9"]], tree, unknown="wrong")
        array([ 3,  0, -2], dtype=int32)
        >>> node_ids(["46 > 4612", "4612"], tree).tolist()
        [3, 3]
    """
    if unknown not in get_args(Unknown):
        raise InputError(f"`unknown`: Expected error or wrong. Received {unknown!r}.")
    lowest = OUTSIDE if unknown == "wrong" else ROOT
    given = read_codes(codes, name)
    return nodes_in(given, taxonomy, name, unknown=unknown, lowest=lowest)


def read_codes(codes: Codes, name: str) -> GivenCodes:
    """Codes or ids as the user gave them, checked as far as this needs no tree.

    Example:
        >>> read_codes([["46", "461"], ["46", ""], [None, None]], "y_true")
        [('46', '461'), ('46',), ()]
    """
    if isinstance(codes, np.ma.MaskedArray):
        blank: int | str = ROOT if codes.dtype.kind in "iu" else ""
        codes = np.ma.filled(codes.astype(object), blank)
    # Lists keep their elements: NumPy would read ["4611", 3] as two texts.
    kind = object if isinstance(codes, list | tuple) else None
    array = np.array(codes, dtype=kind)
    if array.ndim not in (1, 2):
        given = "one text" if isinstance(codes, str | bytes) else f"{array.shape}"
        raise InputError(
            f"`{name}`: Expected a list of codes, paths or node ids, shape (n,), or a "
            f"matrix of levels, shape (n, L). Received {given}. Put a single code into "
            "a list, such as ['4611']."
        )
    is_whole = array.dtype.kind in "iu" or all(map(_is_whole, array.flat))
    if array.ndim == 1 and is_whole:
        return array
    given_codes = [_code_or_path(cell) for cell in array.tolist()]
    _check_text(given_codes, name)
    return given_codes


def _is_whole(cell: object) -> bool:
    return isinstance(cell, int | np.integer) and not isinstance(cell, bool)


def _code_or_path(cell: Any) -> str | CodePath:
    if isinstance(cell, str):
        return str(cell) if cell else ()
    if not isinstance(cell, list | tuple | np.ndarray):
        return () if _is_missing(cell) else (cell,)  # not text: `_check_text` says so
    path = ["" if _is_missing(code) else code for code in cell]
    while path and path[-1] == "":
        path.pop()
    return tuple(path)


def _is_missing(cell: Any) -> bool:
    """Whether a cell is None, NaN or the NA of pandas."""
    if isinstance(cell, str):
        return False
    import pandas as pd  # node ids and plain text need none

    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))


def _check_text(codes: Sequence[str | CodePath], name: str) -> None:
    paths = [(code,) if isinstance(code, str) else code for code in codes]
    others = [
        row
        for row, path in enumerate(paths)
        if not all(isinstance(code, str) for code in path)
    ]
    if others:
        first = next(code for code in paths[others[0]] if not isinstance(code, str))
        raise InputError(
            f"`{name}`: {len(others)} of {len(codes)} are not text, at positions "
            f"{listing(others, SHOWN)}; the first has type {type(first).__name__}. "
            "Codes are text, as 0110 and 110 are two codes: read them with `dtype=str`."
            " Node ids are whole numbers of shape (n,), without codes among them."
        )
    gaps = [row for row, path in enumerate(paths) if "" in path]
    if gaps:
        raise InputError(
            f"`{name}`: {len(gaps)} of {len(codes)} paths have a blank above a code, "
            f"at positions {listing(gaps, SHOWN)}. Expected codes from the top down, "
            "and blanks after the last one only."
        )


def learnt_tree(y_true: GivenCodes, y_pred: GivenCodes) -> Taxonomy:
    """The tree of all true and predicted paths, where no code list is given.

    Example:
        >>> learnt_tree([("A", "1")], [("A", "2"), ()]).codes
        ('A', '1', '2')
    """
    paths = [
        path
        for given in (y_true, y_pred)
        for path in (given if isinstance(given, list) else [None])
    ]
    if not any(paths) or not all(isinstance(path, tuple) for path in paths):
        raise InputError(
            "`taxonomy` is missing. Give the tree, such as `han.Taxonomy`. It can be "
            "left out for paths and matrices of levels: it is then learnt from both."
        )
    return Taxonomy.from_paths([path for path in paths if isinstance(path, tuple)])


def nodes_in(
    given: GivenCodes,
    taxonomy: Taxonomy,
    name: str,
    *,
    unknown: Unknown = "error",
    lowest: int = ROOT,
) -> IntArray:
    """Node ids `(n,)` of what `read_codes` gave; ids must be `lowest` to `N - 1`."""
    if not isinstance(taxonomy, Taxonomy):
        raise InputError(
            f"`taxonomy`: Expected a `Taxonomy`. Received {type(taxonomy).__name__}."
        )
    if not isinstance(given, list):
        return _checked_ids(given, taxonomy, name, lowest)
    found = [_candidates(code, taxonomy) for code in given]
    several = [row for row, nodes in enumerate(found) if len(nodes) > 1]
    if several:
        raise InputError(_ambiguity(given, found, several, taxonomy, name))
    missing = [row for row, nodes in enumerate(found) if not nodes]
    if missing and unknown == "error":
        raise InputError(_unknown_codes(given, missing, taxonomy, name))
    nodes = [nodes[0] if nodes else OUTSIDE for nodes in found]
    return np.asarray(nodes, dtype=np.int32)


def _candidates(code: str | CodePath, taxonomy: Taxonomy) -> list[int]:
    """Nodes that a code or a path may mean."""
    if isinstance(code, str):
        return taxonomy.naming.find(code)
    node = taxonomy.find(code)
    return [] if node is None else [node]


def _checked_ids(
    given: npt.NDArray[Any], taxonomy: Taxonomy, name: str, lowest: int
) -> IntArray:
    wrong = np.flatnonzero((given < lowest) | (given >= taxonomy.num_nodes))
    if not len(wrong):
        return given.astype(np.int32)
    received = given[wrong]
    number = str(received[0])
    is_code = number in taxonomy.nodes_of_code
    hint = f" Codes are text: give {number!r} for {number}." if is_code else ""
    raise InputError(
        f"`{name}`: {len(wrong)} of {len(given)} node ids are outside the tree, "
        f"at positions {listing(wrong, SHOWN)}. Expected {lowest} to "
        f"{taxonomy.num_nodes - 1}. Received {listing(received, SHOWN)}.{hint}"
    )


def _ambiguity(
    given: list[str | CodePath],
    found: list[list[int]],
    several: list[int],
    taxonomy: Taxonomy,
    name: str,
) -> str:
    paths = [taxonomy.naming.paths[node] for node in found[several[0]]]
    return (
        f"`{name}`: {len(several)} of {len(given)} codes stand under several parents, "
        f"at positions {listing(several, SHOWN)}. {given[several[0]]!r} may be "
        f"{listing(paths)}. Give the path in place of the code, such as {paths[0]!r}."
    )


def _unknown_codes(
    given: list[str | CodePath], missing: list[int], taxonomy: Taxonomy, name: str
) -> str:
    codes = [given[row] for row in missing]
    paths = [code.split(SEPARATOR) if isinstance(code, str) else code for code in codes]
    # What does not look like codes may be what somebody has answered.
    is_shown = bool(code_listing([code for path in paths for code in path], SHOWN))
    names = [code if isinstance(code, str) else path_text(code) for code in codes]
    received = f" Received {listing(names, SHOWN)}." if is_shown else ""
    hint = code_hint(paths[0][-1], taxonomy.codes) if is_shown else ""
    return (
        f"`{name}`: {len(missing)} of {len(given)} codes are not in the tree, at "
        f"positions {listing(missing, SHOWN)}. Expected codes of the code list, or "
        f"paths from its top.{received}{hint} Predictions of another edition of the "
        "code list count as wrong after `node_ids(codes, taxonomy, unknown='wrong')`."
    )
