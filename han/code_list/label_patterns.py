"""What the codes of label columns show together: lost zeros, columns turned round.

Lines of the data report where something is likely, an error where it is sure. They are
for labels without a code list; `list_notes` is for those with one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import code_listing, has_odd_widths, twins
from han.code_list.damaged_cells import serial_parts
from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError

Labels = npt.NDArray[np.object_]
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


def pattern_notes(labels: Labels, tree: Taxonomy, *, digits: bool = False) -> list[str]:
    """What is likely about the labels of one coder, `(n, k)`, and their tree.

    With `digits` lengths name levels.
    """
    notes = [
        "label columns may be turned round: each code has one below it, which has "
        "many above. Name `data.label_columns` from the top level down."
        for upper, lower in zip(labels.T, labels.T[1:], strict=False)
        if _is_turned(upper, lower)
    ]
    for column in labels.T:
        codes = [c for c in dict.fromkeys(column.tolist()) if c]
        notes += [] if digits else _column_notes(codes)
    pairs = [f"{code}, {other}" for code, other in twins(tree)]
    if pairs:
        notes.append(f"codes that differ in case alone: {'; '.join(pairs[:5])}.")
    padded = _filled_up(tree)
    if padded:
        notes.append(
            f"codes that may be shorter ones, filled up with zeros{_some(padded)}. "
            "Write partial codes without these zeros."
        )
    return notes


def _column_notes(codes: list[str]) -> Iterator[str]:
    numbers = list(filter(str.isdecimal, codes))
    pointed = [c for c in codes if c.count(".") == 1 and c.replace(".", "").isdecimal()]
    if numbers == codes and has_odd_widths(codes):
        yield (
            "codes of several lengths, none of which begins with a zero"
            f"{_some(min(codes, key=len), max(codes, key=len))}. If zeros are lost, "
            "store codes as text; if the first digits name levels, set "
            "`taxonomy.digits`."
        )
    if pointed and _lost_around_point(pointed):
        yield (
            f"codes like numbers with a point{_some(pointed)}: none has a zero at its "
            "beginning or end, and their lengths differ. If zeros are lost (01.10 and "
            "1.1), store codes as text."
        )
    if twice := _same_numbers(pointed):
        yield (
            f"codes that are one number{_some(twice[0], twice[0] + '0')}. If zeros are "
            "lost, store codes as text."
        )
    marked = {re.sub("[.-]", "", c): c for c in codes if not c.isdecimal()}
    both = [code for code in numbers if code in marked]
    if both:
        yield f"codes with and without marks{_some(marked[both[0]], both[0])}."
    serials = [code for code in numbers if serial_parts(code)]
    others = [code for code in numbers if len(code) == 5 and code not in serials]
    if serials and not others and 2 * len(numbers) < len(codes):
        yield f"codes that may be dates of a spreadsheet{_some(serials)}."


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


def list_notes(nodes: IntArray, tree: Taxonomy) -> list[str]:
    """What is likely about labels of a code list: that all have lost their zeros."""
    labelled = nodes[nodes >= 0]
    with_zero = np.array([code.startswith("0") for code in tree.codes])
    share = with_zero.mean()
    if len(labelled) < FEWEST or share < 0.1 or with_zero[labelled].any():
        return []
    return [
        f"no label begins with a zero, but {share:.0%} of the code list do. Have the "
        "labels lost leading zeros? Store codes as text."
    ]


def _some(*codes: str | list[str]) -> str:
    names = [n for code in codes for n in (code if isinstance(code, list) else [code])]
    text = code_listing(names, 5)
    return f" ({text})" if text else ""
