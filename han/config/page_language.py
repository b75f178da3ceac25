"""The language of a page: that of the texts, unless one is asked for."""

from __future__ import annotations

from han.config import text_config
from han.config.experiment_config import Config
from han.languages.number_format import Language

# For each language of texts the language of their pages, or one that many there read.
PAGE_LANGUAGES: dict[text_config.Language, Language] = {
    "spanish": "es",
    "english": "en",
    "portuguese": "en",
    "french": "en",
    "italian": "en",
    "german": "en",
}


def language_of(config: Config) -> Language:
    """Spanish for runs over Spanish texts, else English."""
    return PAGE_LANGUAGES[config.text.language]
