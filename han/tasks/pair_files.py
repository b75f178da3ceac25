"""Reads a table of codes of several tasks that do not go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from han.code_list.code_checks import zero_hint
from han.code_list.taxonomy import Taxonomy
from han.errors import InputError, listing
from han.tables.locations import DataFile
from han.tables.reading import Columns, column_names, read_table
from han.tasks.pair_table import NOTE, VERDICT, VERDICTS, Pair, PairTable


def read_pairs(
    file: DataFile, trees: Mapping[str, Taxonomy], encoding: str = "utf-8"
) -> PairTable:
    """Reads a table of pairs.

    Args:
        file: A table with a column for each task, `verdict` and, if wanted, `note`. A
            blank cell means any code. A task may lack its column.
        trees: The code list of each task.
        encoding: Encoding of a text file.

    Raises:
        InputError: If it cannot be read, has further columns, or a row has no known
            verdict, fewer than two codes, or one that is not in the list of its task.
    """
    wanted = [*trees, VERDICT, NOTE]
    there = column_names(file, encoding=encoding, wanted=wanted)
    tasks = [task for task in trees if task in there]
    if len(tasks) < 2:
        raise InputError(
            f"{file}: `pairs` needs a column for each of two tasks at least, called "
            f"like the task: {', '.join(trees)}. The file has {len(tasks)} of them."
        )
    if others := [name for name in there if name not in wanted]:
        raise InputError(
            f"{file}: the columns {listing(map(repr, others))} are no task, "
            f"`{VERDICT}` or `{NOTE}`. The tasks are {', '.join(trees)}. Rename the "
            "columns, or remove them: a row would be read without their codes."
        )
    names = [*tasks, VERDICT, *([NOTE] if NOTE in there else [])]
    asked = dict.fromkeys(names, "pairs")
    columns = Columns({}, others={n: n for n in names}, asked_by=asked)
    table = read_table(file, columns, encoding=encoding)
    rows = zip(*(table[name].str.strip() for name in names), strict=True)
    pairs = []
    for number, cells in enumerate(rows, start=1):
        row = dict(zip(names, cells, strict=True))
        codes = {task: row[task] for task in tasks if row[task]}
        pair = Pair(codes, row[VERDICT].lower(), row.get(NOTE, ""))
        _check(pair, f"{file}, row {number}")
        pairs.append(pair)
    _check_codes(pairs, trees, str(file))
    return PairTable(pairs, trees)


def _check(pair: Pair, where: str) -> None:
    if pair.verdict not in VERDICTS:
        raise InputError(
            f"{where}: `{VERDICT}` is {pair.verdict[:30]!r}. Expected one of "
            f"{', '.join(VERDICTS)}."
        )
    if len(pair.codes) < 2:
        raise InputError(
            f"{where}: a pair needs codes of two tasks at least, and here is "
            f"{listing(pair.codes) or 'none'}. Fill the cells in, or remove the row."
        )


def _check_codes(
    pairs: Sequence[Pair], trees: Mapping[str, Taxonomy], where: str
) -> None:
    """Raises InputError with all codes that are not in the list of their task."""
    unknown = [
        (number, task, code)
        for number, pair in enumerate(pairs, start=1)
        for task, code in pair.codes.items()
        if not trees[task].naming.find(code)
    ]
    if not unknown:
        return
    shown = listing((f"{c[:30]!r} ({t}, row {n})" for n, t, c in unknown), 5)
    _, task, code = unknown[0]
    codes = trees[task].codes
    example = codes[trees[task].leaves[0]]
    raise InputError(
        f"{where}: codes that are not in the code list of their task: {shown}. "
        f"Expected codes of any level, such as {example!r} of {task}, or blank cells "
        f"for any code. Correct them, or remove the rows.{zero_hint(code, codes)}"
    )
