"""Codes free text into a hierarchical classification.

Example:
    >>> import han
    >>> classifier = han.load("runs/demo")  # doctest: +SKIP
    >>> classifier.predict(["Pan de dulce"])  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
import warnings
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from han import decisions, layers, metrics
    from han.code_list.taxonomy import Taxonomy
    from han.estimator.text_classifier import HierarchicalTextClassifier
    from han.runs.classifier import Classifier

    __version__: str

# Where each public name is found. Imported late: `import han` must stay light enough
# for a login node, and TensorFlow must not be loaded before it is needed.
_HOMES = {
    "Classifier": "han.runs.classifier",
    "HierarchicalTextClassifier": "han.estimator.text_classifier",
    "Taxonomy": "han.code_list.taxonomy",
}
_ROOMS = ("decisions", "layers", "metrics")

__all__ = [
    "Classifier",
    "HierarchicalTextClassifier",
    "Taxonomy",
    "__version__",
    "decisions",
    "layers",
    "load",
    "metrics",
]


def _warn_of_clash() -> None:
    """Says so if a package that also installs as `han` stands beside this one."""
    for other in ("hierarchical-attention-networks", "han"):
        try:
            metadata.distribution(other)
        except metadata.PackageNotFoundError:
            continue
        warnings.warn(
            f"The package {other!r} is installed too and writes into the same folder "
            f"`han`. Remove both with `pip uninstall {other} han-coder`, then install "
            "han-coder again.",
            RuntimeWarning,
            stacklevel=3,
        )


_warn_of_clash()


def load(
    run_folder: str | Path, engine: Literal["auto", "numpy", "tensorflow"] = "auto"
) -> Any:
    """Reads a trained run, ready to code and explain texts.

    Args:
        run_folder: What training wrote, such as `runs/demo`; it needs nothing else.
        engine: What computes a network: `numpy`, which is faster on a CPU and needs no
            TensorFlow, or `tensorflow`; the numbers are the same to 1e-5. `auto` takes
            `numpy` for every encoder that it knows.

    Returns:
        A `Classifier`: `predict` gives a table of codes and probabilities, `attend`
        the words that speak for them. Of a run of several tasks `TaskClassifiers`: its
        `predict` codes for all, and `han.load(RUN)["occupation"]` is the `Classifier`
        of one.

    Raises:
        InputError: If the folder holds no trained run, or a damaged one.

    Example:
        >>> han.load("runs/demo").predict(["Pan de dulce"])  # doctest: +SKIP
    """
    from han.tasks.task_classifiers import load_run

    return load_run(run_folder, engine)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _ROOMS:
        return importlib.import_module(f"han.{name}")
    if name == "__version__":
        return _version()
    raise AttributeError(f"module 'han' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _version() -> str:
    """The installed version; `unknown` of a copy that is not installed."""
    try:
        return metadata.version("han-coder")
    except metadata.PackageNotFoundError:
        return "unknown"
