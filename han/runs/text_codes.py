"""Codes of encoded documents: from all probabilities, or by a search for a few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.decisions.calibration import Calibration
from han.decisions.conformal_lists import CodeLists, lists_of
from han.decisions.decoding import (
    Decoding,
    Rule,
    check_rule,
    compared_codes,
    decoding_of,
    listed_codes,
    most_probable_codes,
)
from han.decisions.path_probabilities import coded_paths, found_paths
from han.errors import InputError
from han.runs.node_columns import Cells, decoding_columns
from han.runs.router import TextRoutes
from han.runs.routing_policy import RoutingPolicy
from han.text.encoded_texts import EncodedTexts

if TYPE_CHECKING:
    from han.network.code_search import CodeSearch, FoundCodes

# Of probabilities nearer to a limit than this, rounding might say on which side they
# are; searched ones are off by up to 1e-6.
ROUNDING = 1e-5
# Lists of less probable codes are long: then all nodes are computed sooner. Measured on
# 619 nodes; on 2,115 a search for lists of codes from 0.001 on still was faster.
LEAST_LISTED = 5e-3


def check_numbers(logs: npt.NDArray[np.floating], folder: Path | None) -> None:
    """Raises InputError if log-probabilities that a model gave are no numbers."""
    if not np.isfinite(logs).all():
        raise InputError(
            f"{folder or 'The model'}: the probabilities of some records are "
            "no numbers (NaN or infinite), so they get no code. A file of the run "
            "is damaged: copy the whole run again, or train anew with --overwrite."
        )


def search_for(model: object, tree: Taxonomy) -> CodeSearch | None:
    """What finds codes without the probabilities of all others; None if nothing does.

    Args:
        model: Any model; only some networks can be searched.
        tree: The code list.
    """
    kinds = {kind.__name__ for kind in type(model).__mro__}
    if "NumpyNetwork" not in kinds:  # others need nothing more imported
        return None
    from han.network.code_search import search_of

    return search_of(model, tree.leaves)


@dataclass(frozen=True)
class TextCoder:
    """Codes and routes documents.

    Attributes:
        tree: The code list.
        all_logs: Log-probabilities of all nodes, `(n, N)`, of documents.
        search: Finds the most probable codes without these; None if nothing can.
        calibration: What probabilities are calibrated by, if anything.
        folder: The run, for what is said of a damaged one.
    """

    tree: Taxonomy
    all_logs: Callable[[EncodedTexts], npt.NDArray[np.floating]]
    search: CodeSearch | None = None
    calibration: Calibration | None = None
    folder: Path | None = None

    def decode(
        self, texts: EncodedTexts, top_k: int, rule: Rule | None = None
    ) -> Decoding:
        """Codes by a rule, or the most probable ones; the same to rounding in any way.

        Args:
            texts: The documents.
            top_k: Number of full codes to list.
            rule: As for `Classifier.predict`.
        """
        if rule is None and self.search is not None:
            return self._decoding(self._found(self.search, texts, top_k), texts, top_k)
        return self._ruled(self.all_logs(texts), texts, top_k, rule)

    def cells(
        self,
        texts: EncodedTexts,
        top_k: int,
        rule: Rule | None = None,
        routes: TextRoutes | None = None,
    ) -> Cells:
        """Cells by column, routed if something routes.

        Args:
            texts: The documents, `(n,)`.
            top_k: Number of full codes to list.
            rule: As for `Classifier.predict`; then nothing routes.
            routes: What routes them, `(n,)`.
        """
        if routes is None:
            return decoding_columns(self.decode(texts, top_k, rule), self.tree)
        sets = routes.policy.sets
        if self.search is None or (sets and sets.least < LEAST_LISTED):
            return self._routed_by_all(texts, top_k, routes)
        return self._routed_by_search(self.search, texts, top_k, routes)

    def _routed_by_search(
        self, search: CodeSearch, texts: EncodedTexts, top_k: int, routes: TextRoutes
    ) -> Cells:
        policy, tree = routes.policy, self.tree
        found = self._found(search, texts, top_k, policy)
        cells = decoding_columns(self._decoding(found, texts, top_k), tree)
        paths = found_paths(found.nodes[:, 0], found.path_logs, tree)
        cells = routes.routed(cells, paths, self._lists(found, policy), texts, tree)
        # A text that has made a threshold may come again, and must not fall below it.
        is_close = policy.is_close(paths, ROUNDING)
        is_close |= found.listed[:, 0] != found.listed[:, 1]
        rows = np.flatnonzero(is_close)
        if len(rows):
            part = self._routed_by_all(texts.take(rows), top_k, routes.take(rows))
            for name, values in part.items():
                cells[name][rows] = values
        return cells

    def _routed_by_all(
        self, texts: EncodedTexts, top_k: int, routes: TextRoutes
    ) -> Cells:
        logs = self.all_logs(texts)
        cells = decoding_columns(self._ruled(logs, texts, top_k), self.tree)
        paths = coded_paths(logs, self.tree)
        lists = routes.policy.lists(logs, self.tree)
        return routes.routed(cells, paths, lists, texts, self.tree)

    def _ruled(
        self,
        logs: npt.NDArray[np.floating],
        texts: EncodedTexts,
        top_k: int,
        rule: Rule | None = None,
    ) -> Decoding:
        check_rule(rule)
        blank = texts.document_words == 0
        found = most_probable_codes(logs, self.tree, top_k=top_k, blank=blank)
        if rule is None:
            return found
        nodes = np.where(blank, ROOT, rule(logs, self.tree))
        return found.with_nodes(nodes, logs, self.tree)

    def _found(
        self,
        search: CodeSearch,
        texts: EncodedTexts,
        top_k: int,
        policy: RoutingPolicy | None = None,
    ) -> FoundCodes:
        """The most probable codes, and those of the lists for clerks."""
        colds = self.calibration.split_colds if self.calibration else None
        wanted = compared_codes(top_k, self.tree)
        if policy is None or policy.sets is None:
            found = search(texts, wanted, colds)
        else:
            least = policy.sets.least + np.array([-ROUNDING, ROUNDING])
            found = search(texts, wanted, colds, np.log(least), policy.most_listed)
        check_numbers(found.logs[:, :wanted], self.folder)
        return found

    def _decoding(self, found: FoundCodes, texts: EncodedTexts, top_k: int) -> Decoding:
        kept, levels = listed_codes(top_k, self.tree), np.exp(found.path_logs)
        blank = texts.document_words == 0
        return decoding_of(found.nodes, found.logs, levels, blank, kept)

    def _lists(self, found: FoundCodes, policy: RoutingPolicy) -> CodeLists | None:
        """The lists for clerks, if there are any: the likeliest code always is in."""
        if policy.sets is None:
            return None
        sizes, _, first, last = found.listed.T
        shown = found.nodes[:, : policy.most_listed]
        ends, most = (first, last), policy.most_leaves
        return lists_of(shown, np.maximum(sizes, 1), ends, self.tree, most)
