"""Numbers that are none are refused by every score that takes numbers."""

import numpy as np
import pytest

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.metrics import (
    coherence_error,
    coverage_at_accuracy,
    excess_aurc_error,
    expected_calibration_error,
    node_log_loss,
    optimal_aurc_error,
    top_k_accuracy_scores,
    top_k_hits,
)

TREE = Taxonomy(["A", "B"], [-1, -1])
P = [[0.75, 0.25], [0.25, 0.75]]
TRUE = ["A", "A"]


@pytest.mark.parametrize("k", [5, "15", None, 1.5, ["1"], [True], [0], [1.0]])
def test_k_is_several_whole_numbers(k):
    with pytest.raises(InputError, match="`k`: Expected "):
        top_k_accuracy_scores(TRUE, P, TREE, k=k)
    assert top_k_accuracy_scores(TRUE, P, TREE, k=np.array([1, 2])) == {1: 0.5, 2: 1.0}
    with pytest.raises(InputError, match="`k`: Expected a whole number from 1"):
        top_k_hits(TRUE, P, TREE, k="1")


@pytest.mark.parametrize(
    "numbers",
    [[[0.5], [0.5, 0.5]], "half", [["0.75", "0.25"]] * 2, 0.5, None, [0.5, 0.5], {}],
)
def test_probabilities_are_a_table_of_numbers(numbers):
    for score in (top_k_accuracy_scores, node_log_loss):
        with pytest.raises(InputError, match="`node_probabilities`: Expected"):
            score(TRUE, numbers, TREE)
    with pytest.raises(InputError, match="`node_probabilities`: Expected"):
        coherence_error(numbers, TREE)


def test_what_is_masked_is_no_probability():
    hidden = np.ma.array(P, mask=[[False, True], [False, False]])
    with pytest.raises(InputError, match="others in documents 0"):
        node_log_loss(TRUE, hidden, TREE)
    assert node_log_loss(TRUE, np.ma.array(P), TREE) == node_log_loss(TRUE, P, TREE)


@pytest.mark.parametrize("numbers", [["0", "1"], "01", [[0], [0, 1]], [{}, 1]])
def test_losses_and_confidences_are_numbers(numbers):
    for name, score in {
        "loss": lambda: optimal_aurc_error(numbers),
        "confidence": lambda: excess_aurc_error([0, 1], numbers),
        "correct": lambda: coverage_at_accuracy(numbers, [0.5, 0.5], 0.9),
    }.items():
        with pytest.raises(InputError, match=f"`{name}`: Expected an array of numbers"):
            score()
    with pytest.raises(InputError, match="`confidence`: Expected an array of numbers"):
        expected_calibration_error([True, False], numbers)
