"""Checks of codes: whether a cell looks like a code, and lost leading zeros.

Nothing in the data tells when all codes of a level have lost the same number of zeros,
or when a shortened code is as long as codes of a level above (`110` for `0110` beside
`taxonomy.digits: [3, 4]`). A code list, `taxonomy.file`, shows them as labels that it
does not have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from han.code_list.code_spelling import difference, look_of, odd_names
from han.code_list.node_names import SEPARATOR
from han.code_list.taxonomy import Taxonomy
from han.errors import InputError, listing

LONGEST_SHOWN = 12
LEAST_WIDTH = 3  # from which on digits are codes, and no numbering
_DECIMAL = re.compile(r"\d+[.,]0+")
_NUMBERS = re.compile(r"\d+(?:[.\-/]\d+)*")
_DOTTED = re.compile(r"\d+\.\d*[1-9]\d*")


def looks_like_code(cell: str) -> bool:
    """Whether a cell may stand in a message: respondents' words may not.

    Example:
        >>> [looks_like_code(cell) for cell in ("0231", "A1", "pan", "2 vacas")]
        [True, True, False, False]
    """
    is_word = len(cell) > 2 and not any(letter.isdigit() for letter in cell)
    has_space = any(letter.isspace() for letter in cell)
    return len(cell) <= LONGEST_SHOWN and not is_word and not has_space


def code_listing(
    codes: Sequence[str], shown: int, more: str = " and {count} more"
) -> str:
    """The first codes or paths as `listing` writes them; "" if one of all is none."""
    pieces = (code for name in codes for code in name.split(SEPARATOR))
    return listing(codes, shown, more) if all(map(looks_like_code, pieces)) else ""


def zero_hint(code: str, known: Iterable[str]) -> str:
    """A sentence that names the known code with other leading zeros, or ''."""
    whole = code.removesuffix(".0")
    if not whole.isdigit():
        return ""
    found = [c for c in known if c != code and c.lstrip("0") == whole.lstrip("0")]
    if not found:
        return ""
    if whole != code:
        return f" {code!r} was saved as a number: {found[0]!r} is in the list."
    if len(found[0]) < len(code):
        return f" The code list seems to have lost leading zeros: it has {found[0]!r}."
    return f" {code!r} seems to have lost its leading zeros: {found[0]!r} is there."


def twins(tree: Taxonomy) -> list[tuple[str, str]]:
    """Pairs of siblings that look alike, case aside."""
    seen: dict[tuple[int, str], str] = {}
    found = []
    for code, parent in zip(tree.codes, tree.parents.tolist(), strict=True):
        other = seen.setdefault((parent, look_of(code).lower()), code)
        if other != code:
            found.append((other, code))
    return found


def check_look_alikes(tree: Taxonomy, where: str) -> None:
    """Raises InputError where siblings differ in alphabets or dashes alone."""
    for code, other in twins(tree):
        how = difference(code, other)
        if how != "case":
            raise InputError(
                f"{where}: {code!r} and {other!r} stand under one parent and look "
                f"alike: they differ in {how} ({odd_names(code + other)}). Write one "
                "code in one way, or set `taxonomy.check_width: false` if they are two "
                "codes."
            )


def check_zeros(tree: Taxonomy, where: str, *, one_column: bool = False) -> None:
    """Raises InputError where codes of a tree have lost zeros, or look alike.

    Args:
        tree: The tree.
        where: File of its codes, for messages.
        one_column: Whether the tree is of one level, made of one label column.
    """
    check_look_alikes(tree, where)
    check_zero_twins(tree, where)
    check_code_width(tree, where, one_column=one_column)


def check_code_width(tree: Taxonomy, where: str, *, one_column: bool = False) -> None:
    """Raises InputError where digit codes are shorter than most codes of their level.

    A spreadsheet that opened `0110` as a number gives back `110`.
    """
    for level in range(1, tree.num_levels + 1):
        codes = [tree.codes[i] for i in np.flatnonzero(tree.levels == level)]
        heads = _first_numbers(codes)
        if not heads:
            continue
        usual, count = Counter(map(len, heads)).most_common(1)[0]
        places = [i for i, head in enumerate(heads) if len(head) < usual]
        is_short = bool(places) and 2 * count > len(codes)
        is_odd = usual >= LEAST_WIDTH and has_odd_widths(codes)
        if one_column and heads == codes and (is_short or is_odd):
            raise InputError(_mixed_depth(where, codes))
        if not is_short:
            continue
        first = codes[places[0]]
        filled = "0" * (usual - len(heads[places[0]])) + first
        raise InputError(
            f"{where}: level {level} has codes of {usual} digits, but these are "
            f"shorter: {listing(codes[i] for i in places)}. They seem to have lost "
            f"leading zeros: expected {filled!r} for {first!r}. Store codes as "
            "text, or set `taxonomy.check_width: false` if the list is so."
        )


def _first_numbers(codes: list[str]) -> list[str]:
    """Codes of digits; of codes like 01.11 what stands before the first mark.

    None where codes are of another kind, or none of those with marks has a zero first.
    """
    if all(map(str.isdecimal, codes)):
        return codes
    heads = [re.split(r"\D", code)[0] for code in codes]
    is_filled = any(len(head) > 1 and head.startswith("0") for head in heads)
    return heads if is_filled and all(map(_NUMBERS.fullmatch, codes)) else []


def has_odd_widths(codes: Sequence[str]) -> bool:
    """Whether digit codes have lengths that plain numbering does not explain."""
    widths = Counter(map(len, codes))
    if len(widths) < 2 or any(code.startswith("0") for code in codes):
        return False
    shortest = min(widths)
    half = int("45" + "0" * shortest) // 100  # of all numbers of so many digits
    return widths[shortest] < half


def _mixed_depth(where: str, codes: Sequence[str]) -> str:
    widths = sorted(set(map(len, codes)))
    return (
        f"{where}: the codes have {listing(widths)} digits, and one label column alone "
        "makes a list of one level. If their first digits name the levels, set "
        f"`taxonomy.digits: {widths}`, or give the list as `taxonomy.file`. If the "
        "shorter ones have lost leading zeros, store codes as text. If the list is so, "
        "set `taxonomy.check_width: false`."
    )


def check_zero_twins(tree: Taxonomy, where: str) -> None:
    """Raises InputError where siblings are equal up to leading zeros.

    Parents come before their children, so that cousins under such parents need no
    look of their own.
    """
    seen: dict[tuple[int, str], str] = {}
    for code, parent in zip(tree.codes, tree.parents.tolist(), strict=True):
        if not _NUMBERS.fullmatch(code):
            continue
        other = seen.setdefault((parent, code.lstrip("0")), code)
        if other != code:
            raise InputError(
                f"{where}: {other!r} and {code!r} stand under one parent and differ in "
                "leading zeros only. One of them seems to have lost its zeros: write "
                "one code in one way and store codes as text, or set "
                "`taxonomy.check_width: false` if they are two codes."
            )


def check_decimals(labels: npt.NDArray[np.object_], where: str) -> None:
    """Raises InputError for cells like `23.0`, which a table of numbers leaves behind.

    A column that also has cells like `23.1` holds codes with a point, and is let be.

    Args:
        labels: Label cells, `(n, k)` text.
        where: Name of the file, for messages.
    """
    for column in labels.T:
        rows = [i for i, cell in enumerate(column) if _DECIMAL.fullmatch(cell)]
        if rows and not any(_DOTTED.fullmatch(cell) for cell in column):
            raise InputError(
                f"{where}, rows {listing(row + 1 for row in rows)}: label cells end in "
                "`.0`: they were saved as numbers, and leading zeros may be lost. "
                "Expected codes such as 23 or 0231. Store codes as text in the program "
                "that writes the file."
            )


def check_digit_widths(codes: Iterable[str], digits: Sequence[int], where: str) -> None:
    """Raises InputError if no code is as long as `taxonomy.digits` says.

    Args:
        codes: All codes of the data; "" where blank.
        digits: Number of characters that name each level.
        where: Name of the file, for messages.
    """
    widths = sorted({len(code) for code in codes if code})
    if widths and digits[-1] not in widths:
        raise InputError(
            f"{where}: no code has {digits[-1]} characters, the longest of "
            f"`taxonomy.digits`; their lengths are: {listing(widths)}. Have they lost "
            "leading zeros? Store codes as text, correct `taxonomy.digits`, or set "
            "`taxonomy.check_width: false` if no record is coded so far down."
        )
