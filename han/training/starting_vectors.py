"""Initial word vectors of a network."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from han.config import Config
from han.text.vocabulary import FIRST_WORD_ID

if TYPE_CHECKING:
    from han.network.model import HierarchicalAttentionNetwork
    from han.text.text_encoder import TextEncoder
    from han.text.tokenised_texts import TokenisedTexts

logger = logging.getLogger(__name__)


def set_word_vectors(
    network: HierarchicalAttentionNetwork, file: Path, encoder: TextEncoder
) -> None:
    """Puts vectors of a file into the network; other words keep their random ones."""
    from han.text.vector_files import word_vectors

    layer = network.get_layer("word_embedding")
    table = layer.get_weights()[0]
    words = encoder.vocabulary.words
    vectors, found = word_vectors(file, words, table.shape[1])
    table[FIRST_WORD_ID:][found] = vectors[found]
    layer.set_weights([table])
    logger.info("%s has %d of %d words", file, found.sum(), len(words))


def learn_word_vectors(
    network: HierarchicalAttentionNetwork,
    config: Config,
    sentences: TokenisedTexts,
    encoder: TextEncoder,
) -> None:
    """Puts vectors into the network that the texts of the experiment have taught."""
    from han.text.vector_files import SkipGram, trained_vectors

    is_fasttext = config.embeddings.pretrain == "fasttext"
    algorithm: Literal["word2vec", "fasttext"] = (
        "fasttext" if is_fasttext else "word2vec"
    )
    logger.info("Learning word vectors by %s", algorithm)
    layer = network.get_layer("word_embedding")
    table = layer.get_weights()[0]
    table[FIRST_WORD_ID:] = trained_vectors(
        sentences,
        encoder.vocabulary.words,
        table.shape[1],
        SkipGram(algorithm, config.embeddings.pretrain_epochs, seed=config.seed),
    )
    layer.set_weights([table])
