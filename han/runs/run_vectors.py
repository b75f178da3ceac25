"""Sentence vectors of a run: those of the encoder that it was trained with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from han.batching.network_inputs import SentenceKnowledge
from han.errors import InputError
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


def load_knowledge(
    folder: Path, network: Any, encoder: TextEncoder
) -> SentenceKnowledge:
    """Vectors of sentences of the encoder that the network has read, or of its student.

    Raises:
        InputError: As `load_sentence_vectors`, or if they are of another run.
    """
    known: Any
    if (folder / STUDENT_FILE).is_file():
        from han.linear.vector_student import VectorStudent

        words = encoder.vocabulary.words
        known = load_file(folder / STUDENT_FILE, lambda f: VectorStudent.load(f, words))
    else:
        known = load_sentence_vectors(folder, encoder)
    width = known.width if known else 0
    if known is None or width != network.pretrained_width:
        raise InputError(
            f"{folder}: the network was trained with pretrained vectors of "
            f"{network.pretrained_width} numbers, and {PRETRAINED_FILE} or "
            f"{STUDENT_FILE} gives {width}: it is missing, or of another run. Copy "
            "the whole run again, or train anew with --overwrite."
        )
    return known.distinct  # type: ignore[no-any-return]


def check_means(folder: Path, means: ClassMeans | None, width: int) -> None:
    """Raises InputError if class means are not of what the network reads."""
    if means is not None and len(means.weights) != width:
        raise InputError(
            f"{folder}: {LINEAR_FILE} has class means of {len(means.weights)} numbers, "
            f"and the network reads vectors of {width}: one of the two is of another "
            "run. Copy the whole run again, or train anew with --overwrite."
        )
