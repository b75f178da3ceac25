"""What the codes of label columns show together: lost zeros, columns turned round.

Lines of the data report where something is likely, an error where it is sure. They are
for labels without a code list; `list_notes` is for those with one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import code_listing, has_odd_widths, twins
from han.code_list.damaged_cells import serial_parts
from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError
from han.languages.remarks import Remark

Labels = npt.NDArray[np.object_]
SHOWN = 5
FEWEST_BARE = 2  # codes without any below them that may be lost zeros
MORE_BARE = 3  # times what chance makes, by trials with lists of 500 and 1,086 codes
FEWEST = 30  # rows from which on a list's zeros are missed


def check_order(labels: Labels, where: str) -> None:
    """Raises InputError where label columns stand from the bottom up.

    Args:
        labels: Label cells of one coder, `(n, k)` text.
        where: Name of the file, for messages.
    """
    for upper, lower in zip(labels.T, labels.T[1:], strict=False):
        if _is_turned(upper, lower) and _begin_alike(upper, lower):
            raise InputError(
                f"{where}: the label columns seem to be turned round: codes of a "
                "column begin with those of the next one, and decide them. Name "
                "`data.label_columns` from the top level down."
            )


def _is_turned(upper: Labels, lower: Labels) -> bool:
    """Whether each upper code has one lower code, and lower codes have many."""
    pairs = _pairs(upper, lower)
    above, below = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    return len(below) > 1 and len(above) >= 2 * len(below) and max(above.values()) == 1


def _pairs(upper: Labels, lower: Labels) -> set[tuple[str, str]]:
    pairs = zip(upper.tolist(), lower.tolist(), strict=True)
    return {(above, below) for above, below in pairs if below}


def _begin_alike(upper: Labels, lower: Labels) -> bool:
    pairs = _pairs(upper, lower)
    alike = sum(a != b and a.startswith(b) for a, b in pairs)
    return 2 * alike > len(pairs)


def pattern_notes(
    labels: Labels, tree: Taxonomy, *, digits: Sequence[int] = ()
) -> list[Remark]:
    """What is likely about the labels of one coder, `(n, k)`, and their tree.

    With `digits`, as `taxonomy.digits`, lengths name levels.
    """
    notes = [
        Remark("turned")
        for upper, lower in zip(labels.T, labels.T[1:], strict=False)
        if _is_turned(upper, lower)
    ]
    for column in labels.T:
        cells = [cell for cell in column.tolist() if cell]
        if digits:
            notes += _digit_notes(cells, digits)
        else:
            notes += _column_notes(list(dict.fromkeys(cells)))
    pairs = [f"{code}, {other}" for code, other in twins(tree)]
    if pairs:
        notes.append(Remark("case", {"pairs": "; ".join(pairs[:SHOWN])}))
    padded = _filled_up(tree)
    if padded:
        notes.append(_note("padded", padded))
    return notes


def _column_notes(codes: list[str]) -> Iterator[Remark]:
    numbers = list(filter(str.isdecimal, codes))
    pointed = [c for c in codes if c.count(".") == 1 and c.replace(".", "").isdecimal()]
    if numbers == codes and has_odd_widths(codes):
        yield _note("lengths", [min(codes, key=len), max(codes, key=len)])
    if pointed and _lost_around_point(pointed):
        yield _note("pointed", pointed)
    if twice := _same_numbers(pointed):
        yield _note("one_number", [twice[0], f"{twice[0]}0"])
    marked = {re.sub("[.-]", "", c): c for c in codes if not c.isdecimal()}
    both = [code for code in numbers if code in marked]
    if both:
        yield _note("marks", [marked[both[0]], both[0]])
    serials = [code for code in numbers if serial_parts(code)]
    others = [code for code in numbers if len(code) == 5 and code not in serials]
    if serials and not others and 2 * len(numbers) < len(codes):
        yield _note("serials", serials)


def _digit_notes(cells: list[str], digits: Sequence[int]) -> Iterator[Remark]:
    """Whether codes one digit short of full ones seem to be such without their zero.

    They have no code below them in the data, and are more than if people stopped early
    in so many records by chance; or nobody stops earlier, and half of them are so.
    """
    full = Counter(cell[:-1] for cell in cells if len(cell) == digits[-1])
    short = Counter(cell for cell in cells if len(cell) == digits[-1] - 1)
    bare = [code for code in short if code not in full]
    if len(bare) < FEWEST_BARE or any(map(_is_filled, cells)):
        return
    share = short.total() / (short + full).total()
    by_chance = sum(share**rows for rows in (short + full).values())
    is_deep = min(map(len, cells)) >= digits[-1] - 1 and 2 * len(bare) >= len(short)
    if is_deep or len(bare) > MORE_BARE * by_chance:
        known = {"count": len(bare), "width": digits[-1] - 1, "full": digits[-1]}
        yield Remark("bare", {**known, "first": bare[0], "filled": f"0{bare[0]}"})


def _is_filled(code: str) -> bool:
    """Whether a code is not of digits alone, or has kept a zero."""
    return not code.isdecimal() or code.startswith("0")


def _lost_around_point(codes: list[str]) -> bool:
    """Whether codes with a point look like numbers that were saved as such."""
    parts = [code.split(".") for code in codes]
    if any(a.startswith("0") or b.endswith("0") for a, b in parts):
        return False
    before, after = Counter(len(a) for a, _ in parts), Counter(len(b) for _, b in parts)
    return len(codes) >= 8 and (len(after) > 1 or len(before) > 1)


def _filled_up(tree: Taxonomy) -> list[str]:
    """Leaves whose code is that of two levels above with zeros; none if many are so."""
    found = []
    for leaf in tree.leaves.tolist():
        *_, top, above, code = ["", "", "", *tree.code_path(leaf)]
        is_filled = code.startswith(above) and above.startswith(top)
        if top and is_filled and len(top) < len(above) < len(code):
            found += [code] if not code.removeprefix(top).strip("0") else []
    return found if 3 * len(found) <= len(tree.leaves) else []


def _same_numbers(codes: list[str]) -> list[str]:
    """Codes with a point that are one number, unless siblings are numbered on to 10."""
    known = set(codes)
    shorter = {code.rstrip("0") for code in codes if code.endswith("0")}
    return [
        code
        for code in sorted(shorter & known)
        if f"{code.partition('.')[0]}.9" not in known
    ]


def list_notes(nodes: IntArray, tree: Taxonomy) -> list[Remark]:
    """What is likely about labels of a code list: that all have lost their zeros."""
    labelled = nodes[nodes >= 0]
    with_zero = np.array([code.startswith("0") for code in tree.codes])
    share = with_zero.mean()
    if len(labelled) < FEWEST or share < 0.1 or with_zero[labelled].any():
        return []
    return [Remark("no_zeros", {"share": float(share)})]


def _note(key: str, codes: list[str]) -> Remark:
    """A note with some codes, if all look like codes."""
    shown = Remark("cells", {"cells": codes}, SHOWN)
    return Remark(key, {"cells": shown if code_listing(codes, SHOWN) else ""})
