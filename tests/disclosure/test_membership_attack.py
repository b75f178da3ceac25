"""The attack knows a model that memorises, and accuses none that has not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from han.disclosure.membership_attack import area, attack, share_found
from han.disclosure.shadow_models import calibrated, halves, log_odds

SCORES = st.lists(st.integers(0, 20), min_size=2, max_size=40)


@settings(deadline=None, max_examples=60)
@given(SCORES, SCORES)
def test_the_area_is_that_of_another_program(members, others):
    ours, low, high = area(np.array(members, float), np.array(others, float))
    truth = [1] * len(members) + [0] * len(others)
    assert ours == pytest.approx(roc_auc_score(truth, members + others))
    assert 0 <= low <= ours <= high <= 1


def _least_squares(draws, records, width, trained):
    """Score of the true label by a linear model: of `records` members and others."""
    x = draws.normal(size=(2 * records, width))
    y = draws.choice([-1.0, 1.0], size=2 * records)
    own = slice(0, records)
    if trained:
        weights = np.linalg.lstsq(x[own], y[own], rcond=None)[0]
    else:
        elsewhere = draws.normal(size=(records, width))
        labels = draws.choice([-1.0, 1.0], size=records)
        weights = np.linalg.lstsq(elsewhere, labels, rcond=None)[0]
    scores = y * (x @ weights)
    return scores[own], scores[records:]


def test_a_model_of_other_data_is_not_accused():
    """95 % intervals hold .5 in about 95 % of simulations."""
    draws = np.random.default_rng(1)
    held = []
    for _ in range(200):
        _, low, high = area(*_least_squares(draws, 150, 20, trained=False))
        held.append(low <= 0.5 <= high)
    assert 0.91 <= np.mean(held) <= 0.99  # 3 standard errors


def test_a_model_that_memorises_is_found():
    draws = np.random.default_rng(2)
    found = attack(*_least_squares(draws, 150, 75, trained=True))
    assert found.auc_interval[0] > 0.6 and found.is_found
    assert found.auc > 0.7


def test_few_texts_are_not_judged():
    assert attack(np.zeros(99), np.zeros(500)) is None
    assert attack(np.zeros(100), np.zeros(100)).auc == 0.5


def test_false_alarms_are_kept():
    others = np.arange(1000.0)
    assert share_found(np.array([989.0, 990.0]), others) == 0.5
    assert share_found(np.zeros(5), np.zeros(200)) == 0


def test_each_text_is_outside_of_half_of_the_shadows():
    inside = halves(11, 4, seed=3)
    assert inside.shape == (4, 11) and (inside.sum(0) == 2).all()
    assert len(halves(10, 3, seed=3)) == 4


def test_shadows_take_away_how_hard_a_text_is():
    """Members gain 1 on a hardness of spread 5: only with shadows it shows."""
    draws = np.random.default_rng(4)
    hard = draws.normal(0, 5, 1000)
    scores = hard + draws.normal(0, 0.5, 1000) + np.repeat([1.0, 0.0], 500)
    plain = attack(scores[:500], scores[500:])
    better = calibrated(scores, 2 * hard)
    with_shadows = attack(better[:500], better[500:], shadows=8)
    assert with_shadows.auc > 0.85 > 0.65 > plain.auc
    assert with_shadows.found > plain.found


def test_log_odds_of_certain_answers_are_numbers():
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
