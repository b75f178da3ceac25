"""Ratios by design: beside the formulae by hand, the exact binomial, and drawings."""

import numpy as np
import pytest
from scipy.stats import beta, t

from han.errors import InputError
from han.metrics import design_ratio

RIGHT = [1, 1, 0, 1, 1, 0, 1, 1]
CODED = [1, 1, 1, 1, 1, 0, 1, 1]


def textbook_variance(part, whole, weights, strata, clusters):
    """The formula as it stands in books, stratum by stratum."""
    part, whole, weights = (np.asarray(v, float) for v in (part, whole, weights))
    total = (weights * whole).sum()
    ratio = (weights * part).sum() / total
    summands = weights * (part - ratio * whole) / total
    found = 0.0
    for stratum in sorted(set(strata)):
        names = {c for s, c in zip(strata, clusters, strict=True) if s == stratum}
        sums = [summands[np.array(clusters) == name].sum() for name in names]
        n = len(sums)
        found += sums[0] ** 2 if n == 1 else n * np.var(sums, ddof=1)
    return ratio, found


def clopper_pearson(right, n, confidence=0.95):
    outside = (1 - confidence) / 2
    low = beta.ppf(outside, right, n - right + 1) if right else 0.0
    high = beta.ppf(1 - outside, right + 1, n - right) if right < n else 1.0
    return low, high


def test_a_sample_small_enough_to_check_by_hand():
    # R = 6/7; sums of (part - R whole) / 7 by cluster: 2/49, -5/49, 1/49, 2/49;
    # v = 4/3 * (4 + 25 + 1 + 4) / 49^2.
    found = design_ratio(RIGHT, CODED, clusters=list("aabbccdd"))
    assert found.estimate == pytest.approx(6 / 7)
    assert found.standard_error == pytest.approx(np.sqrt(4 / 3 * 34) / 49)
    assert (found.records, found.clusters, found.strata) == (7, 4, 1)
    assert found.degrees_of_freedom == 3
    simple = 6 / 49 / 6  # R (1 - R) / (n - 1)
    size = min(7, 7 * simple / (4 / 3 * 34 / 49**2))
    size *= (t.ppf(0.975, 6) / t.ppf(0.975, 3)) ** 2
    assert found.effective_records == pytest.approx(size)
    assert found.interval == pytest.approx(clopper_pearson(size * 6 / 7, size))


def test_strata_clusters_and_weights_as_in_the_textbook():
    rng = np.random.default_rng(5)
    n = 400
    clusters = rng.integers(0, 60, n)
    strata = np.array(["a", "b", "c"])[clusters % 3]
    strata[clusters == 59] = "d"
    whole = (rng.random(n) < 0.8).astype(float)
    part = whole * (rng.random(n) < 0.9)
    weights = rng.gamma(2.0, 3.0, n)
    given = dict(weights=weights, strata=strata, clusters=clusters)
    found = design_ratio(part, whole, **given)
    ratio, variance = textbook_variance(
        part, whole, weights, strata.tolist(), clusters.tolist()
    )
    assert found.estimate == pytest.approx(ratio)
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert (found.strata, found.single_strata) == (4, 1)
    assert found.degrees_of_freedom == len(set(clusters[whole > 0])) - 4
    order = rng.permutation(n)
    mixed = {name: values[order] for name, values in given.items()}
    again = design_ratio(part[order], whole[order], **mixed)
    assert again.interval == pytest.approx(found.interval)


@pytest.mark.parametrize("right, n", [(0, 20), (1, 20), (57, 60), (60, 60), (1, 1)])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_equal_weights_alone_give_the_exact_binomial(right, n, confidence):
    part = np.arange(n) < right
    found = design_ratio(part, np.ones(n), weights=np.full(n, 7), confidence=confidence)
    assert found.interval == pytest.approx(clopper_pearson(right, n, confidence))
    assert found.effective_records == pytest.approx(n)


def test_where_all_are_right_a_cluster_counts_as_one_record():
    clusters = np.repeat(np.arange(30), 5)
    found = design_ratio(np.ones(150), np.ones(150), clusters=clusters)
    assert found.standard_error == 0 and found.effective_records == 30
    assert found.interval == pytest.approx(clopper_pearson(30, 30))
    weights = np.where(clusters == 0, 9.0, 1.0)  # (9 + 29)^2 / (81 + 29)
    found = design_ratio(np.ones(150), np.ones(150), weights=weights, clusters=clusters)
    assert found.effective_records == pytest.approx(38**2 / 110)


def test_nothing_known_is_said_as_such():
    for part, whole in ([], []), ([0, 0], [0, 0]):
        found = design_ratio(part, whole)
        assert np.isnan([found.estimate, found.standard_error]).all()
        assert found.interval == (0, 1) and found.effective_records == 0
    one = design_ratio([1, 0, 1], [1, 1, 1], clusters=[4, 4, 4])
    assert one.interval == (0, 1) and np.isnan(one.standard_error)
    assert one.estimate == pytest.approx(2 / 3) and one.degrees_of_freedom == 0


def test_records_of_weight_0_are_not_in_the_sample():
    weights = [1, 2, 1, 3, 2, 1, 0, 0]
    found = design_ratio(RIGHT, CODED, weights=weights, strata=list("aabbabcc"))
    left = design_ratio(
        RIGHT[:6], CODED[:6], weights=weights[:6], strata=list("aabbab")
    )
    assert found == left and found.strata == 2


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"part": [1, 1]}, "equal length.*Received 2, 3 and 3"),
        ({"part": [[1, 1, 1]]}, r"`part`: Expected shape \(n,\)"),
        ({"part": [1, 2, 0]}, r"at most the `whole`.*positions 1\."),
        ({"whole": [1, np.nan, 1]}, "`whole`: Expected finite numbers from 0.*1"),
        ({"weights": [1, -1, 1]}, r"`weights`: Expected finite.*positions 1\."),
        ({"weights": [1, np.inf, 1]}, "`weights`: Expected finite"),
        ({"weights": [1, 1]}, "Received 3, 3 and 2"),
        ({"strata": ["a", "b"]}, r"`strata`: Expected shape \(3,\)"),
        ({"strata": ["a", None, "a"]}, "`strata`: Expected a name.*positions 1"),
        ({"clusters": ["a", " ", "a"]}, "`clusters`: Expected a name.*positions 1"),
        ({"clusters": [1, 2, 2], "strata": [1, 1, 2]}, "two strata.*positions 2"),
        ({"confidence": 95}, "`confidence`: Expected.*Received 95"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, message):
    given = {"part": [1, 0, 1], "whole": [1, 1, 1], **changes}
    with pytest.raises(InputError, match=message):
        design_ratio(**given)


def test_a_divided_cluster_is_refused_without_its_name():
    with pytest.raises(InputError) as told:
        design_ratio([1, 1], [1, 1], clusters=["Pan dulce"] * 2, strata=[1, 2])
    assert "Pan" not in str(told.value)


# === Drawn again and again ===


def covered(draw, truth, drawings=500):
    rng = np.random.default_rng(8)
    intervals = [draw(rng).interval for _ in range(drawings)]
    return np.mean([low <= truth <= high for low, high in intervals])


def test_intervals_of_stratified_samples_of_unequal_weight_cover_the_truth():
    sizes = np.array([20_000, 8_000, 3_000, 1_000])  # of the strata of the wave
    chances = np.array([0.97, 0.94, 0.9, 0.75])
    strata = np.repeat(np.arange(4), 80)  # 80 of each are drawn
    weights = (sizes / 80)[strata]
    truth = sizes @ chances / sizes.sum()
    assert truth == pytest.approx(0.95, abs=0.01)

    def draw(rng):
        right = rng.random(320) < chances[strata]
        return design_ratio(right, np.ones(320), weights=weights, strata=strata)

    assert covered(draw, truth) >= 0.93


def test_intervals_of_texts_that_are_right_or_wrong_together_cover_the_truth():
    repeats = np.random.default_rng(2).geometric(0.2, 4_000)
    right = np.random.default_rng(3).random(4_000) < 0.95
    truth = repeats @ right / repeats.sum()

    def draw(rng):
        texts = rng.integers(4_000, size=150)
        rows = np.repeat(np.arange(150), repeats[texts])
        outcomes = np.repeat(right[texts], repeats[texts])
        return design_ratio(outcomes, np.ones(len(rows)), clusters=rows)

    assert covered(draw, truth) >= 0.93
