"""What a student learns of a pretrained encoder: sentences, words, groups of words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.kernels.ragged_ranges import ranges, starts
from han.kernels.ragged_sequences import distinct
from han.text.encoded_texts import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

MOST_SENTENCES = 60_000  # that are learnt from; more teach the same words again
GROUPS = 0.5  # groups of words for each sentence
GROUP_SIZES = (2, 3)


def distillation_texts(texts: EncodedTexts, num_words: int, seed: int) -> EncodedTexts:
    """What a network learns to say: each a document of one sentence.

    Distinct sentences of the texts, each word of the vocabulary alone, and groups of
    two or three words that stand in one sentence, in their order.

    Args:
        texts: Documents.
        num_words: Number of word ids of the vocabulary, the first two included.
        seed: Seed of the draws.
    """
    generator = np.random.default_rng(seed)
    alone, _ = distinct_ones(texts)
    if len(alone) > MOST_SENTENCES:
        drawn = generator.choice(len(alone), MOST_SENTENCES, replace=False)
        alone = alone.take(np.sort(drawn))
    words = np.arange(FIRST_WORD_ID, num_words, dtype=np.int32)
    places, sizes = _groups(alone.sentence_lengths, generator)
    ids = np.concatenate([alone.word_ids, words, alone.word_ids[places]])
    lengths = np.concatenate([alone.sentence_lengths, np.ones(len(words), int), sizes])
    return of_sentences(ids, lengths, texts.unknown)


def distinct_ones(texts: EncodedTexts) -> tuple[EncodedTexts, npt.NDArray[np.integer]]:
    """The distinct sentences of documents, each a document, and which each one is.

    Returns:
        `(distinct,)` documents, and the place of each sentence, `(sentences,)`.
    """
    ids = texts.spelled_ids(int(texts.word_ids.max(initial=0)) + 1)
    lengths = texts.sentence_lengths
    first, places = distinct(ids, lengths, np.zeros(len(lengths), np.int32))
    words = ranges(starts(lengths)[first], lengths[first])
    found = of_sentences(texts.word_ids[words], lengths[first], texts.unknown)
    return found, places


def of_sentences(
    ids: npt.NDArray[np.integer],
    lengths: npt.NDArray[np.integer],
    unknown: tuple[str, ...],
) -> EncodedTexts:
    """Documents of one sentence each, of word ids one after the other."""
    one = np.ones(len(lengths), np.int32)
    counts = lengths.astype(np.int32)
    return EncodedTexts(
        ids.astype(np.int32), counts, 0 * one, one, np.zeros(len(one), bool), unknown
    )


def _groups(
    lengths: npt.NDArray[np.integer], generator: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places of the words of groups, one after the other, and sizes of the groups."""
    long = np.flatnonzero(lengths > max(GROUP_SIZES))
    if not len(long):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    drawn = generator.choice(long, int(GROUPS * len(lengths)))
    sizes = generator.integers(GROUP_SIZES[0], GROUP_SIZES[-1] + 1, len(drawn))
    first = starts(lengths)
    found = [
        first[sentence]
        + np.sort(generator.choice(int(lengths[sentence]), size, replace=False))
        for sentence, size in zip(drawn.tolist(), sizes.tolist(), strict=True)
    ]
    return np.concatenate([np.empty(0, np.int64), *found]), sizes
