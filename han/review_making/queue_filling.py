"""Fills the tables of a new queue."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.code_list.taxonomy import ROOT
from han.review_making.answer_evidence import ShownAnswer
from han.review_making.answer_frame import AnswerFrame, Keys
from han.review_making.queue_drawing import Stratum, priorities
from han.review_making.queue_order import PlacedAnswer
from han.reviewing.decided_view import make_decided_view
from han.reviewing.queue_database import QueueDatabase, make_queue
from han.reviewing.queue_tables import answer_rows, answers, codes, strata, texts

Rows = list[dict[str, Any]]


def text_digest(key: str, text: str) -> str:
    """What tells an answer in its queue: the keyed SHA-256 of its normalised text.

    Without the key, which lies in the queue, nobody can try texts until one fits.
    """
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def fill_queue(
    place: str | Path,
    values: dict[str, Any],
    code_list: Rows,
    frame: AnswerFrame,
    drawn_from: Sequence[Stratum],
    queue: Sequence[PlacedAnswer],
    shown: Sequence[ShownAnswer],
) -> QueueDatabase:
    """Makes a queue of answers in their order.

    Args:
        place: Where it lies.
        values: Its settings; `digest_key` and `without` are two of them.
        code_list: Rows of `codes`.
        frame: All answers.
        drawn_from: The strata.
        queue: The answers of the queue, in order.
        shown: What is shown beside each.

    Raises:
        InputError: If there is such a queue, or no way to write.
    """
    places = [one.drawn.place for one in queue]
    keys = frame.row_keys(places)
    frame = with_probabilities(frame, places, shown)
    urgent = priorities(frame, values["without"])
    told = [
        _answer(number, one, frame, values["digest_key"])
        | {
            "priority": float(urgent[one.drawn.place]),
            "candidates": [list(pair) for pair in beside.candidates],
        }
        for number, (one, beside) in enumerate(zip(queue, shown, strict=True), 1)
    ]

    def fill(connection: Connection) -> None:
        for table, rows in (
            (codes, code_list),
            (strata, _strata(frame, drawn_from)),
            (answers, told),
            (texts, _texts(shown)),
            (answer_rows, _keys([keys[place] for place in places])),
        ):
            if rows:
                connection.execute(sa.insert(table), rows)
        make_decided_view(connection)

    return make_queue(place, values, fill)


def _strata(frame: AnswerFrame, drawn_from: Sequence[Stratum]) -> Rows:
    return [
        {
            "name": one.name,
            "coded": one.coded,
            "method": one.method,
            "level": one.level,
            "answers": len(one.places),
            "rows": int(frame.rows[one.places].sum()),
            "weight": float(frame.weights[one.places].sum()),
        }
        for one in drawn_from
    ]


def with_probabilities(
    frame: AnswerFrame, places: Sequence[int], shown: Sequence[ShownAnswer]
) -> AnswerFrame:
    """The same, where stages gave codes without one that of the model.

    Args:
        frame: All answers.
        places: Some of them.
        shown: What the model says of these.
    """
    shares, doubts = frame.probabilities.copy(), frame.doubts.copy()
    for place, one in zip(places, shown, strict=True):
        if np.isnan(shares[place]) and frame.nodes[place] != ROOT:
            shares[place] = one.probability
            if frame.coded[place]:
                doubts[place] = 1 - one.probability
    return replace(frame, probabilities=shares, doubts=doubts)


def _answer(
    number: int, one: PlacedAnswer, frame: AnswerFrame, key: str
) -> dict[str, Any]:
    drawn, at = one.drawn, one.drawn.place
    node, probability = int(frame.nodes[at]), float(frame.probabilities[at])
    return {
        "id": number,
        "batch": one.batch,
        "place": number,
        "stratum": drawn.stratum,
        "part": drawn.part,
        "inclusion": drawn.inclusion,
        "seats": one.seats,
        "gold": one.gold,
        "suggestions": one.suggestions,
        "rows": int(frame.rows[at]),
        "weight": float(frame.weights[at]),
        "doubt": float(frame.doubts[at]),
        "machine_node": None if node == ROOT else node,
        "machine_probability": None if np.isnan(probability) else probability,
        "machine_method": frame.methods[at],
        "digest": text_digest(key, frame.keys[at]),
    }


def _texts(shown: Sequence[ShownAnswer]) -> Rows:
    return [
        {
            "answer": number,
            "field": field,
            "place": place,
            "text": text,
            "evidence": one.evidence.get(field, []),
        }
        for number, one in enumerate(shown, 1)
        for place, (field, text) in enumerate(one.texts.items())
    ]


def _keys(rows: Sequence[Sequence[Keys]]) -> Rows:
    return [
        {"answer": answer, "number": number, "keys": keys}
        for answer, own in enumerate(rows, 1)
        for number, keys in enumerate(own)
    ]
