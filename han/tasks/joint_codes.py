"""Codes of several tasks held against each other; a better pair where they clash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.late_packages import pd
from han.tasks.pair_table import NO_PAIR, PairTable

PAIR, PAIR_NOTE, PAIR_PROBABILITY = "pair", "pair_note", "pair_probability"
MOST_CANDIDATES = 5  # of each task, of which pairs are made
MISSING = 1e-300  # probability of a candidate that is not there


@dataclass(frozen=True)
class Candidates:
    """Codes that a task has for `n` records.

    Attributes:
        given: Node of the code that was given, `(n,)`; -1 for none.
        nodes: The most probable full codes, `(n, k)`; -1 for none.
        probabilities: Their probabilities, `(n, k)`.
    """

    given: IntArray
    nodes: IntArray
    probabilities: npt.NDArray[np.floating]

    @classmethod
    def of(cls, table: pd.DataFrame, tree: Taxonomy) -> Candidates:
        """Those in the columns that `Classifier.predict` gives."""
        what = "code_path" if tree.naming.has_repeats else "code"
        known = tree.naming.paths if tree.naming.has_repeats else tree.codes
        place = {"": ROOT, **{text: node for node, text in enumerate(known)}}
        ranks = [k for k in range(1, MOST_CANDIDATES + 1) if f"top_{k}_code" in table]

        def nodes(column: str) -> IntArray:
            return np.array([place[text] for text in table[column]], np.int32)

        found = [table[f"top_{k}_probability"].to_numpy(np.float64) for k in ranks]
        return cls(
            nodes(what),
            np.stack([nodes(f"top_{k}_{what}") for k in ranks], axis=1),
            np.nan_to_num(np.stack(found, axis=1)),
        )


def joint_columns(
    tables: Mapping[str, pd.DataFrame],
    trees: Mapping[str, Taxonomy],
    pairs: PairTable,
) -> pd.DataFrame:
    """Columns that say which codes do not go together, and what would.

    `pair` is the verdict on the codes that were given, or empty; `pair_note` its note.
    Where there is a verdict, `pair_TASK_code` are the codes of the best pair: of the
    full codes that the tasks list, that with the largest product of probabilities
    (`pair_probability`) that has no verdict, or at least is not impossible. The codes
    given stay as they are.

    Args:
        tables: What each task gave, `(n, columns)` each.
        trees: The code list of each task.
        pairs: The table of pairs.
    """
    known = {task: Candidates.of(table, trees[task]) for task, table in tables.items()}
    verdicts = pairs.find({task: one.given for task, one in known.items()})
    rows = np.flatnonzero(verdicts != NO_PAIR)
    best, probabilities = _best_pairs(known, pairs, rows)
    every = len(verdicts)
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for name, attribute in ((PAIR, "verdict"), (PAIR_NOTE, "note")):
        columns[name] = np.full(every, "", dtype=object)
        columns[name][rows] = [
            getattr(pairs.pairs[v], attribute) for v in verdicts[rows]
        ]
    for task, nodes in best.items():
        codes = np.array([*trees[task].codes, ""], dtype=object)
        columns[f"{PAIR}_{task}_code"] = np.full(every, "", dtype=object)
        columns[f"{PAIR}_{task}_code"][rows] = codes[nodes]
    columns[PAIR_PROBABILITY] = np.full(every, np.nan)
    columns[PAIR_PROBABILITY][rows] = probabilities
    index = next(iter(tables.values())).index
    return pd.DataFrame(columns).set_axis(index)


def _best_pairs(
    known: Mapping[str, Candidates],
    pairs: PairTable,
    rows: npt.NDArray[np.int64],
) -> tuple[dict[str, IntArray], npt.NDArray[np.float64]]:
    """The best codes of some records by task, and how probable they are together."""
    sizes = [one.nodes.shape[1] for one in known.values()]
    places = np.indices(sizes).reshape(len(sizes), -1)  # (tasks, combinations)
    nodes, together = {}, np.ones((len(rows), places.shape[1]))
    for (task, one), which in zip(known.items(), places, strict=True):
        nodes[task] = one.nodes[rows][:, which]
        shown = one.probabilities[rows][:, which]
        together = together * np.where(nodes[task] >= 0, shown, 0.0)
    verdicts = pairs.find(nodes)
    is_impossible = np.array(
        [*(pair.verdict == "impossible" for pair in pairs.pairs), False]
    )
    # What has no verdict goes before what is suspicious, however probable that is.
    score = np.where(verdicts == NO_PAIR, 1.0 + together, together)
    score[is_impossible[verdicts] | (together <= MISSING)] = -1.0
    every, best = np.arange(len(rows)), score.argmax(axis=1)
    is_found = score[every, best] >= 0
    chosen = {t: np.where(is_found, n[every, best], ROOT) for t, n in nodes.items()}
    return chosen, np.where(is_found, together[every, best], np.nan)
