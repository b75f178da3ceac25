"""The data report of an experiment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.config.data_config import ROLES
from han.data.quality_report import (
    codes_of_two_parents,
    file_report,
    level_reports,
    shared_texts,
)
from han.data.quality_report_text import data_report
from han.data.sampling_units import is_blank
from han.experiment.code_list_examples import CodeExamples
from han.experiment.data_files import LabelledFile, label_report, role_unit_keys
from han.experiment.expected_results import data_shape, likeness_lines
from han.experiment.record_labels import label_notes
from han.experiment.reviewed_records import reviewed_files, reviewed_line
from han.experiment.setting_advice import Findings, advice_lines
from han.experiment.time_periods import period_lines
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words
from han.text.text_encoder import TextEncoder


def corpus_report(
    config: Config,
    parts: Sequence[LabelledFile],
    tree: Taxonomy,
    encoder: TextEncoder,
    extra: CodeExamples,
    has_encoder: bool,
    language: Language = "en",
) -> tuple[str, list[str]]:
    """What a person should know of the data before it trains, and settings to try.

    Args:
        config: The experiment.
        parts: Its files.
        tree: Its code list.
        encoder: What flags odd texts.
        extra: Texts of the code list.
        has_encoder: Whether a pretrained encoder is read.
        language: Of the report.
    """
    files = [
        file_report(
            part.records,
            part.nodes,
            part.roles,
            part.documents,
            tree,
            flags=part.flags(encoder),
            dropped=part.dropped,
            label_notes=[
                note.text(language)
                for note in label_notes(config, part.records, part.nodes, tree)
            ],
        )
        for part in parts
    ]
    codes = [part.votes if config.model.gives_sets else part.nodes for part in parts]
    train = np.concatenate(
        [c[p.usable("train")].ravel() for c, p in zip(codes, parts, strict=True)]
    )
    train = train[train >= 0]
    levels = level_reports(train, tree)
    more = [*_more_lines(config, parts, tree, extra.report, language)]
    more += likeness_lines(data_shape(config, files, levels), language)
    shared, twins = shared_texts(_text_keys(parts)), codes_of_two_parents(tree)
    report = data_report(files, levels, shared, twins, more, language)
    num_units = len(set(role_unit_keys(config, parts, "calibration")))
    found = Findings(files, levels, num_units, extra.has_notes, has_encoder)
    return report, advice_lines(config, found, language)


def _text_keys(parts: Sequence[LabelledFile]) -> dict[str, set[str]]:
    """Normalised texts of each role; others than these neither train nor test."""
    keys: dict[str, set[str]] = {}
    for part in parts:
        rows = zip(part.records.text_keys, part.roles, part.nodes, strict=True)
        for key, role, node in rows:
            if role in ROLES and not is_blank(key) and node >= 0:
                keys.setdefault(role, set()).add(key)
    return keys


def _more_lines(
    config: Config,
    parts: Sequence[LabelledFile],
    tree: Taxonomy,
    list_lines: Sequence[str],
    language: Language,
) -> Iterator[str]:
    for place, remark in enumerate(tree.remarks):
        yield f"{'  ' if place else ''}{remark.text(language)}"
    for part in parts:
        if "time" in part.records.others:
            times = part.records.others["time"].tolist()
            column = config.data.split.time_column or ""
            source = part.records.source
            yield from period_lines(times, part.roles, column, source, language)
    reviewed = set(map(str, reviewed_files(config)))
    for part in parts:
        if part.records.source in reviewed:
            yield reviewed_line(part.records.source, part.roles, language)
    yield from label_report(config, parts, tree, language)
    yield from list_lines
    if config.training.refit_of:
        words = Words(DATA_REPORT, language)
        yield words.say("refit", run=config.training.refit_of)
