"""Metrics of codes in a tree: NumPy only, no TensorFlow, no model.

True and predicted codes are node ids, codes, paths or matrices of levels: `node_ids`
says how each is read. No code is skipped as a truth and abstains as a prediction.
`*_score` is better if higher, `*_error` and `*_loss` if lower; `*_scores` and
`*_errors` give several, such as one for each level. The sums that Keras adds up in
training are in `han.metrics.keras_metrics`.

Example:
    >>> from han import Taxonomy
    >>> from han.metrics import hierarchical_f1_score
    >>> tree = Taxonomy.from_paths([("46", "461", "4611"), ("46", "461", "4612")])
    >>> hierarchical_f1_score(["4611"], ["4612"], taxonomy=tree)
    0.6666666666666666
"""

from han.metrics.calibration_error import (
    LevelErrors,
    calibration_errors,
    calibration_table,
    expected_calibration_error,
)
from han.metrics.code_inputs import OUTSIDE, node_ids
from han.metrics.code_sets import nearest_truth
from han.metrics.design_estimates import DesignRatio, design_ratio
from han.metrics.hierarchical import (
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
from han.metrics.partial_truth import cut_to_truth
from han.metrics.path_scores import (
    h_loss,
    lca_f1_score,
    lca_precision_score,
    lca_recall_score,
    mistake_severity_error,
    tree_distance_error,
)
from han.metrics.probability_scores import (
    CoherenceGaps,
    coherence_error,
    node_log_loss,
    top_k_accuracy_scores,
    top_k_hits,
)
from han.metrics.score_report import evaluation
from han.metrics.score_table import evaluation_table
from han.metrics.selective_scores import (
    RiskCoverage,
    coverage_at_accuracy,
    excess_aurc_error,
    optimal_aurc_error,
    risk_coverage_curve,
)
from han.metrics.set_sizes import HierarchicalScores

__all__ = [
    "OUTSIDE",
    "CoherenceGaps",
    "DesignRatio",
    "HierarchicalScores",
    "LevelErrors",
    "RiskCoverage",
    "calibration_errors",
    "calibration_table",
    "coherence_error",
    "conditional_level_accuracy_scores",
    "coverage_at_accuracy",
    "cut_to_truth",
    "design_ratio",
    "evaluation",
    "evaluation_table",
    "excess_aurc_error",
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
    "mistake_severity_error",
    "nearest_truth",
    "node_ids",
    "node_log_loss",
    "optimal_aurc_error",
    "risk_coverage_curve",
    "top_k_accuracy_scores",
    "top_k_hits",
    "tree_distance_error",
]
