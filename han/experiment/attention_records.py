"""Validation records whose attention TensorBoard shows after each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.data.examples import Examples
from han.errors import InputError, listing
from han.experiment.data_files import LabelledFile
from han.text.encoded_texts import EncodedTexts


@dataclass(frozen=True)
class AttentionRecords:
    """Some validation records, in the words of who wrote them.

    Attributes:
        rows: Row number of each in its file, from 1, `(n,)`.
        columns: Their texts, by field name.
        texts: The same, encoded.
        nodes: True node of each, `(n,)`.
    """

    rows: npt.NDArray[np.int64]
    columns: dict[str, list[str]]
    texts: EncodedTexts
    nodes: IntArray


def attention_records(
    wanted: int | Sequence[int], parts: Sequence[LabelledFile], validation: Examples
) -> AttentionRecords | None:
    """The records that `logging.attention_records` names.

    Args:
        wanted: So many, the first ones, or their row numbers.
        parts: The files.
        validation: What was made of their validation records.

    Returns:
        The records; None if there are to be none.

    Raises:
        InputError: If a row is no validation record.
    """
    if not wanted:
        return None
    # Only one of the files has validation records.
    part = next(part for part in parts if part.usable("validation").any())
    places = np.flatnonzero(part.usable("validation"))
    known = part.records.rows[places]
    if isinstance(wanted, int):
        chosen = np.arange(min(wanted, len(known)))
    else:
        chosen = _chosen(wanted, known.tolist(), part.records.source)
    cells = part.records.fields.items()
    return AttentionRecords(
        known[chosen],
        {name: texts[places[chosen]].tolist() for name, texts in cells},
        validation.texts.take(chosen),
        validation.nodes[chosen],
    )


def _chosen(
    wanted: Sequence[int], known: list[int], source: str
) -> npt.NDArray[np.int64]:
    place = {row: i for i, row in enumerate(known)}
    others = [str(row) for row in wanted if row not in place]
    if others:
        raise InputError(
            f"{source}: `logging.attention_records` names rows that are no validation "
            f"records with a code: {listing(others)}. Rows that are: "
            f"{listing(map(str, known))}; or give a number, for the first so many."
        )
    return np.array([place[row] for row in wanted], np.int64)
