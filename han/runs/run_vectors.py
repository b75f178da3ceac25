"""Sentence vectors of a run: those of the encoder that it was trained with."""

from __future__ import annotations

from pathlib import Path

from han.pretrained.encoder_choice import load_encoder
from han.pretrained.sentence_vectors import SentenceVectors
from han.runs.damaged_files import load_file
from han.runs.run_files import PRETRAINED_FILE
from han.text.text_encoder import TextEncoder


def load_sentence_vectors(folder: Path, encoder: TextEncoder) -> SentenceVectors | None:
    """Vectors of the sentences of a run's texts; None of a run that needs none.

    Args:
        folder: The run.
        encoder: Its text encoder.

    Raises:
        InputError: If the package or the file of its pretrained encoder is missing, or
            another than in training.

    Example:
        >>> load_sentence_vectors(Path("a run without them"), None) is None
        True
    """
    file = folder / PRETRAINED_FILE
    if not file.is_file():
        return None
    cleaner, splitter = encoder.cleaner, encoder.splitter
    found = load_file(file, lambda file: load_encoder(file, cleaner, splitter))
    return SentenceVectors(found, encoder.vocabulary.words)
