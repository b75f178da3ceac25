"""From label cells to code paths, and from these to nodes of the code list.

Every mistake is reported with the rows where it stands. `han.code_list.code_list_files`
reads the code list.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import looks_like_code
from han.code_list.code_hints import CodeHints
from han.code_list.node_names import SEPARATOR
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError, listing

UNLABELLED = -1


def digit_path(code: str, digits: Sequence[int]) -> tuple[str, ...] | None:
    """Path of a code whose first `digits[k]` characters name level k + 1.

    Returns None if the code's length is not one of `digits`.

    Example:
        >>> digit_path("4611", [2, 3, 4])
        ('46', '461', '4611')
    """
    if len(code) not in digits:
        return None
    return tuple(code[:width] for width in digits if width <= len(code))


def label_paths(
    labels: npt.NDArray[np.object_], *, digits: Sequence[int] = (), where: str = "data"
) -> list[tuple[str, ...]]:
    """Code path of each row of label cells.

    Args:
        labels: `(n, k)` text: one column for each level, trailing cells may be empty;
            or, with `digits`, one column of codes.
        digits: Number of characters that name each level, or empty.
        where: Name of the file, for messages.

    Returns:
        One path for each row, empty where no cell is filled.

    Raises:
        InputError: For a cell filled below an empty one, or a code of wrong length.
    """
    if digits:
        paths = [digit_path(row[0], digits) if row[0] else () for row in labels]
        bad = [i for i, path in enumerate(paths) if path is None]
        if bad:
            cell = str(labels[bad[0]][0])
            shown, doubt = repr(cell), "Has it lost a leading zero?"
            if any(mark in cell for mark in ";|,/"):
                doubt = (
                    "Of several codes `data.label_sets` names the mark between them, "
                    "the same in all cells."
                )
            if not looks_like_code(cell):
                shown = f"{len(cell)} characters"
                doubt = "Does `data.label_columns` name a column of codes?"
            raise InputError(
                f"{where}, rows {listing(i + 1 for i in bad)}: codes must have "
                f"{listing(digits)} characters (`taxonomy.digits`), but row "
                f"{bad[0] + 1} has {shown}. {doubt}"
            )
        return [path for path in paths if path is not None]
    filled = labels != ""
    gaps = np.flatnonzero((filled[:, 1:] & ~filled[:, :-1]).any(axis=1))
    if len(gaps):
        raise InputError(
            f"{where}, rows {listing(gaps + 1)}: a label column is filled but the one "
            "above it is empty. A path starts at the top and may only stop early."
        )
    return [tuple(row[: mask.sum()]) for row, mask in zip(labels, filled, strict=True)]


def label_nodes(
    paths: Sequence[tuple[str, ...]],
    tree: Taxonomy,
    *,
    by_code: bool = False,
    where: str = "data",
    in_row: int = 1,
) -> IntArray:
    """Node id of each path; `UNLABELLED` (-1) where it is empty.

    Args:
        paths: Code paths from the top.
        tree: The code list.
        by_code: Each path holds one code of any level, looked up wherever it stands.
        where: Name of the file, for messages.
        in_row: So many paths stand in each row of the file.

    Raises:
        InputError: If a label is not in the tree (lists labels and rows), or if a code
            stands there more than once.
    """
    nodes = np.full(len(paths), UNLABELLED, dtype=np.int32)
    unknown: dict[tuple[str, ...], list[int]] = {}
    for place, path in enumerate(paths):
        if not path:
            continue
        row = place // in_row + 1
        here = f"{where}, row {row}"
        node = _node_of_code(path[0], tree, here) if by_code else tree.find(path)
        if node is None:
            rows = unknown.setdefault(path, [])
            rows += [row] if row not in rows[-1:] else []
        else:
            nodes[place] = node
    if unknown:
        raise InputError(_unknown_labels(unknown, tree, where))
    return nodes


def _node_of_code(code: str, tree: Taxonomy, where: str) -> int | None:
    nodes = tree.naming.find(code)
    if len(nodes) > 1:
        raise InputError(
            f"{where}: code {code!r} stands under more than one parent in the code "
            f"list. Give its path, such as {tree.naming.paths[nodes[0]]!r}, or one "
            "label column for each level in `data.label_columns`."
        )
    return nodes[0] if nodes else None


def named_paths(
    names: Sequence[str], tree: Taxonomy, where: str = "data"
) -> list[tuple[str, ...]]:
    """Code path of each name that outputs give a node; empty of "".

    A path such as `1 > 19` need not be in the tree.

    Raises:
        InputError: If a code without its path is not in the tree, or there twice.

    Example:
        >>> tree = Taxonomy.from_paths([("1", "11"), ("2", "21")])
        >>> named_paths(["11", "2 > 21", "2 > 22", ""], tree)
        [('1', '11'), ('2', '21'), ('2', '22'), ()]
    """
    found, unknown = [], dict[tuple[str, ...], list[int]]()
    for row, name in enumerate(names, start=1):
        node = _node_of_code(name, tree, f"{where}, row {row}") if name else ROOT
        path = tree.code_path(ROOT if node is None else node)
        if node is None and SEPARATOR in name:
            path = tuple(code.replace(">>", ">") for code in name.split(SEPARATOR))
        elif node is None:
            unknown.setdefault((name,), []).append(row)
        found.append(path)
    if unknown:
        raise InputError(_unknown_labels(unknown, tree, where))
    return found


def _order_hint(paths: Sequence[tuple[str, ...]], tree: Taxonomy) -> str:
    turned = any(len(path) > 1 and tree.find(path[::-1]) is not None for path in paths)
    if not turned:
        return ""
    return " Name `data.label_columns` from the top level down: they are turned round."


def _unknown_labels(
    unknown: dict[tuple[str, ...], list[int]], tree: Taxonomy, where: str
) -> str:
    first = list(unknown)[:10]
    is_shown = all(looks_like_code(code) for path in unknown for code in path)
    shown = [
        (f"{'/'.join(path)!r} " if is_shown else "") + f"(row {listing(rows, 5)})"
        for path, rows in itertools.islice(unknown.items(), 10)
    ]
    more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
    known = CodeHints(tree.codes)
    hint = _order_hint(first, tree)
    hint = hint or next((text for p in first if (text := known.of(p[-1]))), "")
    doubt = (
        "" if is_shown or hint else " Does `data.label_columns` name columns of codes?"
    )
    return (
        f"{where}: labels that are not in the code list: {'; '.join(shown)}{more}."
        f"{hint}{doubt} Correct the rows, or add the codes to `taxonomy.file`."
    )
