"""The HTML page of the figures of a queue; nothing in it comes from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from han.languages.words import Words
from han.reports.report_page import TEMPLATES as REPORTS
from han.review_figures.stats_plots import accuracy_plot, seconds_plot
from han.review_figures.stats_sections import Section

TEMPLATES = Path(__file__).parent / "templates"


def stats_page(
    sections: Sequence[Section], found: Mapping[str, Any], words: Words
) -> str:
    """The page as HTML; the same input gives the same text.

    Args:
        sections: What is said.
        found: The figures, of `queue_figures`.
        words: Those of `REVIEW_STATS`, in a language.
    """
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, REPORTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page: str = environment.get_template("stats.html").render(
        language=words.language,
        sections=sections,
        plots=[Markup(_plot(one, found, words)) for one in sections],
    )
    return page


def _plot(section: Section, found: Mapping[str, Any], words: Words) -> str:
    if section.name == "times":
        return seconds_plot(found["times"], section.title, words)
    if section.name != "accuracy":
        return ""
    rows = [
        row
        for row in found["estimates"]
        if words.say("accuracy", by=words.say(f"by_{row['by']}")) == section.title
    ]
    return accuracy_plot(rows, section.title, words)
