"""Parents by the order of the file: sections, such as the letters of ISIC."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from han.code_list.parent_rules import FoundParents, prefix_parents
from han.errors import InputError, listing

_ROMAN = re.compile(r"[IVXLC]+")
SHOWN = 10


def order_parents(codes: Sequence[str], where: str) -> FoundParents:
    """Sections are codes without digits; what has no other parent is below the last.

    Below the sections parents are found as in `prefix_parents`.

    Args:
        codes: The codes, in the order of the file.
        where: The file, for messages.

    Raises:
        InputError: If there are no sections, a code stands above the first, or the
            file is not in its published order.

    Example:
        >>> order_parents(["A", "01", "011", "B", "05"], "isic.csv").parent_of
        {'A': '', '01': 'A', '011': '01', 'B': '', '05': 'B'}
    """
    sections = _sections(codes)
    if not sections:
        raise InputError(
            f"{where}: `taxonomy.parent: order` needs sections, codes without digits "
            "such as A or XXI, and there are none. Set it to prefix."
        )
    below = prefix_parents([code for code in codes if code not in set(sections)])
    section_of = _sections_above(sections)
    parent_of, section, last = {}, dict[str, str](), ""
    for code in codes:
        if code in section_of:
            parent_of[code], last = section_of[code], code
            continue
        above = below.parent_of[code] or last
        if not above:
            raise InputError(
                f"{where}: code {code!r} stands above the first section, {sections[0]}"
                f". {_AS_PUBLISHED}"
            )
        parent_of[code], section[code] = above, last
        if section.get(above, last) != last:
            raise InputError(
                f"{where}: code {code!r} stands in section {last}, and {above!r}, with "
                f"which it begins, in {section[above]}. {_AS_PUBLISHED} If codes have "
                "lost leading zeros (1 for 01), store them as text."
            )
    _check_order(parent_of, sections, where)
    return FoundParents(parent_of, below.holes)


def _sections(codes: Iterable[str]) -> list[str]:
    return [code for code in codes if not any(map(str.isdigit, code))]


def bare_sections(parent_of: Mapping[str, str]) -> list[str]:
    """Sections with no code below them, if that are most of the sections.

    Example:
        >>> bare_sections({"A": "", "01": "", "B": "", "05": ""})
        ['A', 'B']
        >>> bare_sections({"A": "", "01": "A", "B": "", "05": "B", "Z": ""})
        []
    """
    sections, above = _sections(parent_of), set(parent_of.values())
    bare = [code for code in sections if code not in above]
    return bare if len(sections) > 1 and 2 * len(bare) > len(sections) else []


_AS_PUBLISHED = (
    "`taxonomy.parent: order` needs each section right above its codes: put the rows "
    "into the order in which the list is published."
)


def _sections_above(sections: Sequence[str]) -> dict[str, str]:
    """The section above each: D above DA, as in NACE 1.1; numerals have none."""
    if all(map(_ROMAN.fullmatch, sections)) and len(sections) > 1:
        return dict.fromkeys(sections, "")
    letters = {code for code in sections if len(code) == 1 and code.isalpha()}
    return {
        code: code[0] if len(code) == 2 and code[0] in letters else ""
        for code in sections
    }


def _check_order(
    parent_of: Mapping[str, str], sections: Sequence[str], where: str
) -> None:
    """Refuses a sorted file, where all sections come first, and a shuffled one."""
    if bare := bare_sections(parent_of):
        raise InputError(
            f"{where}: no codes stand below the sections {listing(bare, SHOWN)}. "
            f"{_AS_PUBLISHED}"
        )
    before = ""
    for code, parent in parent_of.items():
        if parent not in sections or not code.isdigit():
            continue
        if len(code) == len(before) and code < before:
            raise InputError(
                f"{where}: code {code!r} stands below {before!r}. {_AS_PUBLISHED}"
            )
        before = code
