"""Sentence vectors of a network in an ONNX file, with its tokenizer beside it.

The packages `onnxruntime` and `tokenizers` are optional. Reference for the pooling:
Reimers and Gurevych 2019, Sentence-BERT.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from han.errors import InputError
from han.pretrained.encoder_files import check_packages, damage_said, files_digest
from han.pretrained.sentence_encoder import FloatArray, unit_length
from han.tables.file_access import check_file
from han.usable_cores import num_threads

TOKENIZER = "tokenizer.json"
BATCH = 64  # sentences
MOST_TOKENS = 512  # of a sentence, where the tokenizer names no limit
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class OnnxEncoder:
    """Means of the states of all tokens, at length 1.

    Sentences are computed with others of as many tokens, so that none is padded, and
    what stands beside a sentence does not touch its vector.

    Args:
        file: The network. Its inputs are `input_ids` and, if it has them,
            `attention_mask` and `token_type_ids`; its first output is
            `(B, tokens, width)`, or `(B, width)` where it pools by itself.

    Raises:
        InputError: If it or `tokenizer.json` is missing, or a package is.

    Example:
        >>> encoder = OnnxEncoder(Path("minilm/model.onnx"))  # doctest: +SKIP
        >>> encoder.encode(["pan dulce", "clavos"]).shape  # doctest: +SKIP
        (2, 384)
    """

    source = "onnx"
    languages: frozenset[str] | None = None
    is_cached = True

    def __init__(self, file: Path) -> None:
        self.file, self.name = file, str(file)
        tokenizer = file.parent / TOKENIZER
        check_file(file, "ONNX file", "Check `pretrained.encoder`.")
        check_file(tokenizer, "tokenizer", f"{file.name} needs it beside itself.")
        check_packages(self.name, "onnxruntime", "tokenizers")
        weights = file.parent.glob(f"{file.name}[_.]data")  # of networks above 2 GB
        self.identity = files_digest(file.parent, [file, tokenizer, *weights])

    @cached_property
    def width(self) -> int:
        """Numbers of a vector, as the network computes them."""
        return len(self.encode(["a"])[0])

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = num_threads()
        with damage_said(self.file, "an ONNX file"):
            session = onnxruntime.InferenceSession(
                str(self.file), options, providers=["CPUExecutionProvider"]
            )
        names = {given.name for given in session.get_inputs()}
        if "input_ids" not in names or names - _INPUTS:
            raise InputError(
                f"{self.file}: its inputs are {', '.join(sorted(names))}. Expected "
                "input_ids, attention_mask and token_type_ids, or the first of them: "
                "the encoder of a transformer."
            )
        return session

    @cached_property
    def _tokenizer(self) -> Any:
        import tokenizers

        file = self.file.parent / TOKENIZER
        with damage_said(file, "a tokenizer"):
            tokenizer = tokenizers.Tokenizer.from_file(str(file))
        tokenizer.no_padding()
        if not tokenizer.truncation:
            tokenizer.enable_truncation(MOST_TOKENS)
        return tokenizer

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors `(n, width)` of length 1.

        Raises:
            InputError: If a file is damaged, or its network computes something else.
        """
        tokens = [one.ids for one in self._tokenizer.encode_batch(list(sentences))]
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        parts, places = [], []
        for _, same in groupby(order, key=lambda place: len(tokens[place])):
            group = list(same)
            for first in range(0, len(group), BATCH):
                batch = group[first : first + BATCH]
                parts.append(self._pooled(np.array([tokens[k] for k in batch])))
                places += batch
        if not parts:
            return np.zeros((0, self.width), np.float32)
        vectors = np.concatenate(parts)
        return unit_length(vectors[np.argsort(places)])

    def rest(self) -> None:
        """Frees the network; the tokenizer is small."""
        self.__dict__.pop("_session", None)

    def _pooled(self, ids: Any) -> FloatArray:
        """Means of the states of sentences of equally many tokens, `(B, width)`."""
        given = {
            "input_ids": ids.astype(np.int64),
            "attention_mask": np.ones(ids.shape, np.int64),
            "token_type_ids": np.zeros(ids.shape, np.int64),
        }
        names = [known.name for known in self._session.get_inputs()]
        with damage_said(self.file, "the encoder of a transformer"):
            states = self._session.run(None, {name: given[name] for name in names})[0]
        if states.ndim not in (2, 3) or len(states) != len(ids):
            raise InputError(
                f"{self.file}: its first output has the shape {states.shape}. Expected "
                "(sentences, tokens, width) or (sentences, width)."
            )
        pooled = states.mean(axis=1) if states.ndim == 3 else states
        return np.asarray(pooled, np.float32)
