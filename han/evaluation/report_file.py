"""Writes `report.html` of an evaluation into the run folder."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

from han.code_list.taxonomy import Taxonomy
from han.config.page_language import language_of
from han.decisions.coded_records import CodedRecords
from han.decisions.threshold_bands import Thresholds
from han.errors import InputError
from han.evaluation.coded_scores import path_losses
from han.evaluation.training_counts import training_counts
from han.experiment.row_sources import Source
from han.languages.number_format import Language
from han.reports.report_page import About, report_page
from han.runs.routing_policy import load_routing_policy
from han.runs.run_files import MIXTURE_FILE, REPORT_FILE, TAXONOMY_FILE
from han.runs.run_folder import RunFolder

logger = logging.getLogger(__name__)


def write_report(
    run: RunFolder,
    coded: CodedRecords,
    result: dict[str, Any],
    source: Source,
    name: str,
    language: Language | None = None,
) -> Path:
    """Writes the page of an evaluation; the same one gives the same bytes.

    Args:
        run: The run.
        coded: The records as it codes them.
        result: Their scores, as `metrics.json` holds them.
        source: Where they come from.
        name: Name of the result there.
        language: Language of the page; None for the one nearest to the texts.

    Returns:
        The file.
    """
    config = run.config()
    is_mixture = (run / MIXTURE_FILE).is_file()
    about = About(
        run=run.folder.resolve().name,
        kind="mixture" if is_mixture else config.model.kind,
        data=source.file.name,
        part="" if source.part == "all" else source.part,
        name=name,
        training_counts=training_counts(run, Taxonomy.load(run / TAXONOMY_FILE)),
        thresholds=_thresholds(run),
    )
    chosen = language or language_of(config)
    page = report_page(coded, result, path_losses(coded), about, chosen)
    file = report_file(name)
    run.write_text(file, page)
    return run / file


def _thresholds(run: RunFolder) -> Thresholds | None:
    """Those of an applied plan; those made for another model say nothing of this."""
    try:
        applied = load_routing_policy(run.folder)
    except InputError as error:
        logger.warning("The page is without routes: %s", error)
        return None
    return applied.thresholds if applied else None


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
