"""Cache of the fitted linear model, by its training data and settings.

A sweep, several seeds of the recipe or a change of the network's settings would fit the
same one again and again, and on long documents that takes longer than an epoch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import han.kernels
import han.linear
import han.text
from han.code_list.taxonomy import Taxonomy
from han.data.cache_entries import make_folder, read_entry, write_entry
from han.data.examples import Examples
from han.data.records import fingerprint
from han.linear.cross_fitting import FOLDS, CrossFitted
from han.linear.linear_model import LinearModel
from han.text.text_encoder import EncodedTexts

Words = tuple[str, ...]
_FOLD, _WHOLE = "fold.npy", "whole.npz"


def fit_cached(
    fit: Callable[[], CrossFitted],
    folder: Path | None,
    train: Examples,
    tree: Taxonomy,
    words: Words,
    settings: Mapping[str, Any],
) -> CrossFitted:
    """What `fit` gives, or what it gave for the same records, codes and settings.

    Args:
        fit: Fits the model.
        folder: Folder of the cache; without it nothing is kept.
        train: The records that it learns from.
        tree: Their code list.
        words: Words of the encoder that has made the texts.
        settings: All else that it depends on, as JSON can write it.

    Raises:
        InputError: If the folder cannot be made.
    """
    if folder is None:
        return fit()
    make_folder(folder)
    entry = folder / _key(train, tree, words, settings)
    found = read_entry(entry, partial(_read, words=words))
    if found is not None:
        return found
    made = fit()
    write_entry(entry, partial(_write, made=made))
    return made


def _key(
    train: Examples, tree: Taxonomy, words: Words, settings: Mapping[str, Any]
) -> str:
    """Fingerprint (SHA-256) of all that decides the model, our code included."""
    rooms = (han.kernels, han.linear, han.text)
    files = [f for room in rooms for f in sorted(Path(room.__path__[0]).glob("*.py"))]
    head = [
        [fingerprint(file) for file in files],
        dict(settings),
        words,
        train.texts.unknown,
    ]
    digest = hashlib.sha256(json.dumps(head).encode())
    for array in (*_arrays(train.texts), train.truth, train.weights, tree.parents):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _arrays(texts: EncodedTexts) -> list[npt.NDArray[np.generic]]:
    """What texts are made of, but for side features, which no linear model reads."""
    names = [one.name for one in fields(texts) if one.name not in ("unknown", "side")]
    return [getattr(texts, name) for name in names]


def _write(folder: Path, made: CrossFitted) -> None:
    np.save(folder / _FOLD, made.fold, allow_pickle=False)
    made.model.save(folder / _WHOLE)
    for number, evidence in enumerate(made.folds):
        LinearModel(made.model.features, evidence).save(_file(folder, number))


def _read(folder: Path, words: Words) -> CrossFitted:
    load = partial(LinearModel.load, vocabulary=words)
    folds = tuple(load(_file(folder, number)).evidence for number in range(FOLDS))
    fold = np.load(folder / _FOLD, allow_pickle=False)
    return CrossFitted(load(folder / _WHOLE), folds, fold)


def _file(folder: Path, number: int) -> Path:
    return folder / f"fold-{number}.npz"
