"""What to ask about a record, and its candidates, after what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.service.code_cards import CodeCards
from han.service.problem import Problem
from han.service.question_choice import (
    Question,
    best_question,
    likeliest,
    probabilities_after,
)
from han.service.record_fields import Record
from han.service.served_model import ServedModel

EXAMPLES = 3  # full codes that stand for a code above them without a title


@dataclass(frozen=True)
class Told:
    """What earlier answers said of a record.

    Attributes:
        within: Its code is this node or below it; -1 if nothing is known.
        without: Nodes that it is not, nor below.
    """

    within: int = ROOT
    without: tuple[int, ...] = ()


def record_question(
    model: ServedModel, record: Record, told: Told, most_options: int, top_k: int
) -> dict[str, Any]:
    """The question that tells most of a record's code, and its candidates, as JSON.

    Args:
        model: What knows the record's probabilities.
        record: As `RecordFields.read` gives it.
        told: What earlier answers said.
        most_options: How many options a question may have, "another" not counted.
        top_k: How many candidates there are at most.

    Returns:
        `question`, which is None where none is worth it, and `candidates`, the most
        probable first; a record without any word has neither.

    Raises:
        Problem: If no full code is left, or the run gives sets of codes.
    """
    if model.gives_sets:
        raise Problem(
            422,
            "This model gives a record a set of codes, which do not exclude each "
            "other, so no question tells them apart. Ask /v1/code for its codes.",
        )
    logs, cards = model.log_probabilities(record), model.suggestions.cards
    if logs is None:
        return {"question": None, "candidates": []}
    chances = probabilities_after(logs, model.tree, told.within, told.without)
    asked = best_question(chances, model.tree, most_options)
    return {
        "question": asked and _question(asked, chances, cards),
        "candidates": _likely(likeliest(chances, model.tree, top_k), chances, cards),
    }


def _question(
    asked: Question, chances: npt.NDArray[np.floating], cards: CodeCards
) -> dict[str, Any]:
    return {
        "parent": None if asked.parent == ROOT else cards.named(asked.parent),
        "gain_bits": asked.gain_bits,
        "options": [
            {
                **cards.named(node),
                **cards.notes(node),
                "examples": _examples(node, chances, cards),
                "probability": chance,
            }
            for node, chance in zip(asked.options, asked.probabilities, strict=True)
        ],
        "other_probability": asked.other,
    }


def _examples(
    node: int, chances: npt.NDArray[np.floating], cards: CodeCards
) -> list[dict[str, Any]]:
    """The likeliest full codes below a code without a title, which says nothing."""
    tree = cards.tree
    if tree.titles[node] != tree.codes[node]:
        return []
    below = tree.leaves[slice(*tree.leaf_spans[node])].tolist()
    told = [n for n in below if chances[n] > 0 and tree.titles[n] != tree.codes[n]]
    told.sort(key=lambda n: -chances[n])
    return [cards.named(leaf) for leaf in told[:EXAMPLES]]


def _likely(
    nodes: IntArray,
    chances: npt.NDArray[np.floating],
    cards: CodeCards,
) -> list[dict[str, Any]]:
    return [
        {**cards.named(node), "probability": float(chances[node])}
        for node in nodes.tolist()
    ]
