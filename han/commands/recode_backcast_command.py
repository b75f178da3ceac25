"""Turns totals by old code into totals by new code."""

from __future__ import annotations

import argparse

from han.cli import screen_language
from han.code_list.code_spelling import plain_code
from han.commands.recode_matrix_command import check_confidence
from han.languages.words import REVISION, Words
from han.revision.backcast_totals import backcast, cell_numbers, read_matrix
from han.revision.recoded_table import write_rows
from han.stages.lookup_tables import read_lookup_table
from han.tables.locations import data_location
from han.tables.output_file import check_output


def carry_out(given: argparse.Namespace) -> int:
    """Writes a row for each new code."""
    check_output(given.output, given.totals)
    check_confidence(given.confidence)
    matrix = read_matrix(data_location(given.matrix))
    totals = _totals(given.totals)
    found = backcast(totals, matrix, confidence=given.confidence, seed=given.seed)
    write_rows(found, given.output)
    words = Words(REVISION, screen_language(given))
    print(words.say("backcast", old=len(totals), new=len(found)))
    print(words.say("written", file=given.output))
    return 0


def _totals(address: str) -> dict[str, float]:
    place = data_location(address)
    table = read_lookup_table(place, "totals", ["old", "total"], codes=["old"])
    codes = [plain_code(cell) for cell in table.cells["old"]]
    again = [k for k, code in enumerate(codes) if not code or code in codes[:k]]
    table.refuse(again, "old", "no code, or one that stands above. Expected each once.")
    return dict(zip(codes, cell_numbers(table, "total").tolist(), strict=True))
