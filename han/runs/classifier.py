"""`Classifier`: a trained run that codes and explains texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.taxonomy import ROOT, Taxonomy
from han.data.side_features import SideFeatures
from han.decisions.calibration import Calibration
from han.decisions.decoding import Decoding, Rule, most_probable_codes
from han.errors import InputError, count_of
from han.explanation.attention_map import AttentionMap
from han.explanation.word_evidence import By
from han.network.mixture import Model
from han.runs.document_columns import Documents, document_columns
from han.runs.node_columns import Cells, code_columns, node_columns
from han.runs.routing_policy import RoutingPolicy, load_routing_policy
from han.tables.prediction_columns import PredictionColumns
from han.text.distinct_texts import column_texts, distinct_rows, text_blocks
from han.text.text_encoder import EncodedTexts, TextEncoder

MAX_CODED_PROBABILITIES = 2**23  # held at once to code: 32 MB, and a few copies
Engine = Literal["auto", "numpy", "tensorflow"]
Loaded = TypeVar("Loaded")
Side = Mapping[str, Sequence[str]]
GivenSide = Side | pd.DataFrame


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
        columns = self._columns(documents)
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
        """Known side features of as many rows as there are documents."""
        rows = max(map(len, columns.values()), default=0)
        known = self.side_features.parts
        given = {} if side is None else side
        if not isinstance(given, Mapping | pd.DataFrame):
            raise InputError(
                "`side`: Expected a mapping of side features to columns, or a DataFrame"
                f". Received {type(side).__name__}."
            )
        for name, cells in given.items():
            if name not in known:
                raise InputError(
                    f"There is no side feature {name}. This run has: "
                    f"{', '.join(known) or 'none'}."
                )
            if isinstance(cells, str) or not hasattr(cells, "__len__"):
                raise InputError(f"Side feature {name}: give a list, a cell for each.")
            if len(cells) != rows:
                raise InputError(
                    f"Side feature {name} has {count_of(len(cells), 'cell')} for "
                    f"{count_of(rows, 'document')}. Give one for each."
                )
        return {str(name): column_texts(list(cells)) for name, cells in given.items()}

    def _columns(self, documents: Documents) -> Mapping[str, Sequence[str]]:
        """Documents in any form as columns of known fields."""
        return document_columns(documents, self.encoder.fields)

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
        if self.calibration is not None and calibrated:
            logs = self.calibration.apply(logs)
        # One pass: a NaN among the nodes of a document is its greatest number, too.
        if not np.isfinite(logs.max(axis=1)).all():
            raise InputError(
                f"{self.folder or 'The model'}: the probabilities of some records are "
                "no numbers (NaN or infinite), so they get no code. A file of the run "
                "is damaged: copy the whole run again, or train anew with --overwrite."
            )
        return logs

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
        return self._decoding(self.log_probabilities(texts), texts, top_k, rule)

    def _decoding(
        self,
        logs: npt.NDArray[np.floating],
        texts: EncodedTexts,
        top_k: int,
        rule: Rule | None,
    ) -> Decoding:
        _check_rule(rule)
        blank = texts.document_words == 0
        found = most_probable_codes(logs, self.taxonomy, top_k=top_k, blank=blank)
        if rule is None:
            return found
        nodes = np.where(blank, ROOT, rule(logs, self.taxonomy))
        return found.with_nodes(nodes, logs, self.taxonomy)

    def _coded(self, texts: EncodedTexts, top_k: int, rule: Rule | None) -> Cells:
        """Cells by column, routed by thresholds unless a rule is given."""
        logs = self.log_probabilities(texts)
        cells = self._cells(self._decoding(logs, texts, top_k, rule))
        if self.routing_policy is None or rule is not None:
            return cells
        blank, unread = texts.document_words == 0, texts.known_words == 0
        return self.routing_policy.routed(cells, logs, blank, self.taxonomy, unread)

    def predict(
        self,
        documents: Documents,
        *,
        side: GivenSide | None = None,
        top_k: int = 5,
        rule: Rule | None = None,
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
                none. By default the most probable full code.

        Returns:
            A row for each document, with the index of a DataFrame or Series, else
            from 0. The columns are those that `python -m han.predict --help` explains
            and `han.tables.prediction_columns` declares; `flag` is as in
            `TextEncoder.flags`.
            A document without any word or answer has no code: `code` and `label` are
            "", `level` is missing (`pandas.NA`), probabilities are NaN. A run with
            thresholds (`python -m han.plan RUN --apply`) gives no code that is not
            safe: see `RoutingPolicy.routed`.

        Raises:
            InputError: As `encode`, or if `rule` is not a function.
        """
        columns = self._columns(documents)
        beside = self._side(side, columns)
        (distinct, different), place = distinct_rows(columns, beside)
        texts = self.encode_columns(distinct, different)
        size = max(256, MAX_CODED_PROBABILITIES // self.taxonomy.num_nodes)
        coded = [self._coded(part, top_k, rule) for part in text_blocks(texts, size)]
        cells = {name: np.concatenate([c[name] for c in coded]) for name in coded[0]}
        cells["flag"] = self.encoder.flags(distinct, texts)
        table = self.columns(top_k, rule).frame(cells)
        table = table.take(place).reset_index(drop=True)
        if isinstance(documents, pd.Series | pd.DataFrame):
            return table.set_axis(documents.index)
        return table

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
            by: `attention`, which a baseline and a mixture lack; `deletion`, which
                every model has; or `gradients`: see `evidence_maps`.

        Returns:
            A map for each document. Of a network that was trained with
            `model.attention: per_level`, its `levels` are maps of each level.
        """
        from han.explanation.evidence_maps import evidence_maps

        columns = self._columns(documents)
        texts = self.encode_columns(columns, self._side(side, columns))
        model, predict, tree = self.model, self.log_probabilities, self.taxonomy
        return evidence_maps(by, model, predict, self.encoder, tree, columns, texts)

    def columns(self, top_k: int = 5, rule: Rule | None = None) -> PredictionColumns:
        """The columns that `predict` returns."""
        policy = self.routing_policy if rule is None else None
        return PredictionColumns(
            self.taxonomy.num_levels,
            min(top_k, len(self.taxonomy.leaves)),
            is_routed=policy is not None,
            has_lists=policy is not None and policy.sets is not None,
            has_paths=self.taxonomy.naming.has_repeats,
        )

    def _cells(self, decoding: Decoding) -> Cells:
        cells = node_columns(decoding.nodes, self.taxonomy)
        cells["probability"] = decoding.probabilities
        cells["margin"] = decoding.margins
        for level, values in enumerate(decoding.level_probabilities.T, start=1):
            cells[f"p_level_{level}"] = values
        for k in range(decoding.top_nodes.shape[1]):
            codes = code_columns(decoding.top_nodes[:, k], self.taxonomy)
            cells |= {f"top_{k + 1}_{name}": texts for name, texts in codes.items()}
            cells[f"top_{k + 1}_probability"] = decoding.top_probabilities[:, k]
        return cells


def _check_rule(rule: Rule | None) -> None:
    if rule is not None and not callable(rule):
        raise InputError(
            "`rule`: Expected a function such as `han.decisions.majority_node`. "
            f"Received {type(rule).__name__}."
        )
