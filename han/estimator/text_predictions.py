"""What a fitted estimator answers: codes, probabilities, scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from han.code_list.taxonomy import IntArray, Taxonomy
from han.code_list.taxonomy_sources import label_nodes, named_paths
from han.code_list.true_codes import nearest_nodes
from han.config import Config
from han.data.records import Records, table_records
from han.decisions.decoding import Rule
from han.estimator.fitted_run import FittedRun
from han.estimator.given_codes import is_column, label_table
from han.estimator.given_tables import check_lengths, text_table, weight_column
from han.experiment.config_inputs import columns_of
from han.experiment.record_labels import coder_paths
from han.metrics import hierarchical_f1_score, node_ids
from han.runs.classifier import MAX_CODED_PROBABILITIES, Classifier
from han.runs.run_files import DATA_REPORT_FILE, METRICS_FILE, TIME
from han.tables.columns import Columns
from han.tables.text_cells import table_as_text
from han.text.distinct_texts import text_blocks
from han.text.text_encoder import EncodedTexts

TextArray = npt.NDArray[np.str_]
Logs = npt.NDArray[np.floating]


class TextPredictions(ClassifierMixin, BaseEstimator):
    """The part of `HierarchicalTextClassifier` that needs a fitted model.

    Attributes:
        run_: The files of the run.
        config_: Its settings.
        classifier_: The trained model.
    """

    run_: FittedRun
    config_: Config
    classifier_: Classifier

    def predict(self, X: Any) -> TextArray:
        """Most probable full code of each text, `(n,)`, one of `classes_`.

        A text without any word or answer has no code: "".

        Args:
            X: Texts, as for `fit`.
        """
        names = _named(self.taxonomy_.node_names)
        return names[self._nodes(X)]

    def predict_levels(self, X: Any) -> TextArray:
        """The same as codes of each level, `(n, L)`, "" below the last one."""
        tree, nodes = self.taxonomy_, self._nodes(X)
        paths = np.vstack([tree.paths, np.full((1, tree.num_levels), -1)])
        return _named(tree.codes)[paths[nodes]]

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Calibrated probability of each of `classes_`, `(n, C)`, rows of sum 1.

        Args:
            X: Texts, as for `fit`.
        """
        leaves = _sorted_leaves(self.taxonomy_)
        blocks = [np.exp(logs[:, leaves]) for _, logs in self._blocks(X)]
        return np.concatenate(blocks).astype(np.float64)

    def predict_table(
        self, X: Any, *, top_k: int = 5, rule: Rule | None = None
    ) -> pd.DataFrame:
        """Codes with their probabilities at each level: see `han.Classifier.predict`.

        Args:
            X: Texts, as for `fit`; the rows of the result have its index.
            top_k: Number of full codes to list.
            rule: Which code to give, in place of the most probable full one.
        """
        fields, sides = self._cells(X)
        table = self.classifier_.predict(fields, side=sides, top_k=top_k, rule=rule)
        has_index = isinstance(X, pd.DataFrame | pd.Series)
        return table.set_index(X.index) if has_index else table

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Hierarchical F1 of the predicted codes: 1 if all are right at every level.

        Codes that the training rows did not have count as wrong below the codes that
        they had, unless a code list was given. A partial true code judges as far as it
        goes: see `han.metrics.cut_to_truth`.

        Args:
            X: Texts, as for `fit`.
            y: True codes, as for `fit`; rows without one do not count.
            sample_weight: Weight of each row, `(n,)`.

        Raises:
            InputError: If a code is not in the list that was given.
        """
        found = self._nodes(X)
        true, found, tree = self._compared(y, found)
        weights = weight_column(sample_weight)
        check_lengths(X=found, y=true, sample_weight=weights)
        return hierarchical_f1_score(
            true, found, tree, sample_weight=weights, truncate_to_truth=True
        )

    @property
    def taxonomy_(self) -> Taxonomy:
        """The code list."""
        check_is_fitted(self)
        taxonomy: Taxonomy = self.classifier_.taxonomy
        return taxonomy

    @property
    def classes_(self) -> TextArray:
        """Codes of the leaves, sorted, `(C,)`."""
        return _named(self.taxonomy_.node_names)[_sorted_leaves(self.taxonomy_)]

    @property
    def history_(self) -> pd.DataFrame:
        """A row for each epoch; empty of a baseline."""
        check_is_fitted(self)
        return self.run_.history

    @property
    def metrics_(self) -> dict[str, Any]:
        """Scores by role, as in `metrics.json`."""
        check_is_fitted(self)
        found = self.run_.json(METRICS_FILE)
        return {role: scores for role, scores in found.items() if role != TIME}

    @property
    def is_calibrated_(self) -> bool:
        """Whether there were rows enough to calibrate the probabilities."""
        check_is_fitted(self)
        return self.classifier_.calibration is not None

    @property
    def data_report_(self) -> str:
        """The data report."""
        check_is_fitted(self)
        return self.run_.files[DATA_REPORT_FILE].decode()

    def _cells(self, X: Any) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Texts of the fields and cells of the side features, by name."""
        check_is_fitted(self)
        columns = columns_of(self.config_, role="test", labels=False)
        columns = replace(columns, keys=())
        table = text_table(X, list(columns.fields.values()))
        records = _records(table, columns, "X")
        return (
            {name: cells.tolist() for name, cells in records.fields.items()},
            {name: cells.tolist() for name, cells in records.sides.items()},
        )

    def _blocks(self, X: Any) -> Iterator[tuple[EncodedTexts, Logs]]:
        """Encoded texts and log-probabilities of all nodes, some rows at a time."""
        fields, sides = self._cells(X)
        texts = self.classifier_.encode(fields, side=sides)
        size = max(256, MAX_CODED_PROBABILITIES // self.taxonomy_.num_nodes)
        for part in text_blocks(texts, size):
            yield part, self.classifier_.log_probabilities(part)

    def _nodes(self, X: Any) -> IntArray:
        """Most probable leaf of each text, `(n,)`; -1 of a blank one."""
        leaves = _sorted_leaves(self.taxonomy_)
        found = [
            np.where(texts.document_words > 0, leaves[logs[:, leaves].argmax(1)], -1)
            for texts, logs in self._blocks(X)
        ]
        return np.concatenate(found).astype(np.int32)

    def _true_paths(self, y: Any) -> list[list[tuple[str, ...]]]:
        """True code path of each text, empty where it has none; of sets all of them."""
        data = self.config_.data
        is_named = len(data.label_columns) > 1 and is_column(y)  # as `predict` writes
        names = ["code"] if is_named else data.label_columns
        columns = Columns({}, names, no_code=data.no_code, label_sets=data.label_sets)
        records = _records(label_table(y, names), columns, "y")
        if is_named:
            return [named_paths(records.labels[:, 0].tolist(), self.taxonomy_, "y")]
        return coder_paths(self.config_, records)

    def _compared(self, y: Any, found: IntArray) -> tuple[IntArray, IntArray, Taxonomy]:
        """True and predicted nodes in a tree that has them all."""
        tree, config, coders = self.taxonomy_, self.config_, self._true_paths(y)
        check_lengths(X=found, y=coders[0])
        if config.taxonomy.is_given:
            by_code = len(config.data.label_columns) == 1
            sets = [label_nodes(p, tree, by_code=by_code, where="y") for p in coders]
            return nearest_nodes(found, np.stack(sets, axis=1), tree), found, tree
        known = [tree.code_path(node) for node in range(tree.num_nodes)]
        wider = Taxonomy.from_paths([*known, *(p for paths in coders for p in paths)])
        predicted = [tree.code_path(node) for node in found.tolist()]
        found = node_ids(predicted, wider)
        sets = [node_ids(paths, wider) for paths in coders]
        return nearest_nodes(found, np.stack(sets, axis=1), wider), found, wider

    def __sklearn_is_fitted__(self) -> bool:
        """Whether `fit` has ended once."""
        return hasattr(self, "classifier_")

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn may expect: texts, or named columns of texts."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = True
        return tags


def _records(table: pd.DataFrame, columns: Columns, source: str) -> Records:
    return table_records(table_as_text(table, columns, source), columns, source)


def _named(names: Sequence[str]) -> TextArray:
    """Names by node id, with "" for -1."""
    return np.array([*names, ""], dtype=str)


def _sorted_leaves(tree: Taxonomy) -> IntArray:
    """Leaves in the order of their names, as scikit-learn sorts classes."""
    names = _named(tree.node_names)
    return tree.leaves[np.argsort(names[tree.leaves])]
