"""Several codes for one record, all of them right together.

Sets of codes are arrays `(n, A)` of node ids, -1 after the last; probabilities are
log-probabilities of all nodes `(n, N)`, coherent, as the head `multi_path` gives them.
What learns takes blocks of records: log-probabilities, true sets and weights.
NumPy and SciPy only: no TensorFlow, no model.

Example:
    >>> from han import Taxonomy
    >>> from han.code_sets import codes_by_thresholds, hierarchical_set_scores
    >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
    >>> import numpy as np
    >>> given = codes_by_thresholds(np.log([[0.6, 0.9, 0.8, 0.3]]), 0.5, tree)
    >>> hierarchical_set_scores([[2, 3]], given, tree).f1
    0.6666666666666666
"""

from han.code_list.closure import closure, specific_codes
from han.code_sets.expected_set_f import ExpectedSets, best_sets_for_f
from han.code_sets.set_calibration import SetCalibration
from han.code_sets.set_decoding import codes_by_thresholds, most_probable_sets
from han.code_sets.set_evaluation import set_evaluation
from han.code_sets.set_levels import LevelSetScores, level_set_scores
from han.code_sets.set_lists import list_limit, listed_nodes
from han.code_sets.set_plan import SetPlan, SetRoutes, route_sets
from han.code_sets.set_promises import (
    GivenCodes,
    code_accuracy_bound,
    code_confidence,
    code_outcomes,
    promised_code_threshold,
)
from han.code_sets.set_ranking import SetRanking, set_ranking
from han.code_sets.set_reliability import SetReliability, set_reliability
from han.code_sets.set_rule import SetRule
from han.code_sets.set_scores import hierarchical_set_scores, subset_accuracy_score
from han.code_sets.set_thresholds import level_thresholds

__all__ = [
    "ExpectedSets",
    "GivenCodes",
    "LevelSetScores",
    "SetCalibration",
    "SetPlan",
    "SetRanking",
    "SetReliability",
    "SetRoutes",
    "SetRule",
    "best_sets_for_f",
    "closure",
    "code_accuracy_bound",
    "code_confidence",
    "code_outcomes",
    "codes_by_thresholds",
    "hierarchical_set_scores",
    "level_set_scores",
    "level_thresholds",
    "list_limit",
    "listed_nodes",
    "most_probable_sets",
    "promised_code_threshold",
    "route_sets",
    "set_evaluation",
    "set_ranking",
    "set_reliability",
    "specific_codes",
    "subset_accuracy_score",
]
