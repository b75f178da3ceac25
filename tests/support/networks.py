"""Small networks over a tree of codes, and documents for them."""

import keras
import numpy as np

from han.batching.network_inputs import NO_AUXILIARY_INPUTS
from han.network.model import HierarchicalAttentionNetwork
from han.text.text_encoder import EncodedTexts

PARENTS = [-1, -1, -1, 0, 0, 1, 3, 3, 5]


DOCUMENTS = [
    [(0, [2, 3, 4]), (1, [5, 1])],
    [],
    [(0, [1])],
    [(1, [9, 8, 7, 6, 5, 4]), (1, [2]), (1, [3, 3, 3])],
]


def encode(documents):
    """Documents as lists of sentences, each a field and its word ids."""
    sentences = [s for document in documents for s in document]
    return EncodedTexts(
        np.array([w for _, words in sentences for w in words], np.int32),
        np.array([len(words) for _, words in sentences], np.int32),
        np.array([field for field, _ in sentences], np.int32),
        np.array([len(document) for document in documents], np.int32),
        np.zeros(len(documents), bool),
    )


def inputs_of(network, documents=DOCUMENTS):
    """What the network reads of documents, in the form that it computes in."""
    return NO_AUXILIARY_INPUTS.inputs(encode(documents), network.computation)


def make_network(**changes):
    """A network of three or four units with drawn weights."""
    keras.utils.set_random_seed(1)
    settings = dict(
        vocabulary_size=10,
        parents=PARENTS,
        num_fields=2,
        embedding_dimension=5,
        word_units=3,
        sentence_units=4,
    )
    network = HierarchicalAttentionNetwork(**{**settings, **changes})
    # Zero and small weights would hide mistakes: all are drawn anew.
    generator = np.random.default_rng(2)
    network.set_weights(
        [generator.normal(size=w.shape) * 0.5 for w in network.get_weights()]
    )
    return network
