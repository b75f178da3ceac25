"""Writes `report.html` of an evaluation into the run folder."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.code_sets.coded_sets import CodedSets
from han.config.page_language import language_of
from han.decisions.coded_records import CodedRecords
from han.evaluation.applied_routes import AppliedRoutes
from han.evaluation.coded_scores import path_losses
from han.evaluation.training_counts import training_counts
from han.experiment.row_sources import Source
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.reports.report_page import About, report_page
from han.reports.routed_records import AppliedPlan
from han.reports.set_report_page import set_report_page
from han.runs.run_files import MIXTURE_FILE, REPORT_FILE, TAXONOMY_FILE
from han.runs.run_folder import RunFolder


def write_report(
    run: RunFolder,
    coded: CodedRecords,
    result: dict[str, Any],
    source: Source,
    name: str,
    language: Language | None = None,
    routes: AppliedRoutes | None = None,
) -> Path:
    """Writes the page of an evaluation; the same one gives the same bytes.

    Args:
        run: The run.
        coded: The records as it codes them.
        result: Their scores, as `metrics.json` holds them.
        source: Where they come from.
        name: Name of the result there.
        language: Language of the page; None for the one nearest to the texts.
        routes: Where `han.predict` sends the records; None if nothing routes them.

    Returns:
        The file.
    """
    chosen = language or language_of(run.config())
    about = replace(
        _about(run, source, name),
        training_counts=training_counts(run, Taxonomy.load(run / TAXONOMY_FILE)),
        plan=_plan(routes, chosen) if routes else None,
    )
    losses = path_losses(coded, to_truth=True)
    page = report_page(coded, result, losses, about, chosen)
    return _written(run, name, page)


def write_set_report(
    run: RunFolder,
    coded: CodedSets,
    result: dict[str, Any],
    source: Source,
    name: str,
    language: Language | None = None,
) -> Path:
    """The same of a run that gives sets of codes.

    Args:
        run: The run.
        coded: The records as it codes them.
        result: As for `write_report`.
        source: As there.
        name: As there.
        language: As there.
    """
    chosen = language or language_of(run.config())
    page = set_report_page(coded, result, _about(run, source, name), chosen)
    return _written(run, name, page)


def _about(run: RunFolder, source: Source, name: str) -> About:
    """What was evaluated on what."""
    is_mixture = (run / MIXTURE_FILE).is_file()
    return About(
        run=run.folder.resolve().name,
        kind="mixture" if is_mixture else run.config().model.kind,
        data=source.file.name,
        part="" if source.part == "all" else source.part,
        name=name,
    )


def _written(run: RunFolder, name: str, page: str) -> Path:
    file = report_file(name)
    run.write_text(file, page)
    return run / file


def _plan(routes: AppliedRoutes, language: Language) -> AppliedPlan:
    """The same for the page, with sentences in its language."""
    policy = routes.policy
    return AppliedPlan(
        routes.routed,
        policy.thresholds,
        policy.seen_thresholds,
        policy.limit,
        max(policy.own_levels.values(), default=0),
        policy.population_sentences(Words(SUMMARY, language), routes.left_out),
        routes.frequent,
        routes.most,
    )


def report_file(name: str) -> str:
    """Name of the page of a result: `report.html` for the test records.

    Example:
        >>> report_file("test"), report_file("/data/wave 2.csv")
        ('report.html', 'report-data_wave_2.csv.html')
    """
    if name == "test":
        return REPORT_FILE
    plain = re.sub(r"[^\w.-]+", "_", name).strip("_")
    return f"report-{plain}.html"
