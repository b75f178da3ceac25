"""Baselines: models that take encoded texts and give node log-probabilities."""

from pathlib import Path

from han.baselines.baseline_file import StoredBaseline
from han.baselines.fasttext import FastText
from han.baselines.majority import Majority
from han.baselines.tfidf_linear import COSTS, TfidfLinear
from han.baselines.tfidf_sets import TfidfSets
from han.baselines.tfidf_svm import TfidfSvm
from han.code_list.taxonomy import Taxonomy

__all__ = [
    "COSTS",
    "Baseline",
    "FastText",
    "Majority",
    "TfidfLinear",
    "TfidfSets",
    "TfidfSvm",
    "load_baseline",
]

Baseline = FastText | Majority | TfidfLinear | TfidfSvm
_KINDS: dict[str, type[Baseline]] = {
    kind.kind: kind for kind in (FastText, Majority, TfidfLinear, TfidfSets, TfidfSvm)
}


def load_baseline(file: Path, tree: Taxonomy, words: tuple[str, ...]) -> Baseline:
    """Reads what `save` wrote; nothing in the file is executed.

    Args:
        file: The file.
        tree: The code list of the run.
        words: Words of the run's text encoder.

    Raises:
        ValueError: If it is damaged, or of another code list or vocabulary.
    """
    stored = StoredBaseline.read(file, tree, words)
    return _KINDS[stored.kind].restored(stored)
