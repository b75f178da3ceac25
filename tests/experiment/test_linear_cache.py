"""The linear model from the cache: the one that would be fitted, never a stale one."""

from dataclasses import replace

import numpy as np
import pytest
from support.linear_corpus import TREE, corpus, encoder

from han.code_list.taxonomy import Taxonomy
from han.data.examples import Examples
from han.experiment.linear_cache import fit_cached
from han.linear.cross_fitting import CrossFitted, cross_fit

WORDS = encoder().vocabulary.words


class Fit:
    """Fits, and counts how often."""

    def __init__(self, train: Examples, tree: Taxonomy = TREE, seed: int = 0) -> None:
        self.train, self.tree, self.seed, self.times = train, tree, seed, 0

    def __call__(self) -> CrossFitted:
        self.times += 1
        train = self.train
        data = (train.texts, train.nodes, train.weights, self.tree, WORDS)
        return cross_fit(*data, seed=self.seed)

    def cached(self, folder) -> CrossFitted:
        return fit_cached(
            self, folder, self.train, self.tree, WORDS, {"seed": self.seed}
        )


@pytest.fixture
def train() -> Examples:
    texts, nodes = corpus()
    return Examples(texts, nodes, np.ones(len(nodes)))


def test_it_is_fitted_once_and_gives_the_same_margins(train, tmp_path):
    fit = Fit(train)
    made, found = fit.cached(tmp_path), fit.cached(tmp_path)
    assert fit.times == 1
    rows = np.arange(len(train))
    assert np.array_equal(
        made.margins(train.texts, rows), found.margins(train.texts, rows)
    )
    assert np.array_equal(
        made.model.margins(train.texts), found.model.margins(train.texts)
    )


def test_without_a_folder_nothing_is_kept(train, tmp_path):
    fit = Fit(train)
    fit.cached(None)
    fit.cached(None)
    assert fit.times == 2


@pytest.mark.parametrize("change", ["nodes", "weights", "texts", "seed", "tree"])
def test_whatever_it_depends_on_makes_it_new(train, tmp_path, change):
    Fit(train).cached(tmp_path)
    other = Fit(train)
    if change == "nodes":
        other.train = replace(train, nodes=train.nodes[::-1].copy())
    if change == "weights":
        other.train = replace(train, weights=np.arange(1.0, len(train) + 1))
    if change == "texts":
        order = np.arange(len(train))[::-1]
        other.train = replace(train, texts=train.texts.take(order))
    if change == "seed":
        other.seed = 1
    if change == "tree":
        codes = [str(number) for number in range(len(TREE.parents))]
        other.tree = Taxonomy(codes, [-1, -1, -1, 0, 0, 1, 1, 2])
    other.cached(tmp_path)
    assert other.times == 1


def test_a_damaged_entry_is_fitted_anew(train, tmp_path):
    Fit(train).cached(tmp_path)
    (whole,) = tmp_path.glob("*/whole.npz")
    whole.write_bytes(whole.read_bytes()[:100])
    fit = Fit(train)
    made = fit.cached(tmp_path)
    assert fit.times == 1
    assert made.model.margins(train.texts).shape == (len(train), TREE.num_nodes)
