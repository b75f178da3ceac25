"""The data report: rows, classes, repeats, contradictions, non-answers.

It names rows and codes, never what a respondent wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.config.data_config import ROLES
from han.data.records import Records, repeats
from han.data.sampling_units import is_blank
from han.data.survey_weights import unlikely_weights
from han.text.tokenised_texts import TokenisedTexts

FEW = 5
QUANTILES = (0.5, 0.9, 0.99, 1.0)
# Flags of `TextEncoder.flags` that the report counts.
FLAGS = ("non_answer", "bare_code", "odd_characters", "other_language", "long")


@dataclass(frozen=True)
class FileReport:
    """Findings about the records of one file. Rows are row numbers in the file.

    `flagged_rows` and `flagged_roles` have the flags of `FLAGS`, `dropped_rows` the
    rows that would train if they had a value in the column. `respelled_rows` had
    something in a label cell that nobody sees, `not_coded_rows` a cell of
    `data.no_code`; `label_notes` say what is likely about the labels.
    `repeated_keys` are rows whose keys other rows have, too; `unlikely_weights` those
    whose survey weight is far from all others.
    """

    source: str
    rows: int
    roles: dict[str, int]
    blank_rows: list[int]
    blank_roles: dict[str, int]
    unlabelled_rows: list[int]
    blank_fields: dict[str, float]
    partial_codes: int
    repeated_texts: int
    contradictory_texts: int
    contradictory_rows: list[int]
    word_quantiles: dict[str, int]
    cut_rows: list[int]
    non_answer_fields: dict[str, float]
    flagged_rows: dict[str, list[int]]
    flagged_roles: dict[str, dict[str, int]]
    dropped_rows: dict[str, list[int]]
    respelled_rows: list[int]
    not_coded_rows: list[int] | None
    label_notes: list[str]
    repeated_keys: list[int] = field(default_factory=list)
    unlikely_weights: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class LevelReport:
    """Classes of one level: in the code list, with training rows, with few of them.

    `few_codes` and `unseen_codes` are the codes with few and without rows.
    """

    level: int
    classes: int
    few_codes: list[str]
    unseen_codes: list[str]

    @property
    def seen(self) -> int:
        """Number of classes with training rows."""
        return self.classes - len(self.unseen_codes)


def file_report(
    records: Records,
    nodes: IntArray,
    roles: npt.NDArray[np.object_],
    documents: TokenisedTexts,
    tree: Taxonomy,
    *,
    flags: npt.NDArray[np.object_] | None = None,
    dropped: Mapping[str, npt.NDArray[np.bool_]] | None = None,
    label_notes: Sequence[str] = (),
) -> FileReport:
    """Describes the records of one file.

    Args:
        records: The records, `(n,)`.
        nodes: Node id of each, negative where unlabelled, `(n,)`.
        roles: train, validation, calibration or test, `(n,)`.
        documents: Their tokenised texts.
        tree: The code list.
        flags: What is doubtful about each text, `(n,)`: see `TextEncoder.flags`.
        dropped: Rows that `data.missing` keeps from training, by column, `(n,)` each.
        label_notes: What is likely about the labels.
    """
    labelled = nodes >= 0
    marked = {flag: flags == flag for flag in FLAGS} if flags is not None else {}
    trains = labelled & (roles == "train")
    return FileReport(
        source=records.source,
        rows=len(records),
        roles=_role_counts(roles),
        unlabelled_rows=records.rows[~labelled].tolist(),
        partial_codes=int((tree.child_counts[nodes[labelled]] > 0).sum()),
        flagged_rows={k: records.rows[rows].tolist() for k, rows in marked.items()},
        flagged_roles={k: _role_counts(roles[rows]) for k, rows in marked.items()},
        dropped_rows={
            name: records.rows[rows & trains].tolist()
            for name, rows in (dropped or {}).items()
        },
        respelled_rows=list(records.respelled),
        not_coded_rows=None if records.not_coded is None else list(records.not_coded),
        label_notes=list(label_notes),
        repeated_keys=records.rows[repeats(records.keys)].tolist(),
        unlikely_weights=records.rows[unlikely_weights(records.weights)].tolist(),
        **_field_findings(records),
        **_word_findings(records, roles, documents),
        **_repetitions(records, nodes, tree),
    )


def _field_findings(records: Records) -> dict[str, Any]:
    """Share of blank cells and of non-answers in each field."""
    fields = records.fields.items()
    return {
        "blank_fields": {
            name: float(np.mean([not text.strip() for text in texts]))
            for name, texts in fields
        },
        "non_answer_fields": {
            name: float(np.mean(texts != records.answers[name]))
            for name, texts in fields
        },
    }


def _word_findings(
    records: Records, roles: npt.NDArray[np.object_], documents: TokenisedTexts
) -> dict[str, Any]:
    """Records without words, how many words they have, and which are cut."""
    words = documents.num_words
    return {
        "blank_rows": records.rows[words == 0].tolist(),
        "blank_roles": _role_counts(roles[words == 0]),
        "word_quantiles": {
            f"{q:.0%}": int(np.quantile(words, q, method="higher")) for q in QUANTILES
        },
        "cut_rows": records.rows[documents.texts.cut].tolist(),
    }


def _repetitions(records: Records, nodes: IntArray, tree: Taxonomy) -> dict[str, Any]:
    """Texts that occur more than once, and those that are coded in two ways."""
    said = [key for key in records.text_keys if not is_blank(key)]
    contradictory, rows = contradictions(records.text_keys, nodes, tree)
    return {
        "repeated_texts": len(said) - len(set(said)),
        "contradictory_texts": contradictory,
        "contradictory_rows": records.rows[rows].tolist(),
    }


def _role_counts(roles: npt.NDArray[np.object_]) -> dict[str, int]:
    return {role: int((roles == role).sum()) for role in ROLES}


def contradictions(
    keys: Sequence[str], nodes: IntArray, tree: Taxonomy
) -> tuple[int, npt.NDArray[np.int64]]:
    """Texts coded in two ways, and the positions of their records.

    A code and one of its ancestors do not contradict each other.

    Returns:
        Number of such texts, and positions of all their records.
    """
    seen: dict[str, set[int]] = {}
    for key, node in zip(keys, nodes.tolist(), strict=True):
        if node >= 0 and not is_blank(key):
            seen.setdefault(key, set()).add(node)
    bad = {k for k, codes in seen.items() if len(codes) > 1 and _diverge(codes, tree)}
    rows = [i for i, k in enumerate(keys) if k in bad and nodes[i] >= 0]
    return len(bad), np.asarray(rows, dtype=np.int64)


def _diverge(nodes: set[int], tree: Taxonomy) -> bool:
    deepest = max(nodes, key=lambda node: tree.levels[node])
    return not nodes <= set(tree.ancestors(deepest).tolist())


def level_reports(train_nodes: IntArray, tree: Taxonomy) -> list[LevelReport]:
    """Classes of each level, and how many have no or few training rows."""
    counts = node_counts(train_nodes, tree)
    reports = []
    for level in range(1, tree.num_levels + 1):
        here = np.flatnonzero(tree.levels == level)
        few = [tree.node_names[i] for i in here if 0 < counts[i] < FEW]
        unseen = [tree.node_names[i] for i in here if not counts[i]]
        reports.append(LevelReport(level, len(here), few, unseen))
    return reports


def codes_of_two_parents(tree: Taxonomy) -> list[str]:
    """Codes that stand on one level under more than one parent, in order.

    Label columns make a tree of whatever rows say: one wrong cell makes a second node.
    """
    found: dict[tuple[int, str], int] = {}
    for level, code in zip(tree.levels.tolist(), tree.codes, strict=True):
        found[level, code] = found.get((level, code), 0) + 1
    return list(dict.fromkeys(code for (_, code), n in found.items() if n > 1))


def node_counts(nodes: IntArray, tree: Taxonomy) -> IntArray:
    """Number of records at or below each node, `(N,)`."""
    above = tree.paths[nodes[nodes >= 0]]
    return np.bincount(above[above != ROOT], minlength=tree.num_nodes).astype(np.int32)


def shared_texts(keys: Mapping[str, set[str]]) -> dict[str, int]:
    """Number of test, validation and calibration texts that also train.

    Args:
        keys: Normalised texts of each role.
    """
    train = keys.get("train", set())
    return {role: len(train & keys[role]) for role in ROLES[1:] if role in keys}
