"""Tables of numbers as texts, so that scikit-learn's own checks can be run."""

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from han.estimator.text_classifier import HierarchicalTextClassifier


class NumbersAsWords(HierarchicalTextClassifier):
    """The estimator for numbers: each cell is a word, each class a code.

    The checks of scikit-learn give tables of numbers, which no text classifier takes.
    The training rows validate as well: some checks have ten rows.
    """

    def fit(self, X, y, sample_weight=None):
        if y is None:
            return super().fit([], None)
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        self.labels_, codes = np.unique(y, return_inverse=True)
        codes = [f"{code:03}" for code in codes]
        given = texts_of(X), codes, sample_weight, texts_of(X), codes
        width, names = self.n_features_in_, getattr(self, "feature_names_in_", None)
        super().fit(*given)
        self.n_features_in_ = width
        if names is not None:
            self.feature_names_in_ = names
        return self

    @property
    def classes_(self):
        check_is_fitted(self)
        return self.labels_

    def predict(self, X):
        found = super().predict(self._texts(X))
        return self.labels_[found.astype(int)]

    def predict_proba(self, X):
        return super().predict_proba(self._texts(X))

    def _texts(self, X):
        check_is_fitted(self)
        return texts_of(validate_data(self, X, dtype=float, reset=False))

    def score(self, X, y, sample_weight=None):
        return float(np.average(self.predict(X) == y, weights=sample_weight))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.allow_nan = False
        tags.input_tags.two_d_array = True
        return tags


def texts_of(X):
    return [" ".join(f"c{j}v{x:.0f}" for j, x in enumerate(row)) for row in X]
