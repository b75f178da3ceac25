"""Factors of parts where records have sets, against a general minimiser."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from support import references
from support.trees import sets_on, tree_of, trees

from han.code_list.closure import specific_codes
from han.linear.network_share import RIDGE
from han.linear.set_share import fit_set_shares


@settings(max_examples=20, deadline=None)
@given(trees(), st.data())
def test_no_other_factors_have_a_smaller_loss(parents, data):
    tree = tree_of(parents)
    sets = specific_codes(data.draw(sets_on(len(parents))), tree)
    generator = np.random.default_rng(data.draw(st.integers(0, 99)))
    parts = generator.normal(size=(2, len(sets), len(parents)))
    weights = generator.integers(1, 3, len(sets)).astype(float)

    def loss(shares):
        factors = shares.reshape(2, -1)[:, tree.levels - 1]
        scores = (factors[:, None] * parts).sum(axis=0)
        losses = [
            references.set_loss(row, codes[codes >= 0], parents)
            for row, codes in zip(scores, sets, strict=True)
        ]
        mean = weights @ losses / weights.sum()
        return mean + RIDGE / 2 * ((shares - 1) ** 2).sum()

    found = fit_set_shares(list(parts), sets, weights, tree)
    start = np.ones(found.size)
    best = minimize(loss, start, bounds=[(0, None)] * found.size)
    assert loss(found.ravel()) <= best.fun + 1e-4
