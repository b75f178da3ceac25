"""Reads a code list from a file: columns, rows, and where parents come from.

Every mistake is reported with the rows where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from han.code_list.code_checks import check_zeros
from han.code_list.code_spelling import plain_code
from han.code_list.code_tables import CodeTable, code_table_header, read_code_table
from han.code_list.damaged_labels import check_list_codes
from han.code_list.level_columns import level_rows
from han.code_list.list_form import (
    ROLES,
    USUAL,
    ListForm,
    find_list_columns,
    lost_columns,
)
from han.code_list.list_rows import CodeRow, code_rows, filled_rows, plain_titles
from han.code_list.parent_rules import FoundParents, prefix_parents
from han.code_list.row_checks import (
    check_cycles,
    check_holes,
    check_mixed_forms,
    check_orphans,
    check_turned,
    check_unique,
    without_parents,
)
from han.code_list.section_order import bare_sections, order_parents
from han.code_list.taxonomy import ROOT, Taxonomy
from han.errors import InputError, listing
from han.languages.remarks import Remark
from han.tables.locations import DataFile

TITLE_LENGTH = 40
FEWEST_BELOW = 0.1  # of the codes must have a parent, or the rule does not fit
_TABLE = CodeTable("code list", "taxonomy.file", ROLES)


def read_code_list(
    file: DataFile, *, encoding: str = "utf-8", form: ListForm = USUAL
) -> Taxonomy:
    """Reads a code list, by default with columns `code`, `parent` and `title`.

    Args:
        file: A file with a header; `parent` is empty at the top, and `title` may be
            missing.
        encoding: Its encoding.
        form: How it is made, if otherwise.

    Returns:
        The code list. Its `remarks` say what was understood, its `notes` what the
        file says of each code.

    Raises:
        InputError: For a missing file or column, a wrong encoding, broken CSV, an
            empty list, a duplicate, two parents, an orphan, a cycle, or a code that
            lost its leading zeros (see `han.code_list.code_checks`).
    """
    header = code_table_header(file, _TABLE, encoding)
    columns = find_list_columns(header, form, str(file))
    rows = read_code_table(file, _TABLE, columns.of_codes, encoding)
    return build_code_list(rows, str(file), form)


def build_code_list(
    rows: Sequence[Mapping[str, str]], where: str, form: ListForm = USUAL
) -> Taxonomy:
    """The code list that rows of cells hold.

    Args:
        rows: Cells by column, for each row.
        where: Name of the table, for messages.
        form: How it is made.

    Raises:
        InputError: As `read_code_list`.

    Example:
        >>> rows = [{"code": "1", "title": "Food"}, {"code": "11", "title": "Bread"}]
        >>> build_code_list(rows, "rows", ListForm(parent="prefix")).code_path(1)
        ('1', '11')
    """
    entries, remarks, notes = _entries(rows, where, form)
    entries, marks = plain_titles(entries)
    if not entries:
        raise InputError(f"{where}: the code list is empty. It needs a row for each.")
    check_unique(entries, where)
    found = _parents(entries, where, form)
    if form.has_parents:
        check_orphans(entries, where)
        check_cycles(entries, where)
    tree = _tree(entries, found.parent_of, where)
    if form.missing_parents == "error":
        check_holes(entries, found, where)
    elif found.holes:
        remarks.append(Remark("nearest", {"codes": list(found.holes)}))
    if form.check_width:
        check_turned(entries, where)
        check_list_codes([row.code for row in entries], where)
        check_zeros(tree, where)
        if form.parent in {"prefix", "order"}:
            check_mixed_forms(entries, found, where)
    tree.remarks = (*_summary(tree, where, form), *remarks, *marks)
    tree.notes = notes
    return tree


def _entries(
    rows: Sequence[Mapping[str, str]], where: str, form: ListForm
) -> tuple[list[CodeRow], list[Remark], list[tuple[str, dict[str, str]]]]:
    """Codes with parents as far as the rows say them, remarks, and notes."""
    header = list(rows[0]) if rows else []
    columns = find_list_columns(header, form, where)
    of_codes = columns.of_codes
    numbered, left_out = filled_rows(
        [{**row, **{name: plain_code(row[name]) for name in of_codes}} for row in rows]
    )
    notes = [columns.notes_of(row) for _, row in numbered] if columns.notes else []
    if columns.levels:
        found = level_rows(numbered, columns.levels, columns.title, where)
        return found, [*columns.remarks, *left_out], notes
    if form.has_parents and not columns.parent:
        way_out = without_parents([row[columns.code] for _, row in numbered])
        raise InputError(f"{lost_columns(['parent'], header, where)} {way_out}")
    found, remarks = code_rows(numbered, columns, where)
    return found, [*columns.remarks, *left_out, *remarks], notes


def _parents(entries: Sequence[CodeRow], where: str, form: ListForm) -> FoundParents:
    codes = [row.code for row in entries]
    if form.parent == "order":
        return order_parents(codes, where)
    if form.parent != "prefix":
        return FoundParents({row.code: row.parent for row in entries}, {})
    found = prefix_parents(codes)
    below = sum(map(bool, found.parent_of.values()))
    if below < FEWEST_BELOW * len(codes):
        raise InputError(
            f"{where}: by `taxonomy.parent: prefix` {below} of {len(codes):,} codes "
            "begin with another code. Give a column of parents, or the columns of each "
            "level in `taxonomy.levels`."
        )
    if bare := bare_sections(found.parent_of):
        raise InputError(
            f"{where}: by `taxonomy.parent: prefix` no code stands below the sections "
            f"{listing(bare, 10)}. If each stands in the file right above its codes, "
            "set `taxonomy.parent: order`."
        )
    return found


def _tree(
    entries: Sequence[CodeRow], parent_of: Mapping[str, str], where: str
) -> Taxonomy:
    position = {row.code: i for i, row in enumerate(entries)}
    parents = [position.get(parent_of[row.code], ROOT) for row in entries]
    try:
        titles = [row.title for row in entries]
        return Taxonomy(list(position), parents, titles)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _summary(tree: Taxonomy, where: str, form: ListForm) -> list[Remark]:
    """What was understood: codes of each level, the rule, and a path."""
    counts = [int((tree.levels == k + 1).sum()) for k in range(tree.num_levels)]
    rule = "levels" if form.levels else form.parent or "column"
    parts = {
        "where": where,
        "codes": tree.num_nodes,
        "levels": tree.num_levels,
        "counts": [Remark("count", {"count": count}) for count in counts],
        "rule": Remark(f"rule_{rule}"),
    }
    path = " > ".join(_named(tree, node) for node in _first_path(tree))
    return [Remark("summary", parts), Remark("first_path", {"path": path})]


def _first_path(tree: Taxonomy) -> list[int]:
    """The path down to the first of the deepest codes."""
    deepest = next(n for n in tree.leaves if tree.levels[n] == tree.num_levels)
    return [int(node) for node in tree.ancestors(int(deepest))]


def _named(tree: Taxonomy, node: int) -> str:
    code, title = tree.codes[node], tree.titles[node]
    short = title if len(title) <= TITLE_LENGTH else f"{title[:TITLE_LENGTH]}..."
    return code if title == code else f"{code} {short}"
