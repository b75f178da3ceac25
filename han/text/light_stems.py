"""Words without their endings of gender and number."""

from __future__ import annotations

import re

# Romance languages and English; three letters stay.
_ENDING = re.compile(r"(?<=\w\w\w)(?:[aeio]s?|s)$")


def light_stem(word: str) -> str:
    """What the forms of a word share, in any of the languages.

    A stemmer that knows the language takes more away, is slower to load than all else
    that codes a text, and codes no more texts rightly.

    Reference:
        Savoy 2006, Light Stemming Approaches for the French, Portuguese, German and
        Hungarian Languages.

    Example:
        >>> [light_stem(word) for word in ("abogada", "abogados", "nurse", "nurses")]
        ['abogad', 'abogad', 'nurs', 'nurs']
    """
    return _ENDING.sub("", word)
