"""Baselines: models that take encoded texts and give node log-probabilities."""

from pathlib import Path

import joblib

from han.baselines.fasttext import FastText
from han.baselines.majority import Majority
from han.baselines.tfidf_linear import COSTS, TfidfLinear
from han.baselines.tfidf_svm import TfidfSvm

__all__ = [
    "COSTS",
    "Baseline",
    "FastText",
    "Majority",
    "TfidfLinear",
    "TfidfSvm",
    "load_baseline",
]

Baseline = FastText | Majority | TfidfLinear | TfidfSvm


def load_baseline(file: Path) -> Baseline:
    """Reads what `save` wrote. Like any pickle: only from a run you trust."""
    model: Baseline = joblib.load(file)
    return model
