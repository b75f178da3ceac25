"""Rules that turn node probabilities into codes, routes and promises.

Every rule takes log-probabilities of all nodes `(n, N)` and a `Taxonomy`, and gives
node ids `(n,)`, -1 for no code; `Classifier.predict(..., rule=...)` codes by it.
"""

from han.decisions.calibration import Calibration
from han.decisions.calibration_split import calibration_part
from han.decisions.costs import Costs, cheapest_node, expected_costs
from han.decisions.decoding import Decoding, Rule, most_probable_codes
from han.decisions.decoding_rules import (
    majority_node,
    most_probable_leaf,
    threshold_node,
    top_down,
)
from han.decisions.expected_f import best_node_for_f, best_set_for_f
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.level_reliability import level_errors
from han.decisions.path_probabilities import CodedPaths, coded_paths, level_nodes
from han.decisions.threshold_bands import Thresholds
from han.decisions.thresholds import choose_thresholds

__all__ = [
    "Calibration",
    "CodedPaths",
    "Costs",
    "Decoding",
    "LabelledPaths",
    "Rule",
    "Thresholds",
    "best_node_for_f",
    "best_set_for_f",
    "calibration_part",
    "cheapest_node",
    "choose_thresholds",
    "coded_paths",
    "expected_costs",
    "level_errors",
    "level_nodes",
    "majority_node",
    "most_probable_codes",
    "most_probable_leaf",
    "threshold_node",
    "top_down",
]
