"""What people call a language, and in which one the terminal speaks."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import get_args

from han.errors import InputError
from han.languages.number_format import Language

# The word of `text.language`, and what else it may be called.
LANGUAGE_NAMES: dict[str, tuple[str, ...]] = {
    "spanish": ("es", "español", "espanol", "castellano"),
    "english": ("en", "inglés", "ingles"),
    "portuguese": ("pt", "português", "portugués", "portugues"),
    "french": ("fr", "français", "francés", "frances"),
    "italian": ("it", "italiano"),
    "german": ("de", "deutsch", "alemán", "aleman"),
}


def plain_name(name: str) -> str:
    """The word of `text.language` for a language; any other text as it is.

    Example:
        >>> plain_name("Español"), plain_name("es"), plain_name("klingon")
        ('spanish', 'spanish', 'klingon')
    """
    wanted = name.strip().casefold()
    for word, others in LANGUAGE_NAMES.items():
        if wanted in (word, *others):
            return word
    return name


def page_language_named(name: str) -> Language:
    """A language of pages by any of its names.

    Raises:
        InputError: If pages are not written in it.

    Example:
        >>> page_language_named("español"), page_language_named("en")
        ('es', 'en')
    """
    word = plain_name(name)
    for language in get_args(Language):
        if plain_name(language) == word:
            return language  # type: ignore[no-any-return]
    known = [*get_args(Language), *(plain_name(c) for c in get_args(Language))]
    close = difflib.get_close_matches(name.casefold(), known, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    raise InputError(
        f"expected es (español, spanish) or en (english, inglés). Received: {name!r}."
        f"{hint}"
    )


def terminal_language(environment: Mapping[str, str] = os.environ) -> Language:
    """Spanish where the terminal is set to Spanish, else English.

    Args:
        environment: Variables; the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is
            set decides, as for other programs.

    Example:
        >>> terminal_language({"LANG": "es_MX.UTF-8"}), terminal_language({})
        ('es', 'en')
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    name = next((environment[n] for n in names if environment.get(n)), "")
    return "es" if name.partition(".")[0].partition("_")[0] == "es" else "en"
