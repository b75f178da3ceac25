"""The words behind each code, over many records.

A word is listed only if enough records hold it, so that no rare word, which may tell
who answered, leaves the building.

Reference:
    Monroe, Colaresi and Quinn 2008, Fightin' Words, for the words that tell two codes
    apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.explanation.evidence_kinds import LEAST_RECORDS
from han.explanation.written_words import WrittenDocument
from han.metrics.pairs import FloatArray

LISTED = 15  # words of a code
PAIRS = 12  # pairs of siblings
CLEAR = 1.96  # standard errors from which a word tells two codes apart
COLUMNS = (
    "level code title kind text records code_records mean_evidence total_evidence"
).split()
SIBLING_COLUMNS = (
    "level code title other_code other_title confused text records other_records "
    "log_odds standard_errors"
).split()


@dataclass
class _Found:
    """Evidence of one text for one code."""

    records: int = 0
    evidence: float = 0.0


@dataclass
class _OfCode:
    """Evidence of all texts for one code."""

    records: int = 0
    texts: dict[tuple[str, str], _Found] = field(
        default_factory=lambda: defaultdict(_Found)
    )


def class_table(
    documents: Sequence[WrittenDocument],
    evidence: Sequence[FloatArray],
    nodes: IntArray,
    tree: Taxonomy,
    *,
    least_records: int = LEAST_RECORDS,
) -> pd.DataFrame:
    """The words, pairs of words and fields with the most evidence, code by code.

    Args:
        documents: The records.
        evidence: Of the words of each for its predicted code on each level,
            `(words, L)`; where evidence is the same on all levels, `(words, 1)`.
        nodes: Predicted node of each level, `(n, L)`.
        tree: The code list.
        least_records: Records of the code that must hold a text.

    Returns:
        For each code the `LISTED` texts of each kind with the most evidence in all its
        records together: `level, code, title, kind` (`word`, `pair`, `field`), `text`
        as it is looked up, `records` that hold it, `code_records`, `mean_evidence` in
        a record that holds it, and `total_evidence` over all records of the code, for
        one record. A pair has the evidence of its two words.
    """
    found: dict[tuple[int, int], _OfCode] = defaultdict(_OfCode)
    for document, weights, path in zip(
        documents, evidence, nodes.tolist(), strict=True
    ):
        for level, node in enumerate(path):
            if tree.levels[node] != level + 1:
                continue  # a code that ends early is counted on its own level
            of_code = found[level, node]
            of_code.records += 1
            own = weights[:, min(level, weights.shape[1] - 1)]
            for key, amount in _amounts(document, own).items():
                text = of_code.texts[key]
                text.records += 1
                text.evidence += amount
    rows = [
        row
        for (level, node), of_code in sorted(found.items())
        for row in _rows(level, node, of_code, tree, least_records)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _amounts(
    document: WrittenDocument, weights: FloatArray
) -> dict[tuple[str, str], float]:
    """Evidence of each text of a record, by kind and text."""
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    before = None
    for word, weight in zip(document.words, weights.tolist(), strict=True):
        if not word.is_read:
            continue
        amounts["word", word.clean] += weight
        amounts["field", word.field] += weight
        if before is not None and before[0].sentence == word.sentence:
            amounts["pair", f"{before[0].clean} {word.clean}"] += before[1] + weight
        before = (word, weight)
    return amounts


def _rows(
    level: int, node: int, of_code: _OfCode, tree: Taxonomy, least_records: int
) -> Iterator[tuple[object, ...]]:
    for kind in ("word", "pair", "field"):
        enough = [
            (found.evidence / of_code.records, text, found)
            for (its_kind, text), found in of_code.texts.items()
            if its_kind == kind and found.records >= least_records
        ]
        enough.sort(key=lambda item: (-item[0], item[1]))
        for total, text, found in enough[:LISTED]:
            start = (level + 1, tree.node_names[node], tree.titles[node], kind, text)
            mean = found.evidence / found.records
            yield (*start, found.records, of_code.records, mean, total)


def sibling_table(
    documents: Sequence[WrittenDocument],
    nodes: IntArray,
    truth: IntArray,
    tree: Taxonomy,
    *,
    least_records: int = LEAST_RECORDS,
) -> pd.DataFrame:
    """Words that tell confused siblings apart, by the codes that people gave.

    Args:
        documents: The records.
        nodes: Predicted node of each level, `(n, L)`.
        truth: True node of each level, `(n, L)`; -1 where there is none.
        tree: The code list.
        least_records: Records of one of the codes that must hold a word; fewer of the
            other are not counted out.

    Returns:
        For the `PAIRS` pairs of siblings that are confused most the words whose share
        of records differs clearly: `level, code, title, other_code, other_title,
        confused` records, `text`, `records` of the code and `other_records` of the
        other that hold it, `log_odds` (above 0: for the code) and how many
        `standard_errors` that is. Shares are smoothed by half a record.
    """
    rows: list[tuple[object, ...]] = []
    held = [{w.clean for w in d.words if w.is_read} for d in documents]
    for (level, one, two), confused in _confused(nodes, truth, tree)[:PAIRS]:
        sides = [np.flatnonzero(truth[:, level] == node) for node in (one, two)]
        counts = [_counts([held[i] for i in side]) for side in sides]
        head = [level + 1, tree.node_names[one], tree.titles[one]]
        head += [tree.node_names[two], tree.titles[two], confused]
        scored: list[tuple[float, tuple[object, ...]]] = []
        for text in sorted({*counts[0], *counts[1]}):
            pair = counts[0].get(text, 0), counts[1].get(text, 0)
            log_odds, errors = _log_odds(pair, (len(sides[0]), len(sides[1])))
            if max(pair) >= least_records and abs(errors) >= CLEAR:
                few = [n if n >= least_records else f"<{least_records}" for n in pair]
                found = (round(log_odds, 1), round(errors, 1))
                scored.append((abs(errors), (*head, text, *few, *found)))
        scored.sort(key=lambda item: -item[0])
        rows += [row for _, row in scored[:LISTED]]
    return pd.DataFrame(rows, columns=SIBLING_COLUMNS)


def _confused(
    nodes: IntArray, truth: IntArray, tree: Taxonomy
) -> list[tuple[tuple[int, int, int], int]]:
    """Level and two siblings, and how many records of one got the other; most first."""
    counts: dict[tuple[int, int, int], int] = defaultdict(int)
    for said, true in zip(nodes.tolist(), truth.tolist(), strict=True):
        for level, (one, two) in enumerate(zip(said, true, strict=True)):
            if two == ROOT or one == two:
                continue
            is_here = tree.levels[one] == tree.levels[two] == level + 1
            if is_here and tree.parents[one] == tree.parents[two]:
                counts[level, min(one, two), max(one, two)] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _counts(held: Sequence[set[str]]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for words in held:
        for word in words:
            counts[word] += 1
    return counts


def _log_odds(counts: tuple[int, int], sizes: tuple[int, int]) -> tuple[float, float]:
    """Log of the odds ratio of holding a word, and in standard errors."""
    yes = np.array(counts) + 0.5
    no = np.array(sizes) - np.array(counts) + 0.5
    logs = np.log(yes / no)
    ratio = float(logs[0] - logs[1])
    return ratio, ratio / float(np.sqrt((1 / yes + 1 / no).sum()))
