"""A table in memory, and an estimator that learns it in a moment."""

import pandas as pd

from han.estimator.text_classifier import HierarchicalTextClassifier
from support.experiments import ROWS

WORDS = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho"]


def coded_table(repeat: int = 6) -> pd.DataFrame:
    """The rows of `write_experiment`: columns text, level_1, level_2."""
    rows = [(f"{t} {WORDS[k % 8]}", a, b) for k in range(repeat) for t, a, b in ROWS]
    return pd.DataFrame(rows, columns=["text", "level_1", "level_2"])


def linear_estimator(**parameters: object) -> HierarchicalTextClassifier:
    """One that learns in a moment, and needs no TensorFlow."""
    settings = {
        "model.scope": "flat",
        "model.C": 1.0,
        **parameters.pop("settings", {}),  # type: ignore[dict-item]
    }
    usual = {"kind": "tfidf_linear", "validation_fraction": 0.2}
    usual |= {"calibration_fraction": 0.0}
    return HierarchicalTextClassifier(**{**usual, "settings": settings, **parameters})
