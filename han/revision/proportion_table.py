"""Proportions of new codes, by domain where they have some, from a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from han.code_list.code_spelling import plain_code
from han.errors import InputError
from han.revision.crosswalk_rows import TOLERANCE, share_of
from han.stages.lookup_tables import read_lookup_table
from han.tables.locations import DataFile


def read_proportions(
    file: DataFile, domains: Sequence[str]
) -> dict[tuple[tuple[str, ...], str], float]:
    """Reads columns `new` and `proportion`, and those of the domains.

    Returns:
        Proportion of each domain and new code; they sum to 1 in each domain.

    Raises:
        InputError: For a missing column, a proportion that is no number from 0 to 1, a
            pair that stands there twice, or proportions that do not sum to 1.
    """
    names = ["new", "proportion", *domains]
    table = read_lookup_table(file, "table of proportions", names, codes=["new"])
    new = [plain_code(cell) for cell in table.cells["new"]]
    table.refuse(
        [k for k, code in enumerate(new) if not code],
        "new",
        "there is no new code. Enter it.",
    )
    shares = [share_of(cell) for cell in table.cells["proportion"]]
    table.refuse(
        [k for k, share in enumerate(shares) if not 0 <= share <= 1],
        "proportion",
        "these are no proportions. Expected numbers from 0 to 1: correct them.",
    )
    cells = [table.cells[name] for name in domains]
    places = list(zip(*cells, strict=True)) if domains else [()] * len(new)
    found: dict[tuple[tuple[str, ...], str], float] = {}
    for row, place in enumerate(zip(places, new, strict=True)):
        again = [row] if place in found else []
        table.refuse(again, "new", "this code stands there twice. Remove one row.")
        found[place] = shares[row]
    for domain in dict.fromkeys(places):
        total = math.fsum(x for (where, _), x in found.items() if where == domain)
        if abs(total - 1) > TOLERANCE:
            where = f" of {'/'.join(domain)}" if domain else ""
            raise InputError(
                f"{table.where}: proportions{where} sum to {total:.4g}. Expected 1: "
                "correct them."
            )
        found |= {p: x / total for p, x in found.items() if p[0] == domain}
    return found
