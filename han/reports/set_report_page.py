"""HTML page of an evaluation of sets of codes."""

from __future__ import annotations

from typing import Any

import numpy as np

from han.code_sets.coded_sets import CodedSets
from han.languages.number_format import Language, Numbers
from han.reports import set_report_english, set_report_spanish
from han.reports.report_page import WORDS, About, page_template, speaker, titles
from han.reports.set_mistakes import code_numbers, missed_codes, wrong_codes

SET_WORDS: dict[Language, dict[str, str]] = {
    "es": WORDS["es"] | set_report_spanish.WORDS,
    "en": WORDS["en"] | set_report_english.WORDS,
}


def set_report_page(
    coded: CodedSets, result: dict[str, Any], about: About, language: Language
) -> str:
    """The page as HTML; the same input gives the same text.

    Args:
        coded: The records.
        result: Their scores, as `metrics.json` holds them.
        about: What was evaluated.
        language: `es` or `en`.
    """
    numbers = Numbers(language)
    table, tree = code_numbers(coded), coded.tree
    width = 1 + int(np.flatnonzero((table + table.T).any(axis=0)).max(initial=0))
    page: str = page_template("set_report.html").render(
        language=language,
        n=numbers,
        say=speaker(SET_WORDS[language], numbers),
        about=about,
        result=result,
        title=titles(tree),
        num_codes=[int((tree.levels == k + 1).sum()) for k in range(tree.num_levels)],
        counts=table[:width, :width].tolist(),
        most_codes=len(table),
        missed=missed_codes(coded),
        wrong=wrong_codes(coded),
        reliability=coded.reliability.to_dict(),
    )
    return page
