"""What the data report says of records with several codes, all right together."""

from __future__ import annotations

import numpy as np

from han.code_list.taxonomy import ROOT, IntArray
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words

SHOWN = 6  # numbers of codes that are counted each by itself


def implied_codes(given: IntArray, kept: IntArray) -> int:
    """Number of codes that were left out of sets as others imply them.

    Args:
        given: Node ids, `(n, C)`; -1 where there is none. Repeats count once.
        kept: Those that no other of the record implies, `(n, A)`.

    Example:
        >>> implied_codes(np.array([[0, 2, 2], [1, -1, 1]]), np.array([[2], [1]]))
        1
    """
    rising = np.sort(given, axis=1)
    is_new = np.diff(rising, axis=1, prepend=ROOT) != 0
    return int(is_new.sum() - (kept != ROOT).sum())


def code_set_report(
    sets: IntArray, implied: int, strays: int, language: Language = "en"
) -> list[str]:
    """Lines for the data report.

    Args:
        sets: Node ids of all records, `(n, A)`; -1 where there is none.
        implied: Number of codes that were left out, as a code below them stands in the
            same record.
        strays: Number of rows of a table of codes that are of no record.
        language: Of the report.

    Example:
        >>> code_set_report(np.array([[1, 2], [3, -1]]), 0, 0)[0]
        'Codes of a record, all right together: 1.50 in the mean, 2 at most'
    """
    words = Words(DATA_REPORT, language)
    number = (sets != ROOT).sum(axis=1)
    number = number[number > 0]
    mean = words.numbers.decimal(float(number.mean()) if len(number) else 0.0, 2)
    lines = [words.say("code_sets", mean=mean, most=int(number.max(initial=0)))]
    for codes in np.unique(np.minimum(number, SHOWN)).tolist():
        key = "code_sets_more" if codes == SHOWN else "code_sets_of"
        count = int((np.minimum(number, SHOWN) == codes).sum())
        lines.append(f"  {words.say(key, codes=codes, count=count)}")
    if implied:
        lines.append(f"  {words.say('code_sets_implied', count=implied)}")
    if strays:
        lines.append(f"  {words.say('code_sets_strays', count=strays)}")
    return lines
