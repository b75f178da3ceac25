"""The language in which a page speaks."""

from __future__ import annotations

from han.config import Config
from han.reports.number_format import Language


def language_of(config: Config) -> Language:
    """Spanish for runs over Spanish texts, else English."""
    return "es" if config.text.language == "spanish" else "en"
