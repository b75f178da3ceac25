"""Changed totals by hand, by a plain sum over units, and their intervals by draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from han.gating.changed_totals import changed_totals, share_interval


def test_by_hand():
    old = np.array([0, 0, 1, -1, 1])
    new = np.array([0, 1, 1, 0, -1])
    weights = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    found = changed_totals(old, new, weights, np.arange(5), 2)
    assert found.old.tolist() == [3.0, 8.0] and found.new.tolist() == [5.0, 5.0]
    assert found.weight == 15.0
    np.testing.assert_allclose(found.points, [100 * 2 / 15, -20.0])
    np.testing.assert_allclose(found.relative, [2 / 3, -3 / 8])
    assert (found.low < found.new - found.old).all()


def test_what_does_not_change_is_certain_and_one_unit_says_nothing():
    same = np.array([0, 1, 1])
    found = changed_totals(same, same, np.ones(3), np.arange(3), 3)
    assert found.low.tolist() == found.high.tolist() == [0, 0, 0]
    moved = changed_totals(same, same[::-1].copy(), np.ones(3), np.zeros(3, int), 2)
    assert moved.relative.tolist() == [0.0, 0.0]
    one = changed_totals(same, np.array([1, 1, 1]), np.ones(3), np.zeros(3, int), 2)
    assert np.isinf(one.high[1]) and np.isinf(one.low[0])


rows = st.lists(
    st.tuples(
        st.integers(-1, 3), st.integers(-1, 3), st.floats(0.1, 9), st.integers(0, 5)
    ),
    min_size=2,
    max_size=30,
)


@given(rows)
def test_variance_is_that_of_a_plain_sum_over_units(found):
    old, new, weights, units = (np.array(part) for part in zip(*found, strict=True))
    units = np.unique(units, return_inverse=True)[1]
    count = units.max() + 1
    got = changed_totals(old, new, weights, units, 4)
    for code in range(4):
        adds = weights * ((new == code).astype(float) - (old == code))
        sums = np.array([adds[units == unit].sum() for unit in range(count)])
        assert got.new[code] - got.old[code] == pytest.approx(sums.sum(), abs=1e-9)
        if count > 1:
            spread = np.sqrt(count * sums.var(ddof=1))
            reach = spread * student.ppf(0.975, count - 1)
            assert got.high[code] - sums.sum() == pytest.approx(reach, abs=1e-6)


TIMES = 400


def covered(weighted, size):
    """How often intervals hold what the whole population would say."""
    draw = np.random.default_rng(7)
    units = 20_000 // size
    old = draw.integers(0, 3, 20_000)
    new = np.where(draw.random(20_000) < 0.15, draw.integers(0, 3, 20_000), old)
    new = np.where((old == 0) & (draw.random(20_000) < 0.1), 1, new)
    weights = draw.gamma(4, 1, 20_000) if weighted else np.ones(20_000)
    adds = np.array([weights * ((new == c) * 1.0 - (old == c)) for c in range(3)])
    truth, changed = adds.sum(1), float(weights @ (old != new) / weights.sum())
    totals, shares = [], []
    for _ in range(TIMES):
        chosen = draw.integers(0, units, 400)
        rows = (chosen[:, None] * size + np.arange(size)).ravel()
        drawn = np.repeat(np.arange(400), size)
        scale = weights[rows] * units / 400
        found = changed_totals(old[rows], new[rows], scale, drawn, 3)
        totals += ((found.low <= truth) & (truth <= found.high)).tolist()
        _, low, high = share_interval(old[rows] != new[rows], weights[rows], drawn)
        shares.append(low <= changed <= high)
    return np.mean(totals), np.mean(shares)


@pytest.mark.parametrize(("weighted", "size"), [(False, 1), (True, 1), (True, 4)])
def test_intervals_cover(weighted, size):
    error = np.sqrt(0.95 * 0.05 / TIMES)
    totals, shares = covered(weighted, size)
    assert totals >= 0.95 - 3 * error and shares >= 0.95 - 3 * error
