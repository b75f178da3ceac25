"""`Classifier`: a trained run that codes and explains texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.data.side_features import SideFeatures
from han.decisions.calibration import Calibration
from han.decisions.decoding import Decoding, Rule
from han.decisions.unit_repeats import Repeats
from han.explanation.evidence_kinds import By
from han.late_packages import pd
from han.network.mixture import Model
from han.runs.coded_parts import cells_in_parts
from han.runs.document_columns import (
    Documents,
    GivenSide,
    Side,
    document_columns,
    side_columns,
)
from han.runs.node_columns import Cells
from han.runs.router import Router
from han.runs.routing_policy import RoutingPolicy, columns_of, load_routing_policy
from han.runs.seen_texts import SeenTexts, load_seen_texts
from han.runs.set_runs import gives_sets, refuse_model_of_sets, separator_of
from han.runs.text_codes import TextCoder, check_numbers, search_for
from han.tables.prediction_columns import PredictionColumns
from han.text.distinct_texts import distinct_rows
from han.text.text_encoder import EncodedTexts, TextEncoder

if TYPE_CHECKING:
    from han.code_sets.set_rule import SetRule
    from han.explanation.attention_map import AttentionMap
    from han.network.code_search import CodeSearch
    from han.runs.set_codes import SetCoder

MAX_CODED_PROBABILITIES = 2**23  # held at once to code: 32 MB, and a few copies


class Classifier:
    """Codes texts with a trained model.

    Args:
        model: The network or a baseline.
        taxonomy: The code list it was trained on.
        encoder: The text encoder it was trained with.
        side_features: The columns beside the text that it was trained with, if any.
        calibration: What makes its probabilities mean what they say, if anything.
    """

    def __init__(
        self,
        model: Model,
        taxonomy: Taxonomy,
        encoder: TextEncoder,
        side_features: SideFeatures | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self.model = model
        self.taxonomy = taxonomy
        self.encoder = encoder
        self.side_features = side_features or SideFeatures({})
        self.calibration = calibration
        self.set_rule: SetRule | None = None  # of a run that gives sets of codes
        self.folder: Path | None = None
        self.fingerprint: str | None = None  # of the files that it was read from

    @cached_property
    def routing_policy(self) -> RoutingPolicy | None:
        """The thresholds that `predict` routes by, if the run has any.

        Raises:
            InputError: If they were made for another model or calibration.
        """
        if self.folder is None:
            return None
        return load_routing_policy(self.folder, self.fingerprint)

    @cached_property
    def seen_texts(self) -> SeenTexts | None:
        """The texts that it was trained with, by their hashes, if the run keeps them.

        Raises:
            InputError: If their file is damaged.
        """
        return load_seen_texts(self.folder, self.encoder) if self.folder else None

    @property
    def router(self) -> Router | None:
        """What routes records, if the run has thresholds."""
        policy = self.routing_policy
        if policy is None:
            return None
        seen = self.seen_texts if policy.asks_for_seen_texts else None
        return Router(policy, self.encoder, seen)

    def encode(
        self, documents: Documents, *, side: GivenSide | None = None
    ) -> EncodedTexts:
        """Integer arrays of documents.

        Args:
            documents: One entry for each document, a text (of the first field) or a
                mapping of field names to texts, in a list, an array or a Series; or a
                mapping of field names to columns, or a DataFrame with a column for
                each field, whose other columns are not read.
            side: Cells of side features, by name, as text; one that is not given is
                missing in all documents.

        Raises:
            InputError: If the documents are of another form or are no texts, a field or
                side feature is not known, a column has another length, or a number is
                none.
        """
        columns = document_columns(documents, self.encoder.fields)
        return self.encode_columns(columns, self._side(side, columns))

    def encode_columns(
        self, columns: Mapping[str, Sequence[str]], side: Side
    ) -> EncodedTexts:
        """The same for columns of known fields and known side features."""
        texts = self.encoder.encode(columns)
        return replace(texts, side=self.side_features.encode(side, len(texts)))

    def _side(
        self, side: GivenSide | None, columns: Mapping[str, Sequence[str]]
    ) -> Side:
        """Cells of all side features, of as many documents as texts."""
        rows = max(map(len, columns.values()), default=0)
        return side_columns(side, self.side_features.parts, rows)

    def log_probabilities(
        self, texts: EncodedTexts, *, calibrated: bool = True
    ) -> npt.NDArray[np.floating]:
        """Coherent log-probabilities of all nodes, `(n, N)`.

        Args:
            texts: Encoded documents.
            calibrated: Whether they are calibrated, if the run has a calibration; else
                they are the model's own.

        Raises:
            InputError: If a document gets probabilities that are no numbers.
        """
        logs = self.model.log_probabilities(texts)
        calibration = self.set_rule or self.calibration
        if calibration is not None and calibrated:
            logs = calibration.apply(logs)
        # One pass: a NaN among the nodes of a document is its greatest number, too.
        check_numbers(logs.max(axis=1), self.folder)
        return logs

    @cached_property
    def _search(self) -> CodeSearch | None:
        return search_for(self.model, self.taxonomy)

    @cached_property
    def separator(self) -> str:
        """What stands between the codes of a cell, if a record has a set of them."""
        return separator_of(self.folder, self.taxonomy)

    @property
    def _coder(self) -> TextCoder:
        refuse_model_of_sets(self.model, self.folder, "a prediction of one code")
        # Made anew: the calibration of a run is changed while it is evaluated.
        given = self.log_probabilities, self._search, self.calibration, self.folder
        return TextCoder(self.taxonomy, *given)

    def _set_coder(self) -> SetCoder:
        from han.runs.set_codes import set_coder  # most runs need none of it

        known, tree = self.set_rule, self.taxonomy
        return set_coder(known, tree, self.log_probabilities, self.separator)

    def decode(
        self, texts: EncodedTexts, *, top_k: int = 5, rule: Rule | None = None
    ) -> Decoding:
        """Codes of encoded documents; blank ones get none.

        Probabilities are calibrated, if the run has a calibration.

        Args:
            texts: The documents.
            top_k: Number of full codes to list.
            rule: Which code to give; by default the most probable full code.
        """
        return self._coder.decode(texts, top_k, rule)

    def predict(
        self,
        documents: Documents,
        *,
        side: GivenSide | None = None,
        top_k: int = 5,
        rule: Rule | None = None,
        repeats: Repeats | None = None,
    ) -> pd.DataFrame:
        """One row for each document, in the same order.

        Equal documents are computed once.

        Args:
            documents: As for `encode`.
            side: As for `encode`.
            top_k: Number of full codes to list.
            rule: Which code to give, from log-probabilities of nodes and the code
                list, as those of `han.decisions`: `majority_node`, or
                `partial(threshold_node, threshold=0.9)`. It may be no full code, or
                none. By default the most probable full code. If a record has a set of
                codes: which sets, as `han.code_sets.best_sets_for_f`; by default those
                of `set_rule.json`.
            repeats: How often each stands among all records, where `documents` are a
                part of these and the thresholds have a limit. By default texts are
                counted among `documents`.

        Returns:
            A row for each document, with the index of a DataFrame or Series, else
            from 0. The columns are those that `python -m han.predict --help` explains
            and `han.tables.prediction_columns` declares; `flag` is as in
            `TextEncoder.flags`. A document without any word or answer has no code:
            `code` and `label` (of sets `codes`) are "", `level` is missing
            (`pandas.NA`), probabilities are NaN. A run with thresholds (`python -m
            han.plan RUN --apply`) gives no unsafe code: see `RoutingPolicy.routed`.

        Raises:
            InputError: As `encode`, or if `rule` is not a function.
        """
        columns = document_columns(documents, self.encoder.fields)
        beside = self._side(side, columns)
        cells, place = self.distinct_cells(columns, beside, top_k, rule, repeats)
        table = self.columns(top_k, rule).frame(cells)
        if len(table) < len(place):
            table = table.take(place).reset_index(drop=True)
        if isinstance(documents, pd.Series | pd.DataFrame):
            return table.set_axis(documents.index)
        return table

    def distinct_cells(
        self,
        columns: Mapping[str, Sequence[str]],
        side: Side,
        top_k: int,
        rule: Rule | None = None,
        repeats: Repeats | None = None,
    ) -> tuple[Cells, list[int]]:
        """Cells of distinct documents, as `predict`, and which of them each is, `n`."""
        router = self.router if rule is None else None
        given = router.counted(columns, repeats) if router else {}
        (columns, side, counted), place = distinct_rows(columns, side, given)
        texts = self.encode_columns(columns, side)
        routes = router.text_routes(columns, counted) if router else None
        size = max(256, MAX_CODED_PROBABILITIES // self.taxonomy.num_nodes)
        coder = self._set_coder() if gives_sets(self.model) else self._coder

        def code(part: EncodedTexts, rows: slice) -> Cells:
            return coder.cells(part, top_k, rule, routes and routes.take(rows))

        cells = cells_in_parts(texts, size, code)
        return cells | {"flag": self.encoder.flags(columns, texts)}, place

    def attend(
        self,
        documents: Documents,
        *,
        side: GivenSide | None = None,
        by: By = "attention",
    ) -> list[AttentionMap]:
        """Evidence in each document: how much its words, sentences and fields count.

        Args:
            documents: As for `encode`.
            side: As for `encode`.
            by: `attention` or `parts`, which a baseline and a mixture lack; `deletion`,
                which every model has; or `gradients`: see `evidence_maps`.

        Returns:
            A map for each document. By `parts`, or of a network that was trained with
            `model.attention: per_level`, its `levels` are maps of each level.
        """
        refuse_model_of_sets(self.model, self.folder, "evidence for a code")
        from han.explanation.evidence_maps import evidence_maps

        columns = document_columns(documents, self.encoder.fields)
        texts = self.encode_columns(columns, self._side(side, columns))
        model, predict, tree = self.model, self.log_probabilities, self.taxonomy
        return evidence_maps(by, model, predict, self.encoder, tree, columns, texts)

    def columns(self, top_k: int = 5, rule: Rule | None = None) -> PredictionColumns:
        """The columns that `predict` returns."""
        policy = self.routing_policy if rule is None else None
        return columns_of(self.taxonomy, top_k, policy, gives_sets(self.model))
