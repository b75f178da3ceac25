"""Small networks over a tree of codes, and documents for them."""

import keras
import numpy as np
import pytest

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
    sentences = [s for document in documents for s in document]
    return EncodedTexts(
        np.array([w for _, words in sentences for w in words], np.int32),
        np.array([len(words) for _, words in sentences], np.int32),
        np.array([field for field, _ in sentences], np.int32),
        np.array([len(document) for document in documents], np.int32),
        np.zeros(len(documents), bool),
    )


def make_network(**changes):
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


# The forms in which each encoder can be computed.
FORMS = [
    ("gru", "packed"),
    ("gru", "padded"),
    ("lstm", "padded"),
    ("cnn", "packed"),
    ("cnn", "padded"),
    ("mean", "packed"),
    ("mean", "padded"),
]


@pytest.fixture(scope="module", params=FORMS, ids=" ".join)
def network(request):
    encoder, computation = request.param
    return make_network(encoder=encoder, computation=computation)
