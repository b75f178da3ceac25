"""Calibration errors, against a loop over bins."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.metrics import expected_calibration_error, level_calibration_errors
from han.taxonomy import Taxonomy

TREE = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
# Not on an edge but by tenths, where rounding would decide for one side or the other.
SURE = st.integers(0, 1000).filter(lambda i: i % 200).map(lambda i: i / 1000)


@given(st.lists(st.tuples(st.booleans(), SURE, st.floats(0.1, 5)), min_size=1))
def test_it_is_the_sum_over_bins(rows):
    correct, sure, weights = (np.array(column) for column in zip(*rows, strict=True))
    expected = 0.0
    for number in range(5):
        low, high = number / 5, (number + 1) / 5
        inside = (sure > low) & (sure <= high) | (sure == 0) & (number == 0)
        if inside.any():
            share = weights[inside].sum() / weights.sum()
            accuracy = np.average(correct[inside], weights=weights[inside])
            mean = np.average(sure[inside], weights=weights[inside])
            expected += share * abs(accuracy - mean)
    got = expected_calibration_error(correct, sure, bins=5, sample_weight=weights)
    assert got == pytest.approx(expected, abs=1e-9)


def test_levels_count_what_is_coded_on_both_sides():
    probabilities = [[0.9, 0.6], [0.9, 0.6], [0.7, np.nan], [0.8, 0.5], [0.4, 0.4]]
    true, predicted = [2, 3, 1, 0, -1], [2, 2, 1, 2, 2]
    found = level_calibration_errors(true, predicted, probabilities, TREE)
    assert found[1] == pytest.approx((2 * 0.1 + 0.3 + 0.2) / 4)
    assert found[2] == pytest.approx(0.1)
    none = level_calibration_errors([2], [-1], [[np.nan, np.nan]], TREE)
    assert math.isnan(none[1]) and math.isnan(none[2])


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="one shape"):
        expected_calibration_error([True], [0.5, 0.5])
    for wrong in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="from 0 to 1"):
            expected_calibration_error([True], [wrong])
