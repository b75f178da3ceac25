"""Sentence vectors of a folder of `sentence-transformers`, an optional package."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from han.errors import InputError
from han.pretrained.encoder_files import check_packages, damage_said, files_digest
from han.pretrained.sentence_encoder import FloatArray, unit_length

_READ = {".json", ".txt", ".model", ".safetensors"}
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


class TransformerFolder:
    """Whatever `SentenceTransformer(folder)` computes, at length 1.

    Nothing is downloaded. Weights must be in `.safetensors`: other forms are pickles,
    which can run anything when they are read.

    Args:
        folder: Where it lies on this machine, with `modules.json`.

    Raises:
        InputError: If it is no such folder, or the package is missing.

    Example:
        >>> encoder = TransformerFolder(Path("models/minilm"))  # doctest: +SKIP
        >>> encoder.encode(["pan dulce", "clavos"]).shape  # doctest: +SKIP
        (2, 384)
    """

    source = "sentence-transformers"
    languages: frozenset[str] | None = None
    is_cached = True

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, str(folder)
        files = [f for f in folder.rglob("*") if f.is_file() and f.suffix in _READ]
        has_weights = any(file.suffix == ".safetensors" for file in files)
        if not (folder / "modules.json").is_file() or not has_weights:
            raise InputError(
                f"{folder}: not a folder of sentence-transformers. Expected "
                "modules.json and model.safetensors in it, as "
                "SentenceTransformer.save_pretrained writes them."
            )
        check_packages(self.name, "sentence_transformers")
        self.identity = files_digest(folder, files)

    @cached_property
    def width(self) -> int:
        """Numbers of a vector, as the model computes them."""
        return len(self.encode(["a"])[0])

    @cached_property
    def _model(self) -> Any:
        for variable in _OFFLINE:  # beside what is asked for below
            os.environ.setdefault(variable, "1")
        from sentence_transformers import SentenceTransformer

        with damage_said(self.folder, "a folder of sentence-transformers"):
            return SentenceTransformer(
                str(self.folder),
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors `(n, width)` of length 1.

        Raises:
            InputError: If a file of the folder is damaged.
        """
        if not sentences:
            return np.zeros((0, self.width), np.float32)
        return unit_length(self._model.encode(list(sentences), show_progress_bar=False))

    def rest(self) -> None:
        """Frees the model."""
        self.__dict__.pop("_model", None)
