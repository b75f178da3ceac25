"""Coefficients of agreement, against scikit-learn, `krippendorff` and Fleiss."""

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from han.review_figures.coder_agreement import (
    cohens_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    raw_agreement,
    tree_alpha,
)
from han.review_figures.reviewed_answers import MISSING, UNCODABLE, CodeTree

# 0, 1 at the top; 2, 3 under 0; 4 under 1; 5, 6 under 2; 7 under 4.
PATHS = [
    [0, -1, -1],
    [1, -1, -1],
    [0, 2, -1],
    [0, 3, -1],
    [1, 4, -1],
    [0, 2, 5],
    [0, 2, 6],
    [1, 4, 7],
]
TREE = CodeTree(np.array(PATHS))
# Fleiss (1971), Table 1: diagnoses of 30 patients by 6 psychiatrists; kappa is 0.430.
DIAGNOSES = """
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555
144444 124444 222333 144444 224445 333335 111455 111112 224444 133555
555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
"""


def coded(seed, coders=2, missing=0.0, size=80):
    """Codes of coders who mostly agree; some are uncodable, some missing."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(UNCODABLE, len(PATHS), (size, 1))
    other = chance.integers(UNCODABLE, len(PATHS), (size, coders))
    codes = np.where(chance.random((size, coders)) < 0.7, truth, other)
    return np.where(chance.random(codes.shape) < missing, MISSING, codes)


def oracle(codes, **options):
    """Of the package, which reads coders in rows and wants nan where none has coded."""
    values = np.where(codes == MISSING, np.nan, codes.astype(float)).T
    return krippendorff.alpha(reliability_data=values, **options)


def distance(one, other):
    """Levels at which two codes, cut there, differ, of three."""
    one, other = (np.array([int(v)]) for v in (one, other))
    return np.mean([not TREE.same(one, other, level)[0] for level in (1, 2, 3)])


def tree_metric(one, other, **_):
    return np.vectorize(distance)(*np.broadcast_arrays(one, other))


@pytest.mark.parametrize("seed", range(3))
def test_cohen_is_that_of_scikit_learn(seed):
    one, other = coded(seed).T
    assert cohens_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))
    assert raw_agreement(one, other) == np.mean(one == other)


def test_fleiss_is_that_of_his_table():
    codes = np.array([[int(c) for c in word] for word in DIAGNOSES.split()])
    assert codes.shape == (30, 6)
    assert fleiss_kappa(codes) == pytest.approx(0.430, abs=0.0005)


@pytest.mark.parametrize("coders", [2, 4])
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_alpha_is_that_of_the_package(coders, missing):
    codes = coded(5, coders, missing)
    found = krippendorff_alpha(codes, TREE)
    assert found == pytest.approx(oracle(codes, level_of_measurement="nominal"))
    for level in (1, 2, 3):
        cut = TREE.cut(codes, level)
        wanted = oracle(cut, level_of_measurement="nominal")
        assert krippendorff_alpha(codes, TREE, level) == pytest.approx(wanted)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_tree_alpha_is_that_of_the_package_with_its_distance(missing):
    codes = coded(6, 3, missing, size=40)
    wanted = oracle(codes, level_of_measurement=tree_metric)
    assert tree_alpha(codes, TREE) == pytest.approx(wanted)


def test_errors_within_a_branch_weigh_less_in_the_tree():
    siblings = np.array([[5, 6], [5, 5], [7, 7], [6, 6]])
    strangers = np.array([[5, 7], [5, 5], [7, 7], [6, 6]])
    assert tree_alpha(siblings, TREE) > krippendorff_alpha(siblings, TREE)
    assert tree_alpha(strangers, TREE) < tree_alpha(siblings, TREE)
    assert krippendorff_alpha(siblings, TREE, 1) == 1


def test_uncodable_is_a_category_of_its_own():
    agreed = np.array([[UNCODABLE, UNCODABLE], [5, 5], [6, 6]])
    parted = np.array([[UNCODABLE, 0], [5, 5], [6, 6]])
    assert krippendorff_alpha(agreed, TREE, 1) == 1
    assert krippendorff_alpha(parted, TREE, 1) < 1


def test_without_anything_to_disagree_about_there_is_no_coefficient():
    alike, none = np.full((5, 2), 3), np.empty((0, 2), np.int64)
    for found in (alike, none):
        assert np.isnan(cohens_kappa(*found.T))
        assert np.isnan(fleiss_kappa(found))
        assert np.isnan(krippendorff_alpha(found, TREE))
        assert np.isnan(tree_alpha(found, TREE))
