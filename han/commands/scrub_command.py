"""Takes personal data out of a table, as `han.scrub` is asked to."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from han.cli import given_table, screen_language
from han.errors import InputError
from han.jobs.evidence_text import aligned
from han.languages.words import SCRUB, Words
from han.privacy.scrubbed_table import ScrubCounts, asked_columns, scrub_table
from han.privacy.scrubber import Scrubber
from han.privacy.word_files import read_words
from han.tables.file_access import check_file
from han.tables.output_file import check_output
from han.tables.provenance import file_record, write_provenance
from han.tables.whole_files import check_place, write_whole

LEAST_KEY = 32  # bytes


def carry_out(given: argparse.Namespace) -> None:
    """Writes the table, its counts and where it comes from."""
    words = Words(SCRUB, screen_language(given))
    file = given_table(given, given.input, "IN") or Path(given.input)
    check_file(file)
    check_output(given.output, given.input)
    if given.report:
        check_place(given.report)
    encoding = given.encoding or "utf-8"
    columns = asked_columns(file, encoding, given.columns, given.keep)
    scrub = Scrubber(
        read_words(given.names, "--names"),
        read_words(given.protected, "--protected"),
        given.long_numbers,
        _key(given.pseudonyms),
    )
    hidden = not sys.stderr.isatty()
    with tqdm(desc=words.say("scrubbing"), unit=" rows", disable=hidden) as bar:
        counts = scrub_table(file, encoding, given.output, columns, scrub, bar.update)
    _record(given, counts)
    print("\n".join(_summary(counts, given.output, words)))


def _key(file: Path | None) -> bytes | None:
    """The key of pseudonyms.

    Raises:
        InputError: If it is not there, or too short to be one.
    """
    if file is None:
        return None
    check_file(file, "key (--pseudonyms)", "Make one: head -c 32 /dev/urandom > KEY")
    key = file.read_bytes()
    if len(key) < LEAST_KEY:
        raise InputError(
            f"{file}: a key of {len(key)} bytes, which can be guessed. Expected "
            f"{LEAST_KEY} or more: head -c {LEAST_KEY} /dev/urandom > {file}"
        )
    return key


def _record(given: argparse.Namespace, counts: ScrubCounts) -> None:
    facts = {
        "rows": counts.rows,
        "rows_touched": counts.touched,
        "found": dict(counts.total),
        "columns": list(counts.kinds),
        "pseudonyms": given.pseudonyms is not None,
    }
    source = Path(given.input)
    made_of = [file_record(source)] if source.is_file() else []
    write_provenance(given.output, "scrub", made_of, facts)
    if given.report:
        by_column = {name: dict(found) for name, found in counts.kinds.items()}
        said = {**facts, "by_column": by_column}
        write_whole(given.report, (json.dumps(said, indent=2) + "\n").encode())


def _summary(counts: ScrubCounts, output: Path, words: Words) -> list[str]:
    rows = [
        [name, words.say(kind), words.numbers.count(count)]
        for name, kinds in counts.kinds.items()
        for kind, count in sorted(kinds.items())
    ]
    said = words.say(
        "done" if rows else "nothing",
        touched=counts.touched,
        rows=counts.rows,
        file=output,
    )
    if not rows:
        return [said, words.say("not_all")]
    head = [words.say(name) for name in ("column", "kind", "count")]
    return [*aligned([head, *rows]), "", said, words.say("not_all")]
