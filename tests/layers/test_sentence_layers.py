"""Sentences of all documents on one axis, and back."""

import numpy as np
import pytest
from support.layers import random

from han.layers import UnfoldSentences

pytestmark = pytest.mark.tensorflow


def test_unfold_puts_sentences_back_and_leaves_zeros():
    vectors = random(3, 2)
    index = np.array([[2, -1], [0, 1], [-1, -1]])
    out, mask = UnfoldSentences()(vectors, index)
    np.testing.assert_array_equal(out[0, 0], vectors[2])
    np.testing.assert_array_equal(out[1], vectors[:2])
    np.testing.assert_array_equal(mask, index >= 0)
    assert not np.any(out[2])
