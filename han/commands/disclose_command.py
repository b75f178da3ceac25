"""Checks a run before it is handed on, as `han.disclose` is asked to."""

from __future__ import annotations

import argparse
import json

from han.cli import screen_language
from han.disclosure.findings import VERDICTS
from han.disclosure.release_check import ReleaseCheck, Settings, check_release
from han.disclosure.release_page import release_html, release_markdown
from han.disclosure.shadow_models import FEWEST
from han.errors import InputError
from han.tables.locations import data_location
from han.tables.whole_files import check_place, write_whole

ENDINGS = (".html", ".md", ".json")


def carry_out(given: argparse.Namespace) -> int:
    """Checks, writes and prints; 1 if the verdict is stricter than was asked for."""
    _check_arguments(given)
    settings = Settings(
        given.min_records,
        given.shadows,
        data_location(given.records) if given.records else None,
        given.sacro,
    )
    check = check_release(given.run, settings)
    for file in given.output:
        write_whole(file, _form(check, file.suffix, given).encode())
    print(_form(check, ".json" if given.json else ".md", given))
    if given.strict is None:
        return 0
    return int(VERDICTS.index(check.verdict) > VERDICTS.index(given.strict))


def _check_arguments(given: argparse.Namespace) -> None:
    if given.min_records < 1:
        raise InputError("--min-records: give a number of 1 or more, such as 10.")
    if given.shadows and given.shadows < FEWEST:
        raise InputError(f"--shadows: give 0, or {FEWEST} or more, such as 8.")
    for file in given.output:
        if file.suffix not in ENDINGS:
            raise InputError(
                f"{file}: a release check is written as {', '.join(ENDINGS)}. Give a "
                "name that ends so."
            )
        if file.resolve().is_relative_to(given.run.resolve()):
            raise InputError(
                f"{file}: this is inside of the run itself. Give another place."
            )
        check_place(file)


def _form(check: ReleaseCheck, ending: str, given: argparse.Namespace) -> str:
    language, show_words = screen_language(given), given.show_words
    if ending == ".json":
        return json.dumps(check.as_json(show_words=show_words), ensure_ascii=False)
    form = release_html if ending == ".html" else release_markdown
    return form(check, language, show_words=show_words)
