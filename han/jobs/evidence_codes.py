"""Right codes of labelled records, and whether the codes that a job gave are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import code_listing, zero_hint
from han.code_list.code_hints import CodeHints
from han.code_list.code_spelling import plain_code
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.data.records import label_sets
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, Outcomes
from han.errors import InputError, count_of
from han.experiment.true_labels import MOST_OUTSIDE
from han.jobs.job_tasks import Task

OUTSIDE = -2  # a code that the list does not have
SHOWN = 10


@dataclass(frozen=True)
class TrueCells:
    """What counts as right of `n` labelled cells.

    Attributes:
        nodes: Nodes of the codes of each, `(n, A)`; -1 after the last, `OUTSIDE` for a
            code that the list does not have.
        outside: The codes that the list does not have, each once, sorted.
    """

    nodes: IntArray
    outside: tuple[str, ...] = ()

    @property
    def is_outside(self) -> npt.NDArray[np.bool_]:
        """Whether a cell has codes, and none that could be given, `(n,)`."""
        is_known = (self.nodes >= 0).any(axis=1)
        found: npt.NDArray[np.bool_] = (self.nodes == OUTSIDE).any(axis=1) & ~is_known
        return found

    @property
    def is_coded(self) -> npt.NDArray[np.bool_]:
        """Whether a cell has a code, `(n,)`."""
        found: npt.NDArray[np.bool_] = self.nodes[:, 0] != ROOT
        return found


def true_cells(
    cells: Sequence[str], records: Sequence[int], task: Task, where: str
) -> TrueCells:
    """Reads cells with the right codes.

    A code is written as outputs write it: alone, or with its path where it stands under
    two parents. `data.no_code` and `data.label_sets` of the run hold here, too.

    Args:
        cells: The cells, `n`.
        records: Number of records of each, `n`.
        task: The task that is judged.
        where: File and column, for messages.

    Raises:
        InputError: If no cell has a code, nearly all codes are not in the list, some
            have lost zeros, or some need their paths.
    """
    data, tree = task.run_config.data, task.tree
    none = set(map(plain_code, data.no_code))
    texts = np.array([plain_code(cell) for cell in cells], object).reshape(-1, 1)
    if data.label_sets:
        texts = label_sets(texts, data.label_sets, none)
    places = {text: tree.naming.find(text) for text in set(texts.ravel())}
    places |= {text: [ROOT] for text in {"", *none}}
    _refuse_ambiguous(places, tree, where)
    node_of = {text: found[0] if found else OUTSIDE for text, found in places.items()}
    nodes = [[node_of[text] for text in row] for row in texts.tolist()]
    outside = sorted(text for text, node in node_of.items() if node == OUTSIDE)
    found = TrueCells(np.array(nodes, np.int32).reshape(texts.shape), tuple(outside))
    _refuse_others(found, np.asarray(records, np.int64), tree, where)
    return found


def _refuse_ambiguous(
    places: Mapping[str, Sequence[int]], tree: Taxonomy, where: str
) -> None:
    if several := sorted(text for text, found in places.items() if len(found) > 1):
        path = tree.naming.paths[places[several[0]][0]]
        raise InputError(
            f"{where}: codes that stand under more than one parent in the code list "
            f"({code_listing(several, SHOWN)}). Expected paths, such as {path!r}."
        )


def _refuse_others(
    found: TrueCells, records: IntArray, tree: Taxonomy, where: str
) -> None:
    """Raises InputError if the column seems to hold other codes, or damaged ones."""
    coded, strange = (int(records[w].sum()) for w in (found.is_coded, found.is_outside))
    if not coded:
        raise InputError(
            f"{where}: no record has a code, so there is no evidence. Name the "
            "column of the right codes in `evidence.code`, or take the section out."
        )
    outside, hints = found.outside, CodeHints(tree.codes)
    is_damaged = any(zero_hint(code, tree.codes) for code in outside)
    if strange <= MOST_OUTSIDE * coded and not is_damaged:
        return
    shown = code_listing(outside, SHOWN)
    hint = next(filter(None, map(hints.of, outside)), "")
    raise InputError(
        f"{where}: {strange:,} of {count_of(coded, 'record')} with a code have one "
        f"that is not in the code list{': ' + shown if shown else ''}. Expected codes "
        f"such as {tree.node_names[-1]!r}.{hint} "
        "Correct them, or name another column in `evidence.code`."
    )


def outcomes_of(given: IntArray, true: IntArray, tree: Taxonomy) -> Outcomes:
    """1 where a given code is right, 0 where it is wrong, -1 where that is not known.

    A code is judged at its own level: right if the right code is the same, or below it.
    Where the right code ends above the given one, and agrees as far as it goes, nobody
    knows. Of several right codes that counts which says most for the given one. A code
    that the list does not have is none that could be given. The result is `(n,)`.

    Args:
        given: Node of the code given, `(n,)`.
        true: Nodes of the right codes, `(n, A)`; -1 after the last.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> given, true = np.array([2, 2, 2, 0, 0]), np.array([[2], [3], [0], [3], [1]])
        >>> outcomes_of(given, true, tree).tolist()
        [1, 0, -1, 1, 0]
    """
    found = np.zeros(len(given), np.int8)
    given_paths = tree.paths[given]
    for nodes in true.T[::-1]:
        paths = np.where(nodes[:, None] >= 0, tree.paths[nodes], OUTSIDE)
        both = (paths != ROOT) & (given_paths != ROOT)
        agrees = (~both | (paths == given_paths)).all(axis=1)
        reaches = ((given_paths == ROOT) | (paths != ROOT)).all(axis=1)
        found[agrees & ~reaches & (found == 0)] = UNKNOWN_OUTCOME
        found[agrees & reaches] = 1
    return found
