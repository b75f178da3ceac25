"""Shares, intervals and totals: by hand, by SciPy, and how often they are right."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from han import recode
from han.errors import InputError
from han.revision.backcast_totals import ShareMatrix, backcast
from han.revision.dual_matrix import DualSample, dual_matrix, effective_number

TIMES = 400
SHARES = np.array([0.6, 0.3, 0.1])


def drawn(random, count, *, size=1, weighted=False):
    """Records of one old code; units of `size` tend to have one code."""
    unit = np.repeat(np.arange(count // size), size)
    own = random.choice(3, count, p=SHARES)
    of_unit = random.choice(3, count // size, p=SHARES)[unit]
    new = np.where(random.random(count) < (0.5 if size > 1 else 0), of_unit, own)
    weights = random.choice([1.0, 3.0], count) if weighted else np.ones(count)
    return DualSample(["1"] * count, [f"n{k}" for k in new], weights, unit)


def test_shares_and_intervals_by_hand():
    new, weights = ["a"] * 6 + ["b"] * 2 + ["a"], np.ones(9)
    found = dual_matrix(DualSample(["1"] * 8 + ["2"], new, weights, np.arange(9)))
    assert found["new"].tolist() == ["a", "b", "a"]
    assert found["share"].tolist() == [0.75, 0.25, 1.0]
    assert found["effective"].tolist() == pytest.approx([8, 8, 1])
    for row, right, count in ((0, 6, 8), (1, 2, 8), (2, 1, 1)):
        exact = binomtest(right, count).proportion_ci(0.95, "exact")
        assert found.loc[row, ["low", "high"]].tolist() == pytest.approx([*exact])


def test_weights_and_units_make_a_sample_smaller():
    is_new = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], bool)
    ones = np.ones(4)
    # Units agree with themselves: 2 units; variance 2/1 * (2 * .25^2) * 2 targets =
    # 0.5 against 0.5 * 4/3 of one record.
    assert effective_number(is_new, ones, np.array([0, 0, 1, 1])) == pytest.approx(
        4 / 3
    )
    # Four units: 4/3 * 4 * (1/8)^2 * 2 targets = 1/6, so 0.5 * 6 * 4/3 records.
    assert effective_number(is_new, ones, np.arange(4)) == pytest.approx(4)
    same = np.ones((4, 1), bool)
    assert effective_number(same, np.array([3.0, 1, 1, 1]), np.arange(4)) == 3


def test_pairs_of_the_crosswalk_that_nobody_has():
    sample = DualSample(["1"] * 4, ["a"] * 4, np.ones(4), np.arange(4))
    found = dual_matrix(sample, allowed={"1": ("a", "b")})
    assert found["share"].tolist() == [1, 0]
    assert found["low"][1] == 0 and 0.5 < found["high"][1] < 0.7
    with pytest.raises(InputError, match="row 1: the crosswalk does not take"):
        dual_matrix(sample, allowed={"1": ("b",)})


@pytest.mark.parametrize(
    "made", [{}, {"weighted": True}, {"size": 4}], ids=["plain", "weights", "units"]
)
def test_intervals_of_shares_cover(made):
    random, held = np.random.default_rng(5), []
    for _ in range(TIMES):
        found = dual_matrix(drawn(random, 60, **made))
        truth = SHARES[found["new"].str[1].astype(int)]
        held += ((found["low"] <= truth) & (found["high"] >= truth)).tolist()
    error = np.sqrt(0.95 * 0.05 / TIMES)
    assert np.mean(held) >= 0.95 - 2 * error


def test_intervals_of_totals_cover():
    random, held = np.random.default_rng(6), []
    allowed = {"1": ("n0", "n1", "n2")}
    truth = 1000 * SHARES
    for _ in range(TIMES):
        found = dual_matrix(drawn(random, 60), allowed=allowed)
        shares, worth = found["share"].to_numpy(), found["effective"][0]
        matrix = ShareMatrix(allowed, {"1": shares}, {"1": worth})
        said = backcast({"1": 1000.0}, matrix)
        held += ((said["low"] <= truth) & (said["high"] >= truth)).tolist()
    assert np.mean(held) >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / TIMES)


def asked(folder, *given):
    assert recode.main([*given, "--lang", "en"]) == 0
    return pd.read_csv(folder / "out.csv", dtype={"old": str, "new": str})


def test_from_dual_records_to_totals(tmp_path):
    (tmp_path / "dual.csv").write_text(
        "old,new,w,u\n01,11,1,a\n01,11,1,b\n01,12,2,c\n02,12,5,d\n02,12,5,d\n"
    )
    (tmp_path / "totals.csv").write_text("old,total\n01,100\n02,40\n")
    given = ["matrix", f"{tmp_path}/dual.csv", "--old-column", "old"]
    given += ["--new-column", "new", "--weight", "w", "--unit", "u"]
    found = asked(tmp_path, *given, "-o", f"{tmp_path}/out.csv")
    assert found["old"].tolist() == ["01", "01", "02"]
    assert found["share"].tolist() == [0.5, 0.5, 1]
    assert found["units"].tolist() == [3, 3, 1]
    (tmp_path / "out.csv").rename(tmp_path / "matrix.csv")
    back = ["backcast", f"{tmp_path}/totals.csv", "--matrix", f"{tmp_path}/matrix.csv"]
    found = asked(tmp_path, *back, "-o", f"{tmp_path}/out.csv")
    assert found["new"].tolist() == ["11", "12"]
    assert found["total"].tolist() == [50, 90]
    assert (found["low"] < found["total"]).all()
    assert found["low"].sum() + found["high"].sum() == pytest.approx(280, abs=5)
    (tmp_path / "totals.csv").write_text("old,total\n03,1\n")
    with pytest.raises(InputError, match="lacks the old codes"):
        asked(tmp_path, *back, "-o", f"{tmp_path}/out.csv")
    (tmp_path / "totals.csv").write_text("old,total\n01,many\n")
    with pytest.raises(InputError, match="these are no numbers"):
        asked(tmp_path, *back, "-o", f"{tmp_path}/out.csv")
    (tmp_path / "dual.csv").write_text("old,new,w,u\n01,,1,a\n")
    with pytest.raises(InputError, match="rows 1: a code is missing"):
        asked(tmp_path, *given, "-o", f"{tmp_path}/out.csv")
    with pytest.raises(InputError, match="is none"):
        asked(tmp_path, *given, "-o", f"{tmp_path}/out.csv", "--confidence", "95")
