"""Parents from the codes themselves: the longest beginning that is a code, ranges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"([A-Z]?\d+)\s*(?:[-\u2010-\u2015]|\s(?:a|al|to)\s)\s*([A-Z]?\d+)")
_CHECK_DIGIT = re.compile(r"(\d{6,})-\d")
MOST = 0.9  # of the codes of a padded list have the code at the top above them


@dataclass(frozen=True)
class FoundParents:
    """Parents that a rule found.

    Attributes:
        parent_of: The parent of each code; "" at the top.
        holes: Codes whose parent is missing in the list: the code that ought to be
            there. Their entry in `parent_of` is the nearest code above that one.
    """

    parent_of: dict[str, str]
    holes: dict[str, str]


def prefix_parents(codes: Sequence[str]) -> FoundParents:
    """The parent of a code is the longest beginning of it that is a code, too.

    A range such as `31-33` is the parent of what begins with 31, 32 or 33. Where all
    codes are filled up with zeros to one length (`11-1000`, `03110000-5`), zeros at
    the end and a check digit do not count.

    Args:
        codes: The codes, all different.

    Example:
        >>> prefix_parents(["01", "01.1", "01.11", "31-33", "311"]).parent_of
        {'01': '', '01.1': '01', '01.11': '01.1', '31-33': '', '311': '31-33'}
        >>> prefix_parents(["03000000-1", "03100000-2", "03110000-5"]).parent_of
        {'03000000-1': '', '03100000-2': '03000000-1', '03110000-5': '03100000-2'}
        >>> prefix_parents(["1", "11", "111", "12", "1301"]).holes
        {}
    """
    ranges = _ranges(codes)
    single = [code for code in codes if code not in ranges]
    # A list with ranges is not filled up with zeros.
    stems = {c: c for c in single} if ranges else _stems(single)
    by_component = _has_components(list(stems))
    parent_of, above = {}, {}
    for stem, code in stems.items():
        above[stem] = _longest(stem, stems, ranges, by_component)
        parent_of[code] = stems.get(above[stem]) or above[stem]
    for code, bounds in ranges.items():
        begins = [bounds[0][:end] for end in range(len(bounds[0]) - 1, 0, -1)]
        known = [stems[b] for b in begins if b in stems and bounds[1].startswith(b)]
        parent_of[code] = _around(bounds, ranges, but=code) or (known or [""])[0]
    holes = _holes(above, stems, ranges)
    return FoundParents({code: parent_of[code] for code in codes}, holes)


def _ranges(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Bounds of each code that is a range.

    Where one of `01-01`, `02-01` is none, the dash divides the numbers of a path.
    """
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for code in codes:
        match = _RANGE.fullmatch(code)
        if match and len(match[1]) == len(match[2]):
            found.setdefault(code_form(code), {})[code] = (match[1], match[2])
    return {
        code: bounds
        for group in found.values()
        if all(low <= high for low, high in group.values())
        for code, bounds in group.items()
    }


def _around(
    bounds: Sequence[str], ranges: Mapping[str, Sequence[str]], but: str = ""
) -> str:
    """The narrowest range that holds another one, or ""."""
    first, last = bounds
    around = [
        code
        for code, (low, high) in ranges.items()
        if code != but and low <= first[: len(low)] and last[: len(high)] <= high
    ]
    narrow = sorted(around, key=lambda code: _width(ranges[code]))
    return narrow[0] if narrow else ""


def _width(bounds: Sequence[str]) -> tuple[int, int]:
    """Sorts the narrow ranges first: those of longer codes, then of fewer."""
    low, high = (int(bound.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for bound in bounds)
    letters = ord(bounds[1][0]) - ord(bounds[0][0]) if bounds[0][0].isalpha() else 0
    return -len(bounds[0]), letters * 10 ** len(bounds[0]) + high - low


def _stems(codes: Sequence[str]) -> dict[str, str]:
    """Codes by what they are without check digit and zeros that fill them up."""
    checked = [_CHECK_DIGIT.fullmatch(code) for code in codes]
    cores = [m[1] for m in checked if m] if all(checked) else list(codes)
    bare = ["".join(sign for sign in core if sign.isalnum()) for core in cores]
    shortest = _shortest_stem(bare)
    if not shortest or len(set(bare)) < len(bare):
        return dict(zip(cores, codes, strict=True))
    stems = [core[:shortest] + core[shortest:].rstrip("0") for core in bare]
    return dict(zip(stems, codes, strict=True))


def _shortest_stem(bare: Sequence[str]) -> int:
    """How many characters the top of a padded list has; 0 if codes are not padded."""
    widths = set(map(len, bare))
    if len(widths) != 1:
        return 0
    width, known = widths.pop(), set(bare)
    for top in range(1, width):
        has_top = sum(code[:top].ljust(width, "0") in known for code in bare)
        if has_top >= MOST * len(bare):
            return top
    return 0


def _longest(
    stem: str,
    stems: Mapping[str, str],
    ranges: Mapping[str, Sequence[str]],
    by_component: bool,
) -> str:
    """The longest beginning of a stem that is one, too; else a range; else ""."""
    ends = range(len(stem) - 1, 0, -1)
    found = [stem[:end] for end in ends if stem[:end] in stems]
    whole = [part for part in found if stem[len(part)] in ".-"]
    if by_component and whole:
        return whole[0]
    nearest = (found or [""])[0]
    finer = {c: b for c, b in ranges.items() if len(b[0]) > len(nearest)}
    return _around((stem, stem), finer) or nearest


def _has_components(codes: Sequence[str]) -> bool:
    """Whether points divide the numbers of a path (1.2, ..., 1.10), or digits do.

    In NACE `1.10` stands below `1.1`, and so does something below `1.2`. Where points
    divide, few of the short ones go on.
    """
    families: dict[str, list[str]] = {}
    for code in codes:
        above, point, last = code.rpartition(".")
        if point:
            families.setdefault(above, []).append(last)
    short = going_on = 0
    for members in families.values():
        least, most = min(map(len, members)), max(map(len, members))
        if least == most:
            continue
        begun = {member[:least] for member in members if len(member) > least}
        ones = [member for member in members if len(member) == least]
        short += len(ones)
        going_on += sum(member in begun for member in ones)
    return going_on * 2 < short


def code_form(code: str) -> str:
    """A code with 9 for each letter and digit.

    Example:
        >>> code_form("A01.1")
        '999.9'
    """
    return re.sub(r"\w", "9", code)


def _holes(
    steps: Mapping[str, str],
    stems: Mapping[str, str],
    ranges: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """Codes whose parent is shorter than that of most codes of their form."""
    forms: dict[str, Counter[int]] = {}
    length = {
        stem: len(ranges[above][0]) if above in ranges else len(above)
        for stem, above in steps.items()
    }
    for stem in steps:
        forms.setdefault(code_form(stem), Counter())[length[stem]] += 1
    holes = {}
    is_padded = any(stem != _CHECK_DIGIT.sub(r"\1", c) for stem, c in stems.items())
    for stem, code in stems.items():
        form = forms[code_form(stem)]
        usual = max(form, key=lambda width: (form[width], width))
        if 2 * form[usual] >= form.total() and length[stem] < usual:
            holes[code] = _filled_up(code, usual) if is_padded else stem[:usual]
    return holes


def _filled_up(code: str, width: int) -> str:
    """A code with zeros after `width` letters and digits, without its check digit."""
    core, left = _CHECK_DIGIT.sub(r"\1", code), width
    signs = []
    for sign in core:
        signs.append(sign if left > 0 or not sign.isalnum() else "0")
        left -= sign.isalnum()
    return "".join(signs)
