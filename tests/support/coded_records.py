"""Coded records without any model."""

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.decisions.coded_records import CodedRecords
from han.decisions.level_reliability import level_errors
from han.decisions.path_probabilities import coded_paths

EVEN = Taxonomy.from_paths(
    [(a, a + b, a + b + c) for a in "pqr" for b in "12" for c in "xy"],
    {("p",): "Pan & <b>queso</b>", ("q",): "Quesos"},
)


UNEVEN = Taxonomy(["1", "2", "3", "21", "22", "211"], [-1, -1, -1, 1, 1, 3])


def log_probabilities(tree, true, noise, seed=0):
    """Coherent log-probabilities that lean to the truth."""
    random = np.random.default_rng(seed)
    logits = noise * random.normal(size=(len(true), len(tree.leaves)))
    spans = tree.leaf_spans[true]
    place = np.arange(len(tree.leaves))
    logits += 2.0 * ((place >= spans[:, :1]) & (place < spans[:, 1:]))
    leaves = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.log(tree.sum_leaves(leaves / leaves.sum(axis=1, keepdims=True)))


def coded_records(
    tree=EVEN, rows=300, noise=1.0, seed=0, calibrated=False, partial=0.1, **more
):
    """Records coded by a made-up model: some blank, some with partial codes."""
    random = np.random.default_rng(seed)
    true = random.choice(tree.leaves, rows)
    is_partial = random.random(rows) < partial
    true = np.where(is_partial, tree.paths[true, 0], true).astype(np.int32)
    logs = log_probabilities(tree, true, noise, seed)
    paths = coded_paths(logs, tree)
    settings = {
        "tree": tree,
        "true": true,
        "nodes": paths.nodes[:, -1],
        "paths": paths,
        "weights": np.ones(rows),
        "hits": {5: random.random(rows) < 0.9},
        "true_probabilities": np.exp(logs[np.arange(rows), true]),
        "rows": np.arange(1, rows + 1),
        "documents_per_second": 100.0,
    }
    settings["own_scores"] = level_errors(logs, true, tree)
    if calibrated:
        own = log_probabilities(tree, true, 2.0)
        settings["before"] = coded_paths(own, tree)
        settings["used_scores"] = settings["own_scores"]
        settings["own_scores"] = level_errors(own, true, tree)
    return CodedRecords(**{**settings, **more})
