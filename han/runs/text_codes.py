"""Codes of encoded documents: from all probabilities, or by a search for a few."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.decisions.calibration import Calibration
from han.decisions.decoding import (
    Decoding,
    Rule,
    check_rule,
    compared_codes,
    decoding_of,
    listed_codes,
    most_probable_codes,
)
from han.errors import InputError
from han.text.encoded_texts import EncodedTexts


def check_numbers(logs: npt.NDArray[np.floating], folder: Path | None) -> None:
    """Raises InputError if log-probabilities that a model gave are no numbers."""
    if not np.isfinite(logs).all():
        raise InputError(
            f"{folder or 'The model'}: the probabilities of some records are "
            "no numbers (NaN or infinite), so they get no code. A file of the run "
            "is damaged: copy the whole run again, or train anew with --overwrite."
        )


def ruled_codes(
    logs: npt.NDArray[np.floating],
    texts: EncodedTexts,
    tree: Taxonomy,
    top_k: int,
    rule: Rule | None = None,
) -> Decoding:
    """Codes by a rule, or the most probable ones, from all probabilities `(n, N)`."""
    check_rule(rule)
    blank = texts.document_words == 0
    found = most_probable_codes(logs, tree, top_k=top_k, blank=blank)
    if rule is None:
        return found
    nodes = np.where(blank, ROOT, rule(logs, tree))
    return found.with_nodes(nodes, logs, tree)


class CodeFinder:
    """Finds the most probable codes without the probabilities of all others.

    Args:
        model: Any model; only some networks can be searched.
        tree: The code list.

    Attributes:
        is_able: Whether this one can.
    """

    def __init__(self, model: object, tree: Taxonomy) -> None:
        self._tree, self._search = tree, None
        if type(model).__name__ == "NumpyNetwork":  # others need nothing more imported
            from han.network.code_search import search_of

            self._search = search_of(model, tree.leaves)
        self.is_able = self._search is not None

    def codes(
        self,
        texts: EncodedTexts,
        calibration: Calibration | None,
        top_k: int,
        folder: Path | None,
    ) -> Decoding:
        """What `ruled_codes` gives without a rule, to the rounding of float32.

        Args:
            texts: The documents.
            calibration: What their probabilities are calibrated by, if anything.
            top_k: Number of full codes to list.
            folder: The run, for what is said of a damaged one.
        """
        if self._search is None:
            raise ValueError("This model cannot be searched: see `is_able`.")
        kept = listed_codes(top_k, self._tree)
        colds = calibration.split_colds if calibration else None
        found = self._search(texts, compared_codes(top_k, self._tree), colds)
        check_numbers(found.logs, folder)
        levels, blank = np.exp(found.path_logs), texts.document_words == 0
        return decoding_of(found.nodes, found.logs, levels, blank, kept)
