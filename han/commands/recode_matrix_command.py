"""Makes a matrix of shares from dual-coded records."""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from han.cli import given_table, screen_language
from han.code_list.code_spelling import plain_code
from han.errors import InputError, listing
from han.languages.words import REVISION, Words
from han.revision.crosswalk_rows import OldToNew, read_crosswalk
from han.revision.dual_matrix import DualSample, dual_matrix
from han.revision.old_records import RecordColumns, read_old_records
from han.revision.recoded_table import write_rows
from han.tables.locations import data_location
from han.tables.output_file import check_output


def carry_out(given: argparse.Namespace) -> int:
    """Writes a row for each pair of codes."""
    check_output(given.output, given.data)
    check_confidence(given.confidence)
    sample = _sample(given)
    allowed = None
    if given.crosswalk:
        allowed = OldToNew.of(read_crosswalk(data_location(given.crosswalk))).targets
    matrix = dual_matrix(sample, confidence=given.confidence, allowed=allowed)
    write_rows(matrix, given.output)
    words = Words(REVISION, screen_language(given))
    old, pairs = matrix["old"].nunique(), len(matrix)
    print(words.say("matrix", records=len(sample.old), old=old, pairs=pairs))
    print(words.say("written", file=given.output))
    return 0


def check_confidence(confidence: float) -> None:
    """Raises InputError for what is no confidence."""
    if not 0 < confidence < 1:
        raise InputError(
            f"--confidence {confidence} is none. Expected a number above 0 and below "
            "1, such as 0.95."
        )


def _sample(given: argparse.Namespace) -> DualSample:
    data = given_table(given, given.data, "DUAL")
    if data is None:  # argparse asks for it
        raise InputError("no records are given. Expected DUAL.")
    kept = [given.new_column, *([given.unit] if given.unit else [])]
    columns = RecordColumns(given.old_column, weight=given.weight, keep=kept)
    records = read_old_records(data, columns, encoding=given.encoding or "utf-8")
    old = [records.old[place] for place in records.code]
    new = [plain_code(cell) for cell in records.table[given.new_column]]
    blank = [k + 1 for k, pair in enumerate(zip(old, new, strict=True)) if "" in pair]
    if blank:
        raise InputError(
            f"{data}, rows {listing(blank, 5)}: a code is missing. Expected an old and "
            "a new code in each row: enter them, or take the rows out."
        )
    units = np.arange(len(old))
    if given.unit:
        named = records.table[given.unit].to_numpy(object)
        if len(rows := np.flatnonzero(named == "")):
            raise InputError(
                f"{data}, rows {listing((rows + 1).tolist(), 5)}: {given.unit} is "
                "blank, so nobody knows what was drawn together. Enter it, or leave "
                "out --unit."
            )
        units = pd.factorize(named)[0]
    return DualSample(old, new, records.weights, units.astype(np.int64))
