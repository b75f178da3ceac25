"""Small networks with all parts that evidence is shared out in, and their documents."""

from dataclasses import replace

import numpy as np

from han.batching.network_inputs import AuxiliaryInputs
from han.linear.linear_model import LinearModel, Margins
from han.linear.linear_tree import LinearTree
from han.linear.naive_bayes import ComplementBayes
from han.linear.ngram_features import NgramFeatures
from han.network.numpy_network import NumpyNetwork
from support import small_networks
from support.small_networks import TREE, VOCABULARY, random_weights, text_encoder

ROWS = {
    "name": ["Pan dulce, ¡y leche!", "", "Clavo", "", "Leche. Vaca con acero 12"],
    "tasks": ["Vende pan. Con leche de vacas", "PAN PAN PAN", "", "", "de de acero"],
}
# The log-probability is an integral over a way, of which some points are taken.
TOLERANCE = 0.01


def linear_model(*, flat=False, bayes=False, stems=False):
    """Planes and naive Bayes of a handful of texts."""
    encoder = text_encoder()
    names = ["pan dulce", "pan de leche", "leche de vaca", "vaca con", "acero", "clavo"]
    texts = encoder.encode({"name": 2 * names, "tasks": 2 * names[::-1]})
    nodes = np.tile(np.array([2, 2, 3, 3, 4, 5], np.int32), 2)
    features = NgramFeatures.learn(texts, VOCABULARY, stems=stems)
    matrix, ones = features.matrix(texts), np.ones(len(nodes))
    planes = LinearTree.fit(matrix, nodes, ones, TREE, flat=flat)
    width = len(features.words)
    found = ComplementBayes.fit(matrix, nodes, ones, TREE, width) if bayes else None
    return LinearModel(features, Margins(planes, found))


def network(auxiliary=None, head="tree", kind="gru", asked=1, known=0, rows=7):
    """A small network with a linear model, a bag and a side feature beside it.

    It may read so many `known` numbers of each sentence.
    """
    units = 3
    generator = np.random.default_rng(0)
    scored = len(TREE.leaves) if head == "leaf" else TREE.num_nodes

    def draw(*shape):
        return generator.normal(size=shape).astype(np.float32)

    weights = random_weights(kind, scored=scored, asked=asked, known=known)
    weights["ngram_bag"] = [draw(rows, units)]
    shares = np.abs(draw(3, TREE.num_levels))
    width = weights["tree_softmax"][0].shape[1]
    kernel = draw(scored, width + 1 + units)
    weights["tree_softmax"] = [kernel, draw(scored), draw(2), shares]
    settings = {**small_networks.config(kind, head), "wide": True}
    settings |= {"bag_units": units, "bag_rows": rows, "side_features": 1}
    settings["pretrained_width"] = known
    if asked > 1:
        settings["attention"] = "per_level"
    made = NumpyNetwork(settings, weights)
    model = linear_model()
    beside = AuxiliaryInputs(margins=model.margins, bag=lambda t: model.bag(t, rows))
    made.auxiliary = auxiliary or beside
    return made


def texts_of(rows=ROWS):
    texts = text_encoder().encode(rows)
    return replace(texts, side=np.ones((len(texts), 1), np.float32))


def sums(texts, words):
    owners = np.repeat(np.arange(len(texts)), texts.document_words)
    found = np.zeros((len(texts), words.shape[1]))
    np.add.at(found, owners, words)
    return found


def choices(made, texts, nodes):
    """Log-probability of each choice of a path, `(n, L)`."""
    scores = made.score_parts(texts).sum(axis=0).astype(np.float64)
    head, logs = made.head, np.zeros(nodes.shape)
    for level, column in enumerate(nodes.T):
        for row, node in enumerate(column):
            place = head.tree.columns[node]
            if place < 0 or (level and node == nodes[row, level - 1]):
                continue
            group = head.tree.scored[head.tree.groups == head.tree.groups[place]]
            there = scores[row, group]
            logs[row, level] = scores[row, node] - np.log(np.exp(there).sum())
    return logs
