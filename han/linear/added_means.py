"""Class means of pretrained vectors beside a fitted linear model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from han.code_list.taxonomy import IntArray, Taxonomy
from han.linear.class_means import ClassMeans, Doubles, document_vectors
from han.linear.cross_fitting import LEFT_OUT, CrossFitted
from han.linear.linear_model import LinearModel, SentenceKnowledge
from han.linear.linear_tree import SHARPNESS
from han.linear.ngram_features import Floats
from han.linear.part_factors import part_factors
from han.text.text_encoder import EncodedTexts

MAX_SCORES = 1 << 24  # held at once: more records would not change a few numbers

Factors = Callable[[LinearModel, ClassMeans], Floats | None]


def with_class_means(
    fitted: CrossFitted,
    texts: EncodedTexts,
    nodes: IntArray,
    weights: Doubles,
    tree: Taxonomy,
    knowledge: SentenceKnowledge,
    factors: Factors,
) -> CrossFitted:
    """The same linear model with class means, if they are to count.

    Training records get theirs from means that have not seen them, as their margins.

    Args:
        fitted: The linear model.
        texts: The documents that it has learnt from, `(n,)`.
        nodes: Their true nodes, `(n,)`.
        weights: Their weights, `(n,)`.
        tree: The code list.
        knowledge: Pretrained vectors of sentences.
        factors: How much the means of each node are to count, `(N,)`, for example
            `factors_by_records`; None: not at all.
    """
    learning = np.flatnonzero(fitted.fold != LEFT_OUT)
    chosen = texts.take(learning)
    vectors = document_vectors(*knowledge(chosen), chosen)
    nodes, weights, fold = nodes[learning], weights[learning], fitted.fold[learning]

    def means(left_out: int) -> ClassMeans:
        rows = np.flatnonzero(fold != left_out)
        return ClassMeans.fit(vectors, nodes, weights, tree, rows)

    whole = means(LEFT_OUT)
    found = factors(fitted.model, whole)
    if found is None:
        return fitted
    folds = [
        replace(one, means=means(number).times(found))
        for number, one in enumerate(fitted.folds)
    ]
    evidence = replace(fitted.model.evidence, means=whole.times(found))
    model = LinearModel(fitted.model.features, evidence, knowledge)
    return CrossFitted(model, tuple(folds), fitted.fold)


def factors_by_records(
    model: LinearModel,
    means: ClassMeans,
    texts: EncodedTexts,
    nodes: IntArray,
    weights: Doubles,
    tree: Taxonomy,
    knowledge: SentenceKnowledge,
) -> Floats | None:
    """Factors that have the least log loss on records that neither has seen, `(N,)`.

    Records of other folds do not do: texts that say nearly the same stand in several
    folds, so a linear model looks better there than it is.

    Args:
        model: The linear model.
        means: The class means.
        texts: Documents of validation records, `(n,)`.
        nodes: Their true nodes, `(n,)`.
        weights: Their weights, `(n,)`.
        tree: The code list.
        knowledge: Pretrained vectors of sentences.

    Returns:
        None where the means put no record right.
    """
    most = max(MAX_SCORES // tree.num_nodes, 1)
    rows = np.sort(np.random.default_rng(0).permutation(len(texts))[:most])
    chosen = texts.take(rows)
    beside = means.scores(document_vectors(*knowledge(chosen), chosen))
    alone = SHARPNESS * model.margins(chosen)
    found = part_factors(alone, beside, nodes[rows], weights[rows], tree)
    return None if found is None else found / SHARPNESS
