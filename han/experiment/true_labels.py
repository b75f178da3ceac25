"""Labels of records to be judged: codes of the run's list, and codes outside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from han.code_list.closure import specific_codes
from han.code_list.code_checks import looks_like_code, zero_hint
from han.code_list.code_hints import CodeHints
from han.code_list.outside_codes import WiderTaxonomy
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_list.true_codes import TrueCodes
from han.config import Config
from han.data.coders import majority
from han.data.records import Records
from han.errors import count_of, listing
from han.experiment.record_labels import coder_nodes, coder_paths

UnknownLabels = Literal["error", "wrong"]
MOST_OUTSIDE = 0.9  # of the coded records: more is another column or code list
SHOWN = 10

Path = tuple[str, ...]


def true_codes(
    config: Config,
    tree: Taxonomy,
    records: Records,
    unknown: UnknownLabels = "error",
) -> TrueCodes:
    """What counts as right of each record of a table.

    Args:
        config: The run's config.
        tree: Its code list.
        records: All records of the table.
        unknown: What to do with codes that the list does not have: `error`, or `wrong`
            to keep them as codes that no prediction can be.

    Raises:
        InputError: For codes that are not in the list: if `unknown` says so, if nearly
            all are, or if they are codes of the list that have lost zeros.
    """
    if not records.label_names:
        return TrueCodes.of(np.full(len(records), ROOT, np.int32), tree)
    paths, place = coder_paths(config, records), records.source
    outside = _outside(config, paths, tree) if unknown == "wrong" else set()
    if not outside or _is_mistake(outside, paths, tree):
        return _of(config, coder_nodes(config, paths, tree, place), tree, tree)
    whole = not _by_code(config)
    wider = WiderTaxonomy(tree, outside, whole=whole)
    names = {path: _name(wider, wider.place(path), whole) for path in outside}
    known = [[names.get(path, path) for path in coder] for coder in paths]
    return _of(config, coder_nodes(config, known, wider, place), wider, tree)


def _of(config: Config, votes: IntArray, wider: Taxonomy, tree: Taxonomy) -> TrueCodes:
    if config.model.gives_sets:
        return TrueCodes(specific_codes(votes, wider), wider, tree.num_nodes)
    nodes = votes if config.data.label_sets else majority(votes)[:, None]
    return TrueCodes(nodes.astype(np.int32), wider, tree.num_nodes)


def _by_code(config: Config) -> bool:
    return config.taxonomy.is_given and len(config.data.label_columns) == 1


def _outside(
    config: Config, paths: Sequence[Sequence[Path]], tree: Taxonomy
) -> set[Path]:
    """Labels that the list does not have."""
    given = {path for coder in paths for path in coder if path}
    if _by_code(config):
        return {path for path in given if not tree.naming.find(path[0])}
    return {path for path in given if tree.find(path) is None}


def _is_mistake(
    outside: set[Path], paths: Sequence[Sequence[Path]], tree: Taxonomy
) -> bool:
    """Whether labels look like damaged codes, or like those of another list."""
    if any(zero_hint(path[-1], tree.codes) for path in outside):
        return True
    rows = [[path for path in row if path] for row in zip(*paths, strict=True)]
    coded = [row for row in rows if row]
    strangers = sum(all(path in outside for path in row) for row in coded)
    return strangers > MOST_OUTSIDE * len(coded)


def _name(wider: WiderTaxonomy, node: int, whole: bool) -> Path:
    return wider.code_path(node) if whole else (wider.node_names[node],)


@dataclass(frozen=True)
class OutsideLabels:
    """Records whose codes the run's list does not have.

    Attributes:
        records: How many there are.
        share: Their share of all records with a code.
        rows: For each code its rows, from 1, the commonest codes first.
        hint: What one of them may be a damaged form of; "" if nothing is likely.
    """

    records: int
    share: float
    rows: Mapping[str, list[int]]
    hint: str = ""

    @classmethod
    def of(cls, true: TrueCodes, rows: Sequence[int]) -> OutsideLabels:
        """Those among some records, which stand in the given rows of their file."""
        outside = true.is_outside
        found: dict[str, list[int]] = {}
        for place in np.flatnonzero(outside).tolist():
            code = true.tree.codes[true.main[place]]
            found.setdefault(code, []).append(int(rows[place]))
        counts = Counter({code: len(where) for code, where in found.items()})
        ordered = {code: found[code] for code, _ in counts.most_common()}
        coded = int((true.main != ROOT).sum())
        share = float(outside.sum() / max(coded, 1))
        hints = CodeHints(true.tree.codes[: true.num_known])
        likely = filter(None, map(hints.of, list(ordered)[:SHOWN]))
        return cls(int(outside.sum()), share, ordered, next(likely, ""))

    def sentence(self, source: str) -> str:
        """What a command says of them; "" if there are none."""
        if not self.records:
            return ""
        shown = "; ".join(
            f"{code if looks_like_code(code) else '(no code)'} (row {listing(rows, 5)})"
            for code, rows in list(self.rows.items())[:SHOWN]
        )
        more = len(self.rows) - SHOWN
        rest = f" and {count_of(more, 'more code')}" if more > 0 else ""
        have, count = ("has", "counts") if self.records == 1 else ("have", "count")
        return (
            f"{source}: {count_of(self.records, 'record')} ({self.share:.1%} of those "
            f"with a code) {have} a code that the run's list does not have, and "
            f"{count} as wrong: {shown}{rest}.{self.hint} If these are mistakes, "
            "correct the rows."
        )

    def to_dict(self) -> dict[str, Any]:
        """What `metrics.json` and `plan.json` hold of them: ten codes at most."""
        codes = [
            {"code": code, "records": len(rows), "rows": rows[:SHOWN]}
            for code, rows in list(self.rows.items())[:SHOWN]
            if looks_like_code(code)
        ]
        return {"records": self.records, "share": self.share, "codes": codes}
