"""Sentence vectors of a run: those of the encoder that it was trained with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from han.errors import InputError
from han.linear.linear_model import SentenceKnowledge
from han.linear.vector_student import VectorStudent
from han.pretrained.encoder_choice import load_encoder
from han.pretrained.sentence_vectors import SentenceVectors
from han.runs.damaged_files import load_file
from han.runs.run_files import LINEAR_FILE, PRETRAINED_FILE, STUDENT_FILE
from han.text.text_encoder import TextEncoder

if TYPE_CHECKING:
    from han.linear.class_means import ClassMeans


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


def load_knowledge(folder: Path, width: int, encoder: TextEncoder) -> SentenceKnowledge:
    """Vectors of sentences as the model of a run reads them.

    They come from its pretrained encoder, or from the student in the run folder.

    Args:
        folder: The run.
        width: Numbers of a vector that the model was trained with.
        encoder: The text encoder of the run.

    Raises:
        InputError: If neither is there, or it is that of another run.
    """
    known: SentenceVectors | VectorStudent | None
    if (folder / STUDENT_FILE).is_file():
        words = encoder.vocabulary.words
        file = folder / STUDENT_FILE
        known = load_file(file, lambda file: VectorStudent.load(file, words))
    else:
        known = load_sentence_vectors(folder, encoder)
    found = known.width if known else 0
    if known is None or found != width:
        raise InputError(
            f"{folder}: the model was trained with pretrained vectors of {width} "
            f"numbers, and {PRETRAINED_FILE} or {STUDENT_FILE} gives {found}: it is "
            "missing, or of another run. Copy the whole run again, or train anew with "
            "--overwrite."
        )
    return known.distinct


def check_means(folder: Path, means: ClassMeans | None, width: int) -> None:
    """Raises InputError if class means are not of what the network reads."""
    if means is not None and len(means.weights) != width:
        raise InputError(
            f"{folder}: {LINEAR_FILE} has class means of {len(means.weights)} numbers, "
            f"and the network reads vectors of {width}: one of the two is of another "
            "run. Copy the whole run again, or train anew with --overwrite."
        )
