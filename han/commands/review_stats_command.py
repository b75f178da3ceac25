"""Says what the decisions of a queue say, as `han.review stats` is asked to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from han.cli import screen_language
from han.errors import InputError, printable
from han.languages.language_names import page_language_named
from han.languages.words import REVIEW_STATS, Words
from han.review_figures.queue_figures import queue_figures
from han.review_figures.queue_reading import read_queue
from han.review_figures.stats_page import stats_page
from han.review_figures.stats_sections import stats_sections, stats_text
from han.reviewing.queue_database import QueueDatabase
from han.runs.run_folder import RunFolder
from han.tables.file_access import make_folder
from han.tables.spreadsheet_cells import without_formulas


def carry_out(given: argparse.Namespace) -> int:
    """Prints the figures; writes them if there is a folder for them."""
    if given.least < 2:
        raise InputError(
            f"--least {given.least}: a rate needs 2 answers or more. Give 20, say."
        )
    queue = QueueDatabase(given.queue)
    found = queue_figures(read_queue(queue), given.least)
    words = Words(REVIEW_STATS, screen_language(given))
    said = [stats_text(stats_sections(found, queue.place, words))]
    if given.output is not None:
        named = queue.settings.get("language")
        usual = page_language_named(named) if named else words.language
        of_page = Words(REVIEW_STATS, given.lang or usual)
        sections = stats_sections(found, queue.place, of_page)
        _write(given.output, found, stats_page(sections, found, of_page))
        said += ["", words.say("written", folder=given.output)]
    print(printable("\n".join(said)))
    return 0


def _write(folder: Path, found: dict[str, Any], page: str) -> None:
    make_folder(folder, "the folder of the figures", "Give another folder with -o.")
    target = RunFolder(folder)
    table = pd.DataFrame(found["estimates"]).drop(columns="sizes")
    table = table.astype({"code_level": "Int64"})
    safe = without_formulas(table, ["method"])
    target.write("stats.csv", lambda file: safe.to_csv(file, index=False))
    target.write_text("stats.html", page)
    target.write_json("stats.json", found)
