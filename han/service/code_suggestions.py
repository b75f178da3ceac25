"""`CodeSuggestions`: codes that fit what somebody types, without any network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from han.code_list.taxonomy import ROOT
from han.code_search.code_finder import CodeFinder, search_words
from han.jobs.job_tasks import Task
from han.review_making.code_list_rows import read_titles_of
from han.service.code_cards import CodeCards
from han.stages.dictionary import Dictionary

CODED = "coded:"  # how entries are called that are answers coded before
MOST_LETTERS = 200  # of a query: the rest is not read
Text = tuple[str, str, str]  # what it is, as it is shown, as it is searched


class CodeSuggestions:
    """Codes by titles, synonyms, notes, digits, and by what answers meant before.

    Of a dictionary are taken the answers coded before that code by themselves: those
    with the records and the agreement that the job asks for. What an index and the code
    list say is among the cards.

    Args:
        cards: What is said of each code.
        dictionary: Of a job, if there is one.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> tree = Taxonomy(["72", "92"], [-1, -1], ["Herrería", "Arreglo de uñas"])
        >>> codes = CodeSuggestions(CodeCards(tree, [], [(0, "Soldador")]))
        >>> found = codes.suggest("sold")[0]
        >>> found["code"], found["matched"], found["text"]
        ('72', 'synonym', 'Soldador')
    """

    def __init__(self, cards: CodeCards, dictionary: Dictionary | None = None) -> None:
        self.cards = cards
        coded = _coded_before(dictionary)
        self._finder = CodeFinder(
            replace(card, titles=(*card.titles, *coded.get(card.node, ())))
            for card in cards
        )
        self._texts: list[list[Text]] = [
            [
                ("title", card.title, _spaced(card.title)),
                *(("synonym", text, _spaced(text)) for text in card.titles),
                *(
                    ("dictionary", text, _spaced(text))
                    for text in coded.get(card.node, ())
                ),
            ]
            for card in cards
        ]
        self._numbers = ["".join(search_words(card.code)) for card in cards]

    def suggest(self, query: str, limit: int = 10) -> list[dict[str, Any]]:
        """The codes that fit best, as JSON.

        `matched` is what has the words: `code`, `title`, `synonym`, `dictionary`, or
        `notes`, where they stand in notes or in several of these. `text` is that
        synonym or answer.

        Args:
            query: What was typed.
            limit: How many codes at most.
        """
        typed = query[:MOST_LETTERS]
        words = search_words(typed)
        return [
            {
                **self.cards.named(node),
                "path": self.cards.path(node),
                **self._matched(node, words),
            }
            for node in self._finder.find(typed, limit)
        ]

    def _matched(self, node: int, words: Sequence[str]) -> dict[str, str | None]:
        if self._numbers[node].startswith("".join(words)):
            return {"matched": "code", "text": None}
        heads = [f" {word}" for word in words]
        for kind, shown, searched in self._texts[node]:
            if all(head in searched for head in heads):
                return {"matched": kind, "text": None if kind == "title" else shown}
        return {"matched": "notes", "text": None}


def task_suggestions(task: Task) -> CodeSuggestions:
    """Those of a task of a job, whose index has further titles.

    Args:
        task: It was checked.
    """
    given, index, dictionary = task.settings, None, None
    if {"exact", "fuzzy"} & set(given.stages):
        index = given.exact.index if given.exact else None
        dictionary = task.dictionary
    titles = read_titles_of(index, task.tree, task.encoding)
    return CodeSuggestions(CodeCards.of_run(task.run, task.tree, titles), dictionary)


def _coded_before(dictionary: Dictionary | None) -> dict[int, list[str]]:
    """Answers coded before that mean one code, by its node."""
    found: dict[int, list[str]] = {}
    if dictionary is not None:
        nodes = dictionary.nodes.tolist()
        for text, node, name in zip(
            dictionary.keys, nodes, dictionary.ids, strict=True
        ):
            if node != ROOT and name.startswith(CODED):
                found.setdefault(node, []).append(text)
    return found


def _spaced(text: str) -> str:
    """With a space before each word: so a word's beginning is found as text."""
    return f" {' '.join(search_words(text))}"
