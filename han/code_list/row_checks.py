"""What is wrong with the rows of a code list, the culprits first."""

from __future__ import annotations

from collections.abc import Sequence

from han.code_list.code_hints import code_hint
from han.code_list.list_rows import CodeRow
from han.code_list.parent_cycles import cycle_message
from han.code_list.parent_rules import FoundParents, code_form, prefix_parents
from han.code_list.section_order import bare_sections
from han.code_list.taxonomy import ROOT
from han.errors import InputError, count_of, listing

SHOWN = 10


def check_unique(entries: Sequence[CodeRow], where: str) -> None:
    """Raises InputError for a code that stands there more than once."""
    first: dict[str, CodeRow] = {}
    again = [row for row in entries if first.setdefault(row.code, row) is not row]
    if not again:
        return
    row = again[0]
    other = first[row.code]
    what = "twice, with the same parent and title"
    if row.parent != other.parent:
        parents = f"({other.parent or 'none'} and {row.parent or 'none'})"
        what = f"under two parents {parents}"
    elif row.title != other.title:
        what = f"twice, as {other.title[:40]!r} and {row.title[:40]!r}"
    others = len({row.code for row in again}) - 1
    more = f" Repeated, too: {count_of(others, 'other code')}." if others else ""
    raise InputError(
        f"{where}, row {row.row}: code {row.code!r} stands there {what}; it is in row "
        f"{other.row}, too.{more} A code has one row and one parent: remove or rename "
        f"one of them.{_lost_zeros(entries)}"
    )


def _lost_zeros(entries: Sequence[CodeRow]) -> str:
    """In ISCO without zeros, 01 and 011 are the same as 1 and 11."""
    codes = [row.code for row in entries]
    if not all(map(str.isdigit, codes)) or any(c.startswith("0") for c in codes[1:]):
        return ""
    return " If codes have lost leading zeros (1 for 01), store them as text."


def check_orphans(entries: Sequence[CodeRow], where: str) -> None:
    """Raises InputError for parents that are not in the list, with their children."""
    known = {row.code for row in entries}
    lost: dict[str, list[CodeRow]] = {}
    for row in entries:
        if row.parent and row.parent not in known:
            lost.setdefault(row.parent, []).append(row)
    if not lost:
        return
    parent, below = next(iter(lost.items()))
    children = listing((repr(row.code) for row in below), SHOWN)
    noun = "code" if len(below) == 1 else "codes"
    others = ""
    if len(lost) > 1:
        named = listing(map(repr, list(lost)[1:]), SHOWN)
        others = f" Missing, too: {named}."
    raise InputError(
        f"{where}, row {below[0].row}: the parent {parent!r} of {noun} {children} is "
        f"not in the list.{others}{code_hint(parent, known)} Add a row for it, or "
        f"leave `parent` empty for a code at the top.{_other_rule(entries)}"
    )


def _other_rule(entries: Sequence[CodeRow]) -> str:
    """Whether parents could be had without the column of parents."""
    found = prefix_parents(list({row.code: row for row in entries}))
    says = {row.code: row.parent for row in entries if row.parent}
    equal = sum(found.parent_of[code] == parent for code, parent in says.items())
    if found.holes or 2 * equal < len(says) or not equal:
        return ""
    return " Or set `taxonomy.parent: prefix`: most parents are beginnings of the code."


def check_cycles(entries: Sequence[CodeRow], where: str) -> None:
    """Raises InputError where codes are their own ancestors, and names those alone."""
    position = {row.code: i for i, row in enumerate(entries)}
    parents = [position[row.parent] if row.parent else ROOT for row in entries]
    rows = [row.row for row in entries]
    if message := cycle_message(list(position), parents, rows):
        raise InputError(f"{where}: {message}")


def check_holes(entries: Sequence[CodeRow], found: FoundParents, where: str) -> None:
    """Raises InputError for parents that a rule expects and that are not there."""
    if not found.holes:
        return
    row_of = {row.code: row.row for row in entries}
    lost: dict[str, list[str]] = {}
    for code, parent in found.holes.items():
        lost.setdefault(parent, []).append(code)
    shown = "; ".join(
        f"{parent!r}, above {listing(map(repr, codes), 3)} (row {row_of[codes[0]]})"
        for parent, codes in list(lost.items())[:SHOWN]
    )
    more = f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
    first = next(iter(found.holes))
    near = found.parent_of[first]
    near = f"here {near!r} for {first!r}" if near else f"{first!r} then is at the top"
    raise InputError(
        f"{where}: codes are missing between others: {shown}{more}. Most codes of this "
        "form have such a parent. Add a row for each, or set "
        f"`taxonomy.missing_parents: nearest`, which takes the nearest code above "
        f"({near}).{_lost_zeros(entries)}"
    )


def check_mixed_forms(
    entries: Sequence[CodeRow], found: FoundParents, where: str
) -> None:
    """Raises InputError where a prefix joins codes that have lost zeros with others.

    Without its zero `1` (for 01) is the beginning of `10`, and `101` (for 0101) begins
    with `10`. What gives them away is that codes of two forms, such as 101 and 1001,
    then stand below one code.
    """
    forms: dict[str, set[str]] = {}
    for row in entries:
        if row.code.startswith("0"):
            return
        if row.code.replace(".", "").isdigit() and (above := found.parent_of[row.code]):
            forms.setdefault(above, set()).add(code_form(row.code))
    mixed = [code for code, kinds in forms.items() if len(kinds) > 1]
    if len(mixed) > 1:
        raise InputError(
            f"{where}: codes of unlike forms ({listing(sorted(forms[mixed[0]]))}, 9 "
            f"is any digit) begin with {mixed[0]!r}, and others with "
            f"{listing(mixed[1:], SHOWN)}. Have codes lost leading zeros (1 for 01)? "
            "Store codes as text, or set `taxonomy.check_width: false` if the list is "
            "so."
        )


def without_parents(codes: Sequence[str]) -> str:
    """Where parents may come from in a file of codes and titles alone."""
    known = list(dict.fromkeys(code for code in codes if code))
    parents = prefix_parents(known).parent_of if known else {}
    num_below = sum(map(bool, parents.values()))
    if bare_sections(parents):
        return (
            "If each section stands right above its codes, set `taxonomy.parent: "
            "order`; or name a column in `taxonomy.columns: {parent: ...}`."
        )
    if num_below:
        return (
            f"Set `taxonomy.parent: prefix`: {num_below:,} of {len(known):,} codes "
            "begin with another; or name a column in `taxonomy.columns: {parent: ...}`."
        )
    return (
        "Name a column in `taxonomy.columns: {parent: ...}`, or the columns of each "
        "level in `taxonomy.levels`."
    )


def check_turned(rows: Sequence[CodeRow], where: str) -> None:
    """Raises InputError if most parents begin with the codes below them."""
    pairs = [(row.code, row.parent) for row in rows if row.parent]
    turned = [(c, p) for c, p in pairs if c != p and p.startswith(c)]
    if turned and 2 * len(turned) > len(pairs):
        code, parent = turned[0]
        raise InputError(
            f"{where}: codes and parents seem to be turned round: {code!r} stands "
            f"below {parent!r}. Check `taxonomy.columns`, and name `taxonomy.levels` "
            "from the top level down; or set `taxonomy.check_width: false` if the list "
            "is so."
        )
