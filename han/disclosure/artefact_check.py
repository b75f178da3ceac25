"""What of respondents stands in one file of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from han.disclosure.artefact_texts import Artefact
from han.disclosure.findings import Finding
from han.disclosure.hashed_tables import hashed_findings
from han.disclosure.personal_patterns import PASSWORD, USER_PATH, long_numbers, mails
from han.disclosure.respondent_texts import RespondentTexts, texts_within

_TOKEN = re.compile(r"[^\s<>\"',;:()\[\]{}=|]+")
_LETTER = re.compile(r"[^\W\d_]")
LEAST_LETTERS = 3  # of a word in a page: shorter ones and figures are its own
_PATTERNS: dict[str, Callable[[str], list[str]]] = {
    "mails": mails,
    "long_numbers": long_numbers,
    "user_paths": USER_PATH.findall,
    "passwords": PASSWORD.findall,
}


def check_artefact(
    artefact: Artefact, known: RespondentTexts | None, codes: frozenset[str]
) -> Iterator[Finding]:
    """What is in a file.

    Args:
        artefact: The file.
        known: The records of the training; None if they are not at hand.
        codes: Of the code list: no long number of it is anybody's.
    """
    if not artefact.is_read:
        yield Finding(artefact.name, "unread", 1)
    texts = list(dict.fromkeys(artefact.texts))
    keys: set[str] = set() if known is None else set(known.keys)
    for kind, find in _PATTERNS.items():
        hits = {hit for text in texts for hit in find(text)} - codes - keys
        yield from _found(artefact, kind, hits)
    if known is not None:
        yield from _known_again(artefact, texts, known)
        yield from hashed_findings(artefact, known)


def _known_again(
    artefact: Artefact, texts: list[str], known: RespondentTexts
) -> Iterator[Finding]:
    """Words, names, keys and whole texts of the training records."""
    documents = [known.reader.words(text) for text in texts]
    words = {word for document in documents for word in document}
    if not artefact.is_learnt:
        words = {word for word in words if len(_LETTER.findall(word)) >= LEAST_LETTERS}
        words -= program_words()
    rare = words & known.rare
    if artefact.is_learnt:
        yield from _found(artefact, "frequent_words", (words & {*known.words}) - rare)
    yield from _found(artefact, "rare_words", rare)
    yield from _found(artefact, "names", words & known.names)
    tokens = {token for text in texts for token in (text, *_TOKEN.findall(text))}
    yield from _found(artefact, "keys", tokens & known.keys)
    whole = {" ".join(text) for text in texts_within(documents, known.rare_texts)}
    yield from _found(artefact, "texts", whole)


def _found(artefact: Artefact, kind: str, hits: Iterable[str]) -> Iterator[Finding]:
    words = tuple(sorted(hits))
    if words:
        yield Finding(artefact.name, kind, len(words), words)


@cache
def program_words() -> frozenset[str]:
    """Words of this program: those of its pages and keys are of no respondent."""
    found: set[str] = set()
    for file in _sources(files("han")):
        found.update(re.findall(r"[^\W\d_]+", file.read_text("utf-8").lower()))
    return frozenset(found)


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for place in folder.iterdir():
        if place.is_dir():
            yield from _sources(place)
        elif place.name.endswith((".py", ".html", ".css", ".js")):
            yield place
