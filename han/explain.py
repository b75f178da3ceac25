"""`python -m han.explain RUN INPUT -o PAGE`: why records get their codes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd

from han.cli import (
    OF_TEXTS,
    CommandParser,
    add_language,
    add_table_options,
    given_table,
    run_command,
    written_language,
)
from han.code_list.taxonomy import ROOT
from han.data.splits import ROLES
from han.decisions.path_probabilities import level_nodes
from han.errors import InputError
from han.evaluation.explained_run import ExplainedRecords, default_evidence, measured
from han.experiment.written_records import read_written
from han.explanation.attention_map import AttentionMap
from han.explanation.class_words import LEAST_RECORDS, class_table, sibling_table
from han.explanation.faithfulness import Faithfulness
from han.explanation.faithfulness_verdict import faithfulness_text
from han.explanation.word_evidence import By
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.tables.locations import data_location
from han.tables.reading import KINDS
from han.tables.spreadsheet_cells import without_formulas
from han.tables.whole_files import check_place, write_whole

ROWS = 200
EPILOG = """
examples:
  python -m han.explain runs/demo coded.csv -o why.html
  python -m han.explain runs/demo coded.csv -o why.html --by deletion --lang en
  python -m han.explain runs/demo data/productos/productos.csv.gz --faithfulness
      of the run's own training file, its test records
  python -m han.explain runs/demo coded.csv --classes classes.csv

The page shows answers of respondents: it is as confidential as they are. It needs
nothing else and no network; a name ending in .jsonl gets one line of JSON a record.

attention is what the encoder of the network looks at, which is not all that decides;
with model.attention: per_level, for each level of the code by itself;
deletion asks the whole model again without each word, and works for every model;
gradients are integrated gradients of the encoder's word vectors, which take TensorFlow
and time. How far parts and attention can be believed is what --faithfulness measures.

--classes writes the words behind each code to FILE, a picture of them to the same name
ending in .png, and, where records have codes, the words that tell confused siblings
apart to the same name ending in _siblings.csv. No word is listed that fewer than
--min-records records hold.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "explain",
        description="Show why records get their codes, and how far to believe it.",
        epilog=EPILOG,
    )
    add = arguments.add_argument
    add("run", type=Path, help="run folder")
    add("input", help=f"records: {KINDS}, with codes or without")
    add("-o", "--output", type=Path, help="page to write: .html, or .jsonl")
    add(
        "--by",
        choices=get_args(By),
        help="kind of evidence (default: parts; deletion where a model has none)",
    )
    add(
        "--rows",
        type=int,
        help=f"records to take, evenly from first to last (default: {ROWS}; for "
        "--classes alone all)",
    )
    add("--faithfulness", action="store_true", help="measure how far to believe it")
    add("--other", type=Path, metavar="RUN", help="same training with another seed")
    add("--classes", type=Path, metavar="FILE", help="words behind each code, .csv")
    add("--min-records", type=int, default=LEAST_RECORDS, help="default: %(default)s")
    add("--split", choices=[*ROLES, "all"], help="part of the run's own data")
    add_table_options(arguments, "INPUT")
    add_language(arguments, "the page and of what is printed", OF_TEXTS)
    add("--seed", type=int, default=0, help="seed of random orders and intervals")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Writes what was asked for."""
    given = parser().parse_args(argv)
    _check(given)
    run = RunFolder(given.run)
    language = written_language(given, run.config())
    classifier = load_classifier(given.run)
    is_table_alone = given.classes and not (given.output or given.faithfulness)
    rows = given.rows or (None if is_table_alone else ROWS)
    records = read_written(
        run,
        classifier,
        given_table(given, given.input, "INPUT"),
        split=given.split,
        encoding=given.encoding,
        rows=rows,
    )
    by = given.by or default_evidence(classifier)
    explained = ExplainedRecords(classifier, records, given.run)
    found = None
    if given.faithfulness:
        found = measured(
            explained,
            other=given.other,
            gradients=given.by == "gradients",
            seed=given.seed,
        )
        print(faithfulness_text(found, language))
    if given.classes:
        print(_write_classes(explained, by, given, Words(SUMMARY, language)))
    if given.output:
        print(_write_page(explained, by, given, language, found))
    return 0


def _check(given: argparse.Namespace) -> None:
    if not (given.output or given.faithfulness or given.classes):
        raise InputError(
            "Say what to make: a page (-o page.html), a measurement (--faithfulness) "
            "or a table of words (--classes words.csv)."
        )
    for name, endings in (("output", (".html", ".jsonl")), ("classes", (".csv",))):
        file = getattr(given, name)
        if file is None:
            continue
        if file.suffix.lower() not in endings:
            raise InputError(
                f"{file}: expected a name ending in {' or '.join(endings)}."
            )
        check_place(file)
    for name, least in (("rows", 1), ("min_records", 1)):
        value = getattr(given, name)
        if value is not None and value < least:
            option = name.replace("_", "-")
            raise InputError(f"--{option} must be at least {least}. Received: {value}.")
    if given.other and not given.faithfulness:
        raise InputError("--other goes with --faithfulness.")


def _write_page(
    explained: ExplainedRecords,
    by: By,
    given: argparse.Namespace,
    language: Language,
    found: Faithfulness | None,
) -> str:
    maps = explained.maps(by)
    if given.output.suffix.lower() == ".jsonl":
        lines = "".join(one.to_json() + "\n" for one in maps)
        write_whole(given.output, lines.encode("utf-8", "backslashreplace"))
    else:
        page = _page(explained, maps, given, language, found)
        write_whole(given.output, page.encode("utf-8", "backslashreplace"))
    words = Words(SUMMARY, language)
    records = words.count_of(len(maps), "record")
    return words.say(
        "evidence", by=words.say(f"by_{by}"), records=records, file=given.output
    )


def _page(
    explained: ExplainedRecords,
    maps: list[AttentionMap],
    given: argparse.Namespace,
    language: Language,
    found: Faithfulness | None,
) -> str:
    # matplotlib and jinja2 take a second to load.
    from han.explanation.explanation_page import (
        PageSubject,
        explain_page,
        shown_records,
    )

    classifier, records = explained.classifier, explained.records
    decoding = classifier.decode(explained.texts)
    true = records.true.nearest(decoding.nodes)
    shown = shown_records(records.names, maps, decoding, records.true.tree, true)
    described = PageSubject(given.run.resolve().name, data_location(given.input).name)
    return explain_page(shown, maps, described, language=language, measured=found)


def _write_classes(
    explained: ExplainedRecords,
    by: By,
    given: argparse.Namespace,
    words: Words,
) -> str:
    evidence = (
        [effects.words for effects in explained.effects]
        if by == "deletion"
        else [found.level_shares for found in explained.maps(by)]
    )
    documents, tree = explained.shortened.documents, explained.classifier.taxonomy
    table = class_table(
        documents, evidence, explained.nodes, tree, least_records=given.min_records
    )
    write_whole(given.classes, _rows(table, "%.5f"))
    from han.explanation.map_plot import class_picture

    picture = given.classes.with_suffix(".png")
    write_whole(picture, class_picture(table))
    codes = int(table.code.nunique())
    said = words.say("code_words", codes=codes, files=f"{given.classes}, {picture}")
    if not explained.records.is_labelled:
        return f"{said} {words.say('no_siblings')}"
    true = explained.records.true
    truth = level_nodes(true.nearest(explained.nodes[:, -1]), true.tree)
    truth = np.where(truth < tree.num_nodes, truth, ROOT)  # nobody is given others
    siblings = sibling_table(
        documents, explained.nodes, truth, tree, least_records=given.min_records
    )
    file = given.classes.with_name(f"{given.classes.stem}_siblings.csv")
    write_whole(file, _rows(siblings, "%.3f"))
    pairs = len(siblings[["code", "other_code"]].drop_duplicates())
    return f"{said} {words.say('sibling_words', pairs=pairs, file=file)}"


def _rows(table: pd.DataFrame, form: str) -> bytes:
    table = without_formulas(table, ["title", "other_title", "text"])
    return table.to_csv(index=False, float_format=form).encode()


if __name__ == "__main__":
    run_command(main)
