"""The data report: rows, classes, repeats, contradictions, non-answers.

It names rows and codes, never what a respondent wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.code_checks import code_listing
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.data.records import Records
from han.data.splits import ROLES, is_blank
from han.errors import listing
from han.text.tokenised_texts import TokenisedTexts

FEW = 5
SHOWN = 5
QUANTILES = (0.5, 0.9, 0.99, 1.0)
# Flags of `TextEncoder.flags` that the report counts, in words.
FLAGS = {
    "non_answer": "rows of non-answers only (`data.non_answers`)",
    "bare_code": "rows of bare codes only (`data.bare_codes`)",
    "odd_characters": "rows with odd or broken characters",
    "other_language": "rows in another language",
    "long": "rows far longer than those that train, though not cut",
}


@dataclass(frozen=True)
class FileReport:
    """Findings about the records of one file. Rows are row numbers in the file.

    `flagged_rows` and `flagged_roles` have the flags of `FLAGS`, `dropped_rows` the
    rows that would train if they had a value in the column.
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
    """
    keys = records.text_keys
    contradictory, rows = contradictions(keys, nodes, tree)
    words = documents.num_words
    labelled = nodes >= 0
    said = [key for key in keys if not is_blank(key)]
    marked = {flag: flags == flag for flag in FLAGS} if flags is not None else {}
    return FileReport(
        source=records.source,
        rows=len(records),
        roles=_role_counts(roles),
        blank_rows=records.rows[words == 0].tolist(),
        blank_roles=_role_counts(roles[words == 0]),
        unlabelled_rows=records.rows[~labelled].tolist(),
        blank_fields={
            name: float(np.mean([not text.strip() for text in texts]))
            for name, texts in records.fields.items()
        },
        partial_codes=int((tree.child_counts[nodes[labelled]] > 0).sum()),
        repeated_texts=len(said) - len(set(said)),
        contradictory_texts=contradictory,
        contradictory_rows=records.rows[rows].tolist(),
        word_quantiles={
            f"{q:.0%}": int(np.quantile(words, q, method="higher")) for q in QUANTILES
        },
        cut_rows=records.rows[documents.texts.cut].tolist(),
        non_answer_fields={
            name: float(np.mean(texts != records.answers[name]))
            for name, texts in records.fields.items()
        },
        flagged_rows={k: records.rows[rows].tolist() for k, rows in marked.items()},
        flagged_roles={k: _role_counts(roles[rows]) for k, rows in marked.items()},
        dropped_rows={
            name: records.rows[rows & labelled & (roles == "train")].tolist()
            for name, rows in (dropped or {}).items()
        },
    )


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


def data_report(
    files: Sequence[FileReport],
    levels: Sequence[LevelReport],
    shared: Mapping[str, int],
    two_parents: Sequence[str] = (),
    more: Sequence[str] = (),
) -> str:
    """The report as a person reads it; `more` are lines to add."""
    lines = ["Data report (row 1 is the first after the header)"]
    lines += [line for report in files for line in _file_lines(report)]
    lines.append("Code list (rows that train)")
    lines += [_level_line(level) for level in levels]
    if two_parents:
        lines.append(
            f"  codes under two parents: {len(two_parents)}{_codes(two_parents, 10)}"
        )
    leaks = [f"{count} in {role}" for role, count in shared.items() if count]
    lines.append(f"Texts of other splits that also train: {', '.join(leaks) or 'none'}")
    lines += more
    return "\n".join(lines)


def _level_line(level: LevelReport) -> str:
    few, unseen = level.few_codes, level.unseen_codes
    return (
        f"  level {level.level}: {level.classes} classes, {level.seen} with rows, "
        f"{len(few)} of these with fewer than {FEW}{_codes(few)}, "
        f"{len(unseen)} without any{_codes(unseen)}"
    )


def _file_lines(report: FileReport) -> list[str]:
    blank = ", ".join(f"{k} {share:.1%}" for k, share in report.blank_fields.items())
    blank_roles = _roles(report.blank_roles)
    bad = report.contradictory_rows
    rows_of_texts = f" texts in {_rows(bad, ' rows')}" if bad else ""
    return [
        f"{report.source}: {report.rows} rows ({_roles(report.roles)})",
        f"  rows without any word: {_rows(report.blank_rows)}"
        + (f", of these {blank_roles}" if blank_roles else ""),
        f"  rows without a code: {_rows(report.unlabelled_rows)}",
        f"  blank fields: {blank}",
        f"  codes that stop before a leaf: {report.partial_codes}",
        f"  repeated texts: {report.repeated_texts}",
        f"  texts coded in two ways: {report.contradictory_texts}{rows_of_texts}",
        f"  words in a record: {_words(report.word_quantiles)}",
        f"  rows cut by max_words and max_sentences: {_rows(report.cut_rows)} "
        f"({len(report.cut_rows) / max(report.rows, 1):.1%})",
        *_dirt_lines(report),
    ]


def _dirt_lines(report: FileReport) -> list[str]:
    """What is amiss, in lines that stand there only if something is."""
    shares = report.non_answer_fields.items()
    parts = ", ".join(f"{name} {share:.1%}" for name, share in shares if share)
    lines = (
        [f"  non-answers and bare codes, read as blank fields: {parts}"]
        if parts
        else []
    )
    for flag, rows in report.flagged_rows.items():
        if rows:
            roles = _roles(report.flagged_roles[flag])
            lines.append(f"  {FLAGS[flag]}: {_rows(rows)}, of these {roles}")
    for name, rows in report.dropped_rows.items():
        lines.append(f"  rows not trained on, for want of {name!r}: {_rows(rows)}")
    return lines


def _roles(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {role}" for role, count in counts.items() if count)


def _words(quantiles: Mapping[str, int]) -> str:
    names = {"50%": "half have", "100%": "all"}
    return ", ".join(f"{names.get(q, q)} up to {n}" for q, n in quantiles.items())


def _rows(rows: Sequence[int], noun: str = "") -> str:
    return f"{len(rows)}{noun} (rows {listing(rows, SHOWN)})" if rows else "0"


def _codes(codes: Sequence[str], shown: int = SHOWN) -> str:
    """The first codes, in brackets."""
    text = code_listing(codes, shown)
    return f" ({text})" if text else ""
