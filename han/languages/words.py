"""Texts of one language, filled with numbers as it writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from han.errors import SHOWN, listing
from han.languages import (
    code_list_english,
    code_list_spanish,
    data_report_english,
    data_report_spanish,
    disclosure_english,
    disclosure_spanish,
    features_english,
    features_spanish,
    fetch_english,
    fetch_spanish,
    gate_english,
    gate_spanish,
    job_english,
    job_spanish,
    plan_english,
    plan_spanish,
    queue_english,
    queue_spanish,
    review_lessons_english,
    review_lessons_spanish,
    review_page_english,
    review_page_spanish,
    review_stats_english,
    review_stats_spanish,
    revision_english,
    revision_spanish,
    scrub_english,
    scrub_spanish,
    store_english,
    store_spanish,
    summary_english,
    summary_spanish,
    try_page_english,
    try_page_spanish,
)
from han.languages.number_format import Language, Numbers

Texts = Mapping[Language, Mapping[str, str]]
CODE_LIST: Texts = {"en": code_list_english.WORDS, "es": code_list_spanish.WORDS}
DATA_REPORT: Texts = {"en": data_report_english.WORDS, "es": data_report_spanish.WORDS}
DISCLOSURE: Texts = {"en": disclosure_english.WORDS, "es": disclosure_spanish.WORDS}
FEATURES: Texts = {"en": features_english.WORDS, "es": features_spanish.WORDS}
FETCH: Texts = {"en": fetch_english.WORDS, "es": fetch_spanish.WORDS}
GATE: Texts = {"en": gate_english.WORDS, "es": gate_spanish.WORDS}
JOB: Texts = {"en": job_english.WORDS, "es": job_spanish.WORDS}
PLAN: Texts = {"en": plan_english.WORDS, "es": plan_spanish.WORDS}
QUEUE: Texts = {"en": queue_english.WORDS, "es": queue_spanish.WORDS}
REVIEW_LESSONS: Texts = {
    "en": review_lessons_english.WORDS,
    "es": review_lessons_spanish.WORDS,
}
REVIEW_PAGE: Texts = {"en": review_page_english.WORDS, "es": review_page_spanish.WORDS}
REVIEW_STATS: Texts = {
    "en": review_stats_english.WORDS,
    "es": review_stats_spanish.WORDS,
}
REVISION: Texts = {"en": revision_english.WORDS, "es": revision_spanish.WORDS}
SCRUB: Texts = {"en": scrub_english.WORDS, "es": scrub_spanish.WORDS}
STORE: Texts = {"en": store_english.WORDS, "es": store_spanish.WORDS}
SUMMARY: Texts = {"en": summary_english.WORDS, "es": summary_spanish.WORDS}
TRY_PAGE: Texts = {"en": try_page_english.WORDS, "es": try_page_spanish.WORDS}


@dataclass(frozen=True)
class Words:
    """The texts of a page or of a command, in one language.

    Args:
        texts: Those of all languages.
        language: Which one.

    Example:
        >>> Words(DATA_REPORT, "es").say("cut", rows=3, share="2 %")
        'filas cortadas por max_words y max_sentences: 3 (2 %)'
    """

    texts: Texts
    language: Language

    @property
    def numbers(self) -> Numbers:
        """Formats numbers for a terminal or a text file."""
        return Numbers(self.language, is_plain=True)

    def say(self, key: str, **values: Any) -> str:
        """A text, filled; whole numbers as the language writes them."""
        numbers = self.numbers
        filled = {
            name: numbers.count(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return self.texts[self.language][key].format(gap=numbers.gap, **filled)

    def count_of(self, number: int, noun: str) -> str:
        """A number of things; the plural of `noun` has the key `nouns`."""
        return self.say(noun if number == 1 else f"{noun}s", count=number)

    def lines(self, named: Mapping[str, object]) -> str:
        """What lies where, a line each: the names are keys of texts."""
        width = max(len(self.say(key)) for key in named)
        return "\n".join(
            f"  {self.say(k):{width}}  {what}" for k, what in named.items()
        )

    def listing(self, items: Iterable[object], shown: int = SHOWN) -> str:
        """The first items, and how many more there are."""
        return listing(items, shown, self.say("and_more", count="{count}"))
