"""Dictionaries of code list titles, of an index, and of records coded before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.data.code_list_texts import CodeText, title_texts
from han.data.sampling_units import is_blank
from han.stages.dictionary import Dictionary
from han.text.distinct_texts import text_keys
from han.text.non_answers import NONE, NonAnswers

Counts = npt.NDArray[np.int64]


def title_dictionary(
    tree: Taxonomy,
    field: str,
    notes: Sequence[CodeText] = (),
    *,
    partial_codes: bool = False,
) -> Dictionary:
    """The titles of a code list as a dictionary of one field.

    A title that a code shares with one above it means the lower one. Titles of codes
    that do not exclude each other otherwise are `ambiguous`.

    Args:
        tree: The code list.
        field: The field of the answers that is compared.
        notes: Units of notes, as `han.data.code_list_notes` gives them; of these what
            a code includes is taken, too.
        partial_codes: Whether the title of a code with codes below it codes, too. If
            not, such an answer is declined with `partial:461`, for a later stage may
            know the full code.

    Example:
        >>> tree = Taxonomy(["1", "11", "12"], [-1, 0, 0], ["Comida", "Pan", "Queso"])
        >>> found = title_dictionary(tree, "what")
        >>> [*zip(found.keys, found.reasons)]
        [('comida', 'partial:1'), ('pan', 'title:11'), ('queso', 'title:12')]
    """
    kinds = {"title": "title", "includes": "note"}
    given = [*title_texts(tree), *notes]
    texts = [text for text in given if text.kind in kinds]
    ids = [f"{kinds[text.kind]}:{tree.node_names[text.node]}" for text in texts]
    nodes = np.array([text.node for text in texts], np.int32)
    found = listed_dictionary({field: [text.text for text in texts]}, nodes, tree, ids)
    if partial_codes:
        return found
    is_partial = np.append(tree.child_counts > 0, False)[found.nodes]
    reasons = [
        f"partial:{tree.node_names[node]}" if partial else reason
        for node, partial, reason in zip(
            found.nodes.tolist(), is_partial.tolist(), found.reasons, strict=True
        )
    ]
    known = np.where(is_partial, ROOT, found.nodes).astype(np.int32)
    return replace(found, nodes=known, reasons=tuple(reasons))


def listed_dictionary(
    texts: Mapping[str, Sequence[str]],
    nodes: IntArray,
    tree: Taxonomy,
    ids: Sequence[str] = (),
    non_answers: NonAnswers = NONE,
) -> Dictionary:
    """An official index as a dictionary: every row is right.

    A text that stands for several codes means the lowest of them if they lie on one
    path, such as 46 and 461; else it codes nothing and says `ambiguous:2_codes`.

    Args:
        texts: Texts of the rows by field name, `n` each.
        nodes: Node of each row's code, `(n,)`; none is -1.
        tree: The code list.
        ids: What each row is called, `n`; `index:1` and so on if there is none.
        non_answers: What is read as blank; rows without any text are left out.

    Example:
        >>> tree = Taxonomy(["1", "2", "11"], [-1, -1, 0])
        >>> texts = {"what": ["Pan", "pan", "Vino", "vino"]}
        >>> found = listed_dictionary(texts, np.array([0, 2, 0, 1]), tree)
        >>> found.nodes.tolist(), found.reasons
        ([2, -1], ('index:2', 'ambiguous:2_codes'))
    """
    names = ids or [f"index:{row + 1}" for row in range(len(nodes))]

    def judged(codes: Codes) -> tuple[int, str]:
        lowest = max(codes, key=lambda node: int(tree.levels[node]))
        if codes.keys() <= set(tree.paths[lowest].tolist()):
            return lowest, names[codes[lowest].row]
        return ROOT, f"ambiguous:{len(codes)}_codes"

    return _dictionary(_tally(texts, nodes, None, non_answers), names, judged)


def coded_dictionary(
    texts: Mapping[str, Sequence[str]],
    nodes: IntArray,
    counts: Counts | None = None,
    *,
    min_count: int,
    min_purity: float,
    ids: Sequence[str] = (),
    non_answers: NonAnswers = NONE,
) -> Dictionary:
    """Records coded before as a dictionary.

    A text has the code that most of its records have, if at least `min_count` records
    agree on it and they are at least `min_purity` of all. Codes are compared whole: one
    that stops early is no vote for a code below it. Else it codes nothing and says
    `ambiguous:2_codes` (equally many records each), `below_count:1` or `purity:0.62`.

    Args:
        texts: Texts of the records by field name, `n` each.
        nodes: Node of each record's code, `(n,)`; -1 where it has none, and then it is
            left out.
        counts: Number of records that each row stands for, `(n,)`; 1 by default.
            Survey weights are none: they do not make evidence stronger.
        min_count: Fewest records that agree.
        min_purity: Least share of a text's records that agree.
        ids: What each row is called, `n`; `coded:1` and so on if there is none.
        non_answers: What is read as blank; rows without any text are left out.

    Example:
        >>> texts = {"what": ["pan", "pan", "pan", "vino", "vino"]}
        >>> found = coded_dictionary(
        ...     texts, np.array([4, 4, 5, 6, 7]), min_count=2, min_purity=0.7
        ... )
        >>> found.nodes.tolist(), found.reasons
        ([-1, -1], ('purity:0.66', 'ambiguous:2_codes'))
    """
    names = ids or [f"coded:{row + 1}" for row in range(len(nodes))]

    def judged(codes: Codes) -> tuple[int, str]:
        total = sum(code.count for code in codes.values())
        most = max(code.count for code in codes.values())
        winners = [node for node, code in codes.items() if code.count == most]
        fault = _doubt(most, total, len(winners), min_count, min_purity)
        return (ROOT, fault) if fault else (winners[0], f"coded_before:{most}/{total}")

    return _dictionary(_tally(texts, nodes, counts, non_answers), names, judged)


def _doubt(
    most: int, total: int, winners: int, min_count: int, min_purity: float
) -> str:
    """Why records of one text do not give it a code; "" if they do."""
    if winners > 1:
        return f"ambiguous:{winners}_codes"
    if most < min_count:
        return f"below_count:{most}"
    if most < min_purity * total:
        # Rounded down, so that no share that is too low reads as one that would do.
        return f"purity:{100 * most // total / 100:.2f}"
    return ""


@dataclass
class _Code:
    """Rows of one text with one code: their count, and the first of them."""

    count: int
    row: int


Codes = dict[int, _Code]  # of one text, that of the first row first


@dataclass(frozen=True)
class _Tally:
    """The codes of each text, by its key."""

    fields: tuple[str, ...]
    codes: dict[str, Codes]


def _tally(
    texts: Mapping[str, Sequence[str]],
    nodes: IntArray,
    counts: Counts | None,
    non_answers: NonAnswers,
) -> _Tally:
    keys = text_keys(texts, non_answers)
    numbers = [1] * len(keys) if counts is None else counts.tolist()
    found: dict[str, Codes] = {}
    rows = zip(keys, nodes.tolist(), numbers, strict=True)
    for row, (key, node, count) in enumerate(rows):
        if node != ROOT and not is_blank(key):
            codes = found.setdefault(key, {})
            if node not in codes:
                codes[node] = _Code(0, row)
            codes[node].count += count
    return _Tally(tuple(texts), found)


def _dictionary(
    tally: _Tally, names: Sequence[str], judged: Callable[[Codes], tuple[int, str]]
) -> Dictionary:
    """An entry for each text; one without a code is called as its first row."""
    found = [(*judged(codes), codes) for codes in tally.codes.values()]
    rows = [codes.get(node, next(iter(codes.values()))).row for node, _, codes in found]
    counts = [[code.count for code in codes.values()] for *_, codes in found]
    support = [
        codes[node].count if node != ROOT else max(of_text)
        for (node, _, codes), of_text in zip(found, counts, strict=True)
    ]
    return Dictionary(
        tally.fields,
        tuple(tally.codes),
        np.array([node for node, *_ in found], np.int32),
        tuple(names[row] for row in rows),
        tuple(reason for _, reason, _ in found),
        np.array(support, np.int64),
        np.array(list(map(sum, counts)), np.int64),
    )
