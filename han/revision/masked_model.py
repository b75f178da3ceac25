"""Targets by a model of the new code list, which chooses among the allowed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError, listing
from han.revision.chosen_targets import (
    REVIEW,
    Choices,
    only_targets,
    open_rows,
    put_best,
    put_random,
)
from han.revision.crosswalk_rows import OldToNew
from han.revision.old_records import FloatArray, OldRecords
from han.runs.classifier import Classifier

MODEL = "model"
NO_TEXT = ("blank", "non_answer", "bare_code")
BLOCK = 2048


def model_targets(
    records: OldRecords,
    walk: OldToNew,
    run: Classifier,
    *,
    least: float = 0.0,
    blank: str = "random",
    seed: int = 0,
) -> tuple[Choices, FloatArray]:
    """The allowed target that a model finds most probable.

    The model's probabilities of all targets of the old code are made to sum to 1.

    Args:
        records: The records, with the texts that the model reads.
        walk: What became of the old codes.
        run: A run that codes by the new code list.
        least: Records whose probability is lower are routed to `review`.
        blank: What records without any word get: `random` or `best`.
        seed: Of the draws for these.

    Returns:
        What each record gets, and the probability that the model gave all its targets
        together, `(n,)`: small where model and old code contradict each other. NaN
        where the model was not asked.

    Raises:
        InputError: If targets are not in the run's code list, or blank records are to
            be drawn without key columns.
    """
    choices = only_targets(records, walk)
    nodes = target_nodes(walk, run.taxonomy)
    draws = records.draws(seed) if blank == "random" else None
    mass = np.full(len(records.code), np.nan)
    fields = {name: records.table[c] for name, c in records.columns.fields.items()}
    sides = {name: records.table[c] for name, c in records.columns.sides.items()}
    for old, rows, targets, shares in open_rows(records, walk):
        for first in range(0, len(rows), BLOCK):
            part = rows[first : first + BLOCK]
            columns = {
                name: cells.iloc[part].tolist() for name, cells in fields.items()
            }
            side = {name: cells.iloc[part].tolist() for name, cells in sides.items()}
            texts = run.encode_columns(columns, side)
            found = np.exp(run.log_probabilities(texts)[:, nodes[old]]).astype(float)
            is_blank = np.isin(run.encoder.flags(columns, texts).astype(str), NO_TEXT)
            asked = part[~is_blank]
            _put_likeliest(choices, asked, targets, found[~is_blank], least)
            mass[asked] = found[~is_blank].sum(axis=1)
            without = part[is_blank]
            if draws is None:
                put_best(choices, without, targets, shares, "blank_best")
            else:
                own = draws[without]
                put_random(choices, without, targets, shares, own, "blank_random")
    return choices, mass


def _put_likeliest(
    choices: Choices,
    rows: np.ndarray,
    targets: Sequence[str],
    found: FloatArray,
    least: float,
) -> None:
    """Gives rows their likeliest target; `found` is `(n, k)`, not summing to 1."""
    masked = found / np.maximum(found.sum(axis=1, keepdims=True), 1e-300)
    chosen = masked.argmax(axis=1)
    sure = masked[np.arange(len(rows)), chosen]
    choices.put(rows, targets, chosen, sure, MODEL)
    choices.route[rows[sure < least]] = REVIEW


def target_nodes(walk: OldToNew, tree: Taxonomy) -> Mapping[str, list[int]]:
    """Nodes of the targets of each old code.

    Raises:
        InputError: If some are not in the code list, or need their path.
    """
    names = {new for targets in walk.targets.values() for new in targets}
    nodes = {new: tree.naming.find(new) for new in names}
    if wrong := sorted(new for new, found in nodes.items() if len(found) != 1):
        raise InputError(
            f"the run's code list does not have the new codes "
            f"{listing(map(repr, wrong), 5)} of the crosswalk, or has them under two "
            "parents. Give a run that was trained with the new code list."
        )
    return {
        old: [nodes[new][0] for new in targets] for old, targets in walk.targets.items()
    }
