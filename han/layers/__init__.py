"""Layers of the network. Each idea has a file for each of its forms.

* `attention_pooling.py`: padded, a layer of Keras that works by itself in any model
  and under any backend.
* `attention_pooling_packed.py`: the same without padding, for a CPU; needs TensorFlow.
* `attention_pooling_numpy.py`: the same for prediction; neither Keras nor TensorFlow.

`tests/layers/test_attention_pooling.py` holds the forms against each other. A name of
this package is imported when it is asked for, so that NumPy forms need no Keras.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from han.layers.attention_pooling import AttentionPooling
    from han.layers.attention_pooling_packed import PackedAttentionPooling
    from han.layers.convolutional_encoder import ConvolutionalEncoder
    from han.layers.convolutional_encoder_packed import PackedConvolutionalEncoder
    from han.layers.field_embedding import FieldEmbedding
    from han.layers.level_attention import LevelAttentionPooling
    from han.layers.level_attention_packed import PackedLevelAttentionPooling
    from han.layers.ngram_bag_packed import NgramBag
    from han.layers.recurrent_encoder import RecurrentEncoder
    from han.layers.recurrent_encoder_packed import PackedRecurrentEncoder
    from han.layers.sentence_layers import DistinctWords, DropLast, UnfoldSentences
    from han.layers.subword_embedding_packed import SubwordEmbedding
    from han.layers.tree_sigmoid import TreeSigmoid
    from han.layers.tree_sigmoid_packed import SetPaths
    from han.layers.tree_softmax import TreeSoftmax, node_loss
    from han.layers.tree_softmax_packed import TreePaths
    from han.layers.word_embedding_packed import WordEmbedding

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
    "SetPaths",
    "SubwordEmbedding",
    "TreePaths",
    "TreeSigmoid",
    "TreeSoftmax",
    "UnfoldSentences",
    "WordEmbedding",
    "node_loss",
]

_FILES = {
    "AttentionPooling": "attention_pooling",
    "ConvolutionalEncoder": "convolutional_encoder",
    "DistinctWords": "sentence_layers",
    "DropLast": "sentence_layers",
    "FieldEmbedding": "field_embedding",
    "LevelAttentionPooling": "level_attention",
    "NgramBag": "ngram_bag_packed",
    "PackedAttentionPooling": "attention_pooling_packed",
    "PackedConvolutionalEncoder": "convolutional_encoder_packed",
    "PackedLevelAttentionPooling": "level_attention_packed",
    "PackedRecurrentEncoder": "recurrent_encoder_packed",
    "RecurrentEncoder": "recurrent_encoder",
    "SetPaths": "tree_sigmoid_packed",
    "SubwordEmbedding": "subword_embedding_packed",
    "TreePaths": "tree_softmax_packed",
    "TreeSigmoid": "tree_sigmoid",
    "TreeSoftmax": "tree_softmax",
    "UnfoldSentences": "sentence_layers",
    "WordEmbedding": "word_embedding_packed",
    "node_loss": "tree_softmax",
}


def __getattr__(name: str) -> Any:
    if name not in _FILES:
        raise AttributeError(f"module 'han.layers' has no attribute {name!r}")
    return getattr(import_module(f"han.layers.{_FILES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
