"""Survey weights that no survey has are refused; unlikely ones are named by row."""

import numpy as np
import pandas as pd
import pytest

from han.data.survey_weights import read_weights, unlikely_weights
from han.errors import InputError


def read(cells):
    return read_weights(pd.DataFrame({"w": list(map(str, cells))}), "w", "a.csv")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([1, -2, "nan", "", "inf", "x"], r"rows 2, 3, 4, 5, 6: .*number of 0 or more"),
        (["1,5", "2"], "rows 1: .*Write decimals with a point"),
        ([0, 0, 0], "is 0 in every row"),
        ([1e308, 1e308], "more than a computer can count with: row 1 has 1e.308"),
        ([1, 1e200], "row 2 has 1e.200"),
        ([1] * 99 + [99999], "has 99999 in row 100, more than in all other 99 rows"),
    ],
)
def test_what_cannot_be_is_refused_by_row(cells, said):
    with pytest.raises(InputError, match=said):
        read(cells)


def test_what_can_be_is_read(cells=(0, 1, "2.5", " 3e2 ")):
    assert read(cells).tolist() == [0, 1, 2.5, 300]
    assert read([0.5] * 9 + [5000]).sum() == 5004.5  # few rows: it may be
    assert read_weights(pd.DataFrame(index=range(2)), None, "a.csv").tolist() == [1, 1]


@pytest.mark.parametrize(
    ("weights", "rows"),
    [
        ([1, 2, 3, 1500, 1, 2], []),
        ([1, 2, 3, 9999, 1, 2], [3]),
        ([100, 200, 1e-7, 0], [2]),
        ([1.0] * 150 + [20], [150]),
        ([0, 0], []),
    ],
)
def test_unlikely_weights_are_found(weights, rows):
    assert unlikely_weights(np.array(weights, float)).tolist() == rows
