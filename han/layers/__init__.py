"""Keras layers of the network; each can be used by itself and imports kernels alone."""

from han.layers.attention_pooling import AttentionPooling
from han.layers.encoders import ConvolutionalEncoder, RecurrentEncoder
from han.layers.level_attention import (
    LevelAttentionPooling,
    PackedLevelAttentionPooling,
)
from han.layers.ngram_bag import NgramBag
from han.layers.packed import (
    PackedAttentionPooling,
    PackedConvolutionalEncoder,
    PackedRecurrentEncoder,
)
from han.layers.sentence_layers import (
    DistinctWords,
    DropLast,
    FieldEmbedding,
    UnfoldSentences,
)
from han.layers.tree_paths import TreePaths
from han.layers.tree_softmax import TreeSoftmax
from han.layers.word_embedding import SubwordEmbedding, WordEmbedding

__all__ = [
    "AttentionPooling",
    "ConvolutionalEncoder",
    "DistinctWords",
    "DropLast",
    "FieldEmbedding",
    "LevelAttentionPooling",
    "NgramBag",
    "PackedAttentionPooling",
    "PackedConvolutionalEncoder",
    "PackedLevelAttentionPooling",
    "PackedRecurrentEncoder",
    "RecurrentEncoder",
    "SubwordEmbedding",
    "TreePaths",
    "TreeSoftmax",
    "UnfoldSentences",
    "WordEmbedding",
]
