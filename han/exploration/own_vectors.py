"""Learns word vectors from an office's own texts, coded or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from han.config import Config
from han.config.text_config import VectorMethod
from han.data.records import Records, read_records
from han.errors import InputError, listing
from han.experiment.corpus import read_parts
from han.experiment.data_files import LabelledFile, held_out, tokenise
from han.experiment.row_roles import as_in_experiment
from han.tables.locations import DataFile
from han.tables.reading import Columns
from han.text.tokenised_texts import TokenisedTexts, join
from han.text.vector_files import WINDOW, SkipGram, trained_vectors
from han.text.vocabulary import Vocabulary
from han.text.word_vectors import WordVectors


@dataclass(frozen=True)
class VectorSettings:
    """How vectors are learnt.

    Attributes:
        method: `word2vec`, or `fasttext`, which learns from letters, too.
        dimension: Numbers of a vector.
        epochs: Passes over the texts.
        window: Words on each side that a word is learnt from.
        min_count: Different texts that must hold a word.
        seed: Seed of all draws.
    """

    method: VectorMethod = "word2vec"
    dimension: int = 100
    epochs: int = 10
    window: int = WINDOW
    min_count: int = 2
    seed: int = 17

    @classmethod
    def of(cls, config: Config) -> VectorSettings:
        """What an experiment says of its own vectors."""
        given = config.embeddings
        return cls(
            "fasttext" if given.pretrain == "fasttext" else "word2vec",
            given.dimension,
            given.pretrain_epochs,
            min_count=config.text.min_count,
            seed=config.seed,
        )


@dataclass(frozen=True)
class LearningTexts:
    """Texts of one file.

    Attributes:
        file: The file.
        rows: Rows that vectors are learnt from.
        held_out: Rows left out, since their text is one to validate, calibrate or test
            with.
        blank: Rows without a word.
    """

    file: str
    rows: int
    held_out: int
    blank: int


@dataclass(frozen=True)
class LearntVectors:
    """Vectors, and what they were learnt from.

    Attributes:
        vectors: The vectors, words held by most texts first.
        files: What each file gave, that of the experiment first.
        num_texts: Number of different texts.
        rare: Number of words that too few texts hold.
        covered: Share of all running words that have a vector.
    """

    vectors: WordVectors
    files: tuple[LearningTexts, ...]
    num_texts: int
    rare: int
    covered: float


def learn_vectors(
    config: Config,
    files: Sequence[DataFile] = (),
    settings: VectorSettings | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    progress: bool = False,
) -> LearntVectors:
    """Learns vectors from the training rows of an experiment, and from other files.

    All texts are split and cleaned as the experiment does it, and those without a code
    count, too. No text of validation, calibration or test is learnt from, in whatever
    file it stands. A word is kept if `min_count` *different* texts hold it: a record
    that stands in two files is one.

    Args:
        config: The experiment.
        files: Further tables, written as those of the experiment.
        settings: How to learn; by default as the experiment says.
        columns: Column of `files` for each field, where they are not called as in the
            experiment; fields that are not named are blank.
        progress: Whether long work shows a progress bar.

    Raises:
        InputError: For a mistake in the experiment, or in a file; or if no word is
            left.
    """
    settings = settings or VectorSettings.of(config)
    found = _read(config, files, columns, progress)
    documents = join([documents for documents, _, _ in found])
    keys = np.array([key for _, keys, _ in found for key in keys], object)
    distinct = documents.take(np.unique(keys, return_index=True)[1])
    words = _words(config, distinct, settings.min_count)
    vectors = trained_vectors(
        documents,
        words,
        settings.dimension,
        SkipGram(settings.method, settings.epochs, settings.window, settings.seed),
        progress="vectors" if progress else None,
    )
    taught = tuple(taught for _, _, taught in found)
    return _learnt(WordVectors(tuple(words), vectors), taught, documents, len(distinct))


Found = tuple[TokenisedTexts, list[str], LearningTexts]


def _read(
    config: Config,
    files: Sequence[DataFile],
    columns: Mapping[str, str] | None,
    progress: bool,
) -> list[Found]:
    """What there is to learn from: documents, their compared texts, and counts."""
    _, encoder, parts = read_parts(config, progress)
    wanted = _columns(config, columns)
    hidden = {_key(key) for key in held_out(parts)}
    found = [_training_rows(part) for part in parts if (part.roles == "train").any()]
    for file in files:
        records = read_records(
            as_in_experiment(config, file), wanted, encoding=config.data.encoding
        )
        records = replace(records, non_answers=encoder.non_answers)
        documents = tokenise(config, encoder, records, progress)
        found.append(_other_rows(records, documents, hidden))
    return found


def _learnt(
    vectors: WordVectors,
    files: tuple[LearningTexts, ...],
    documents: TokenisedTexts,
    num_texts: int,
) -> LearntVectors:
    counts = np.bincount(documents.texts.word_ids, minlength=len(documents.words))
    kept = np.isin(documents.words, vectors.words)
    rare = int((counts > 0).sum()) - len(vectors)
    return LearntVectors(
        vectors, files, num_texts, rare, float(counts[kept].sum() / counts.sum())
    )


def _columns(config: Config, columns: Mapping[str, str] | None) -> Columns:
    known = {name: f.column or name for name, f in config.data.fields.items()}
    if unknown := [repr(name) for name in columns or {} if name not in known]:
        raise InputError(
            f"--columns names {listing(unknown)}, which is no field of the experiment. "
            f"It has: {', '.join(known)}."
        )
    return Columns(fields=columns or known)


def _key(text_key: str) -> str:
    """A text as it is compared, in whatever fields it stands."""
    return " ".join(filter(None, text_key.split("\x1f")))


def _training_rows(part: LabelledFile) -> Found:
    chosen = (part.roles == "train") & part.readable
    keys = part.records.text_keys
    return (
        part.documents.take(chosen),
        [_key(keys[row]) for row in np.flatnonzero(chosen)],
        LearningTexts(part.records.source, int(chosen.sum()), 0, 0),
    )


def _other_rows(records: Records, documents: TokenisedTexts, hidden: set[str]) -> Found:
    keys = list(map(_key, records.text_keys))
    has_words = documents.num_words > 0
    is_hidden = np.array([key in hidden for key in keys], bool) & has_words
    chosen = has_words & ~is_hidden
    blank = int((~has_words).sum())
    taught = LearningTexts(
        records.source, int(chosen.sum()), int(is_hidden.sum()), blank
    )
    return (
        documents.take(chosen),
        [keys[row] for row in np.flatnonzero(chosen)],
        taught,
    )


def _words(config: Config, distinct: TokenisedTexts, min_count: int) -> list[str]:
    """Words that get a vector, those of most texts first."""
    found = Vocabulary.of_counts(
        distinct.words,
        distinct.document_counts().tolist(),
        min_count=min_count,
        size=config.text.vocabulary_size,
    )
    if not found.words:
        raise InputError(
            f"No word is held by {min_count} different texts, so there is nothing to "
            "learn vectors of. Give more texts (FILES), or a lower --min-count."
        )
    return list(found.words)
