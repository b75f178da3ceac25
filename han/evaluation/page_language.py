"""The language of a page: that of the texts, unless one is asked for."""

from __future__ import annotations

from han.config import Config
from han.reports.number_format import Language


def language_of(config: Config) -> Language:
    """Spanish for runs over Spanish texts, else English."""
    return "es" if config.text.language == "spanish" else "en"
