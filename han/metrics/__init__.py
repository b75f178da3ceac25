"""Metrics of codes in a tree: NumPy only, no TensorFlow, no model.

Truth and predictions are node ids of a `Taxonomy`: -1 as a truth is unlabelled and
skipped, -1 as a prediction abstains, -2 is a predicted code outside the tree.
`nodes_of_paths` makes node ids from codes.
"""

from han.metrics.calibration_error import (
    LevelScores,
    calibration_scores,
    calibration_table,
    expected_calibration_error,
)
from han.metrics.hierarchical import (
    HierarchicalScores,
    hierarchical_f1_score,
    hierarchical_fbeta_score,
    hierarchical_precision_score,
    hierarchical_recall_score,
    hierarchical_scores,
)
from han.metrics.level_scores import (
    conditional_level_accuracy_scores,
    leaf_accuracy_score,
    leaf_macro_f1_score,
    level_accuracy_scores,
    level_f1_scores,
)
from han.metrics.pairs import OUTSIDE, nodes_of_paths
from han.metrics.path_scores import (
    h_loss,
    lca_f1_score,
    lca_precision_score,
    lca_recall_score,
    mistake_severity,
    tree_distance,
)
from han.metrics.probability_scores import (
    CoherenceError,
    coherence_error,
    node_log_loss,
    top_k_accuracy_scores,
    top_k_hits,
)
from han.metrics.score_report import evaluation, evaluation_table

__all__ = [
    "OUTSIDE",
    "CoherenceError",
    "HierarchicalScores",
    "LevelScores",
    "calibration_scores",
    "calibration_table",
    "coherence_error",
    "conditional_level_accuracy_scores",
    "evaluation",
    "evaluation_table",
    "expected_calibration_error",
    "h_loss",
    "hierarchical_f1_score",
    "hierarchical_fbeta_score",
    "hierarchical_precision_score",
    "hierarchical_recall_score",
    "hierarchical_scores",
    "lca_f1_score",
    "lca_precision_score",
    "lca_recall_score",
    "leaf_accuracy_score",
    "leaf_macro_f1_score",
    "level_accuracy_scores",
    "level_f1_scores",
    "mistake_severity",
    "node_log_loss",
    "nodes_of_paths",
    "top_k_accuracy_scores",
    "top_k_hits",
    "tree_distance",
]
