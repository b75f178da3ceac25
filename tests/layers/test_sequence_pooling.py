"""Encoder and attention in NumPy, block by block."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from han.layers.sequence_pooling_numpy import _blocks


@given(st.lists(st.integers(0, 30_000), max_size=20))
def test_blocks_hold_every_sequence_once_but_empty_ones(lengths):
    blocks = _blocks(np.array(lengths, np.int64))
    found = sorted(int(i) for block in blocks for i in block)
    assert found == [i for i, length in enumerate(lengths) if length]
