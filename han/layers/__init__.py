"""Keras layers of the network; each can be used by itself and imports nothing else."""

from han.layers.attention_pooling import AttentionPooling
from han.layers.encoders import RecurrentEncoder
from han.layers.sentences import FieldEmbedding, UnfoldSentences, WordMask
from han.layers.tree_softmax import TreeSoftmax

__all__ = [
    "AttentionPooling",
    "FieldEmbedding",
    "RecurrentEncoder",
    "TreeSoftmax",
    "UnfoldSentences",
    "WordMask",
]
