"""Shows why records get their codes, as `han.explain` is asked to."""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from han.cli import given_table, written_language
from han.code_list.taxonomy import ROOT
from han.decisions.path_probabilities import level_nodes
from han.evaluation.explained_run import ExplainedRecords, default_evidence, measured
from han.experiment.written_records import read_written
from han.explanation.attention_map import AttentionMap
from han.explanation.class_words import class_table, sibling_table
from han.explanation.evidence_kinds import ROWS, By
from han.explanation.faithfulness import Faithfulness
from han.explanation.faithfulness_verdict import faithfulness_text
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.tables.locations import data_location
from han.tables.spreadsheet_cells import without_formulas
from han.tables.whole_files import write_whole


def carry_out(given: argparse.Namespace) -> int:
    """Writes what was asked for."""
    run = RunFolder(given.run)
    refuse_sets(run.config(), run.folder, "han.explain")
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
