"""`Dictionary`: texts, each with the code that it always means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.errors import InputError


@dataclass(frozen=True)
class Dictionary:
    """Texts with their codes, `E` entries; each text is one entry.

    An entry without a node is a text that means no one code; its reason says so. Its
    makers are in `han.stages.dictionary_sources`, files are read by
    `han.stages.dictionary_files`.

    Attributes:
        fields: Names of the fields whose texts the entries have, one or more.
        keys: Key of each entry, `E`: `text_keys` of these fields, all different.
        nodes: Node of its code, `(E,)`; -1 where it means no one code.
        ids: What the entry is called, `E`: `title:461`, `index:17`.
        reasons: What is said of an answer with this text, `E`: why it has its code, as
            `coded_before:14/15`, or why it has none, as `ambiguous:3_codes`.
        support: Number of rows or records that agree on the code, `(E,)`.
        total: Number of rows or records with this text, `(E,)`.

    Raises:
        InputError: If there is no field, or the same one twice.

    Example:
        >>> from han.stages.dictionary_sources import coded_dictionary
        >>> texts = {"what": ["Pan", "pan.", "PAN", "vino"]}
        >>> nodes = np.array([4, 4, 5, 6])
        >>> found = coded_dictionary(texts, nodes, min_count=1, min_purity=0.6)
        >>> found.keys, found.nodes.tolist(), found.reasons
        (('pan', 'vino'), [4, 6], ('coded_before:2/3', 'coded_before:1/1'))
    """

    fields: tuple[str, ...]
    keys: tuple[str, ...]
    nodes: IntArray
    ids: tuple[str, ...]
    reasons: tuple[str, ...]
    support: npt.NDArray[np.int64]
    total: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        if not self.fields or len(set(self.fields)) < len(self.fields):
            raise InputError(
                f"A dictionary has the fields {list(self.fields)}. Expected one or "
                "more, each once."
            )

    def __len__(self) -> int:
        """Number of entries."""
        return len(self.keys)

    @cached_property
    def places(self) -> dict[str, int]:
        """Place of each key."""
        return {key: place for place, key in enumerate(self.keys)}

    def take(self, places: npt.NDArray[np.integer]) -> Dictionary:
        """Some of the entries."""
        at = places.tolist()
        keys, ids, reasons = (
            tuple(cells[k] for k in at) for cells in (self.keys, self.ids, self.reasons)
        )
        support, total = self.support[places], self.total[places]
        nodes = self.nodes[places]
        return Dictionary(self.fields, keys, nodes, ids, reasons, support, total)


def joined_dictionary(dictionaries: Sequence[Dictionary]) -> Dictionary:
    """One dictionary of several, the first of which counts most.

    A text has the entry of the first dictionary that has a code for it; where none has
    one, its first entry. So an answer gets what it would get from one exact stage after
    the other, and a fuzzy stage sees all codes that a near text may mean.

    Args:
        dictionaries: One or more.

    Raises:
        InputError: If there is none, or if they have other fields.
    """
    if len({part.fields for part in dictionaries}) != 1:
        raise InputError(
            f"{len(dictionaries)} dictionaries of fields "
            f"{[list(part.fields) for part in dictionaries]} cannot be one. Expected "
            "at least one, all of the same fields in the same order."
        )
    whole = _one_below_the_other(dictionaries)
    chosen: dict[str, int] = {}
    has_code = (whole.nodes != ROOT).tolist()
    for place, key in enumerate(whole.keys):
        known = chosen.setdefault(key, place)
        if has_code[place] and not has_code[known]:
            chosen[key] = place
    return whole.take(np.fromiter(chosen.values(), np.int64, len(chosen)))


def _one_below_the_other(dictionaries: Sequence[Dictionary]) -> Dictionary:
    keys, ids, reasons = (
        tuple(cell for part in dictionaries for cell in getattr(part, name))
        for name in ("keys", "ids", "reasons")
    )
    nodes, support, total = (
        np.concatenate([getattr(part, name) for part in dictionaries])
        for name in ("nodes", "support", "total")
    )
    fields = dictionaries[0].fields
    return Dictionary(fields, keys, nodes, ids, reasons, support, total)
