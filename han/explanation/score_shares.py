"""What the choice of a code owes to each word, in all that decides.

A network's score is a sum: of its encoder, of a linear model and of a bag of n-grams.
The choice on a level is a softmax of scores, and its log-probability is shared out on
the way on which all scores grow from what no word carries to what they are: there each
score counts as the softmax lets it count, and what a word adds to all codes alike, or
to codes that are out of the question, counts for nothing. Then each part says what it
owes to each word:

* the linear model and the bag exactly, as they are sums: `ngram_shares`;
* the encoder exactly up to sentence vectors, and from there by integrated gradients:
  `encoder_shares`;
* what is no sum over words by deletion, all else as it is (topics; class means of
  pretrained vectors; margins that are not those of a `LinearModel`): `deleted_shares`.

What a word has in all parts and the rest, which no word carries (biases, side features,
fields), add up to the log-probability. Another part joins in `_of_parts`, or in
`_others` if it is no sum over words.

Reference:
    Sundararajan, Taly and Yan 2017, Axiomatic Attribution for Deep Networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.explanation.deleted_shares import Value, deleted_shares
from han.explanation.encoder_shares import EncoderWay
from han.explanation.ngram_shares import SpreadFeatures
from han.explanation.written_words import kept_words
from han.kernels.gru import Floats, Integers
from han.layers.tree_softmax_numpy import NumpyTreeSoftmax
from han.linear.class_means import document_vectors
from han.linear.linear_model import LinearModel
from han.network.numpy_network import NumpyNetwork
from han.text.text_encoder import EncodedTexts

Shares = npt.NDArray[np.float64]
NodeMargins = Callable[[EncodedTexts], Floats]
BATCH = 512  # documents together
POINTS = 24  # of the way; a softmax turns quickly from one code to another


@dataclass(frozen=True)
class ScoreShares:
    """What the choices on the paths of `n` documents owe to what.

    Attributes:
        words: Log-probability of each choice that each word carries, `(words, L)`; 0 on
            a level where nothing is to be chosen.
        rest: What no word carries, `(n, L)`.
        parts: What adds up to the score of the code, `(4, n, L)`; see
            `NumpyNetwork.score_parts`.
    """

    words: Shares
    rest: Shares
    parts: Shares


def score_shares(
    network: NumpyNetwork, texts: EncodedTexts, nodes: IntArray
) -> ScoreShares:
    """Shares out the choice of the given codes.

    The head `leaf` chooses once, which counts for the last level.

    Args:
        network: The network.
        texts: The documents, `(n,)`.
        nodes: Node of each level, `(n, L)`; one that stands for itself on the levels
            below is chosen once.
    """
    levels = nodes.shape[1]
    found = [ScoreShares(np.zeros((0, levels)), *_empty(levels))]
    for first in range(0, len(texts), BATCH):
        rows = np.arange(first, min(first + BATCH, len(texts)))
        found.append(_of_batch(network, texts.take(rows).compact(), nodes[rows]))
    return ScoreShares(
        np.concatenate([one.words for one in found]),
        np.concatenate([one.rest for one in found]),
        np.concatenate([one.parts for one in found], axis=1),
    )


def _empty(levels: int) -> tuple[Shares, Shares]:
    return np.zeros((0, levels)), np.zeros((4, 0, levels))


def _of_batch(
    network: NumpyNetwork, texts: EncodedTexts, nodes: IntArray
) -> ScoreShares:
    way, head = EncoderWay(network, texts), network.head
    blank = kept_words(texts, np.zeros(len(texts.word_ids), bool))
    start = head.parts(*_read(network, way.nothing, blank))
    # The last that is read, as the linear model keeps its n-grams.
    end = head.parts(*_read(network, way.documents, texts))
    choice = _Choice.of(head, start.sum(axis=0), end.sum(axis=0), nodes)
    parts = np.take_along_axis(end, nodes[None], axis=2).astype(np.float64)
    return ScoreShares(_of_parts(network, way, choice), choice.rest, parts)


def _read(
    network: NumpyNetwork, documents: Floats, texts: EncodedTexts
) -> tuple[Floats, Floats, list[Floats], Floats | None]:
    """What a head makes parts of."""
    beside = network.auxiliary
    bags = [network.bag(beside.bag(texts))] if network.bag and beside.bag else []
    margins = beside.margins(texts) if beside.margins else None
    return documents, beside.side(texts), bags, margins


@dataclass(frozen=True)
class _Choice:
    """How scores count in the log-probabilities of chosen nodes.

    Attributes:
        weights: Of the score of each node, on the way, `(n, N)`.
        levels: Level on which each node is chosen, from 0, `(N,)`.
        rest: Log-probabilities at the start of the way, `(n, L)`.
    """

    weights: Floats
    levels: Integers
    rest: Shares

    @classmethod
    def of(
        cls, head: NumpyTreeSoftmax, start: Floats, end: Floats, nodes: IntArray
    ) -> _Choice:
        """From scores of all nodes at both ends of the way, `(n, N)` each."""
        scored, groups, levels = head.tree.scored, head.tree.groups, head.tree.levels
        if head.head == "leaf":  # one choice among leaves of any level
            levels = np.full(len(levels), levels.max())
        is_given = np.zeros(start.shape, bool)
        np.put_along_axis(is_given, nodes.astype(np.int64), True, axis=1)
        taking = np.zeros((len(nodes), groups.max(initial=-1) + 1), bool)
        rows, columns = np.nonzero(is_given[:, scored])
        taking[rows, groups[columns]] = True
        rows, columns = np.nonzero(taking[:, groups])
        before, after = (
            some[rows, scored[columns]].astype(np.float64) for some in (start, end)
        )
        first = np.flatnonzero(
            np.diff(rows * taking.shape[1] + groups[columns], prepend=-1)
        )
        logs, mean = _on_the_way(before, after, first)
        given = is_given[rows, scored[columns]]
        weights = np.zeros(start.shape, np.float32)
        weights[rows, scored[columns]] = given - mean
        rest = np.zeros(nodes.shape)
        rest[rows[given], levels[scored[columns[given]]] - 1] = logs[given]
        return cls(weights, levels - 1, rest)

    def of_level(self, level: int) -> Floats:
        """The weights of one level, `(n, N)`; 0 elsewhere."""
        return np.where(self.levels == level, self.weights, np.float32(0))


def _on_the_way(start: Shares, end: Shares, first: Integers) -> tuple[Shares, Shares]:
    """Log-probabilities at the start, and mean probabilities on the way.

    Args:
        start: Scores, one softmax after the other, `(k,)`.
        end: The same.
        first: Where each softmax begins.
    """
    sizes = np.diff(np.append(first, len(start)))

    def logs(scores: Shares) -> Shares:
        if not len(scores):
            return scores
        above = scores - np.repeat(np.maximum.reduceat(scores, first), sizes)
        sums = np.add.reduceat(np.exp(above), first)
        return np.asarray(above - np.repeat(np.log(sums), sizes))

    points, parts = np.polynomial.legendre.leggauss(POINTS)
    mean = np.zeros(len(start))
    for point, part in zip((points + 1) / 2, parts / 2, strict=True):
        mean += part * np.exp(logs(start + point * (end - start)))
    return logs(start), mean


def _of_parts(network: NumpyNetwork, way: EncoderWay, choice: _Choice) -> Shares:
    """What all parts together owe to each word, `(words, L)`."""
    texts, head, beside = way.texts, network.head, network.auxiliary
    weights = head.feature_weights(choice.weights)  # (n, L, features)
    edges = [way.documents.shape[-1], weights.shape[2] - network.bag_units]
    encoder, side, bag = np.split(weights, edges, axis=2)
    if head.head == "leaf":  # leaves of all levels are one choice, the last one
        side, bag = (_at_last(each) for each in (side, bag))
    found = _of_encoder(way, encoder, is_one_choice=head.head == "leaf")
    # The model that says the margins has the n-grams of the bag, too.
    model = getattr(beside.margins, "__self__", None)
    if isinstance(model, LinearModel):
        spread = SpreadFeatures(model, texts)
        found += _of_margins(head, spread, choice)
        if network.bag is not None:
            found += spread.of_bag(network.bag, bag)
        if (means := _class_means(model)) is not None:
            found += deleted_shares(_margins(head, choice, means), texts, alone=True)
    for value in _others(
        network, choice, side, bag, known=isinstance(model, LinearModel)
    ):
        found += deleted_shares(value, texts)
    return found


def _others(
    network: NumpyNetwork, choice: _Choice, side: Floats, bag: Floats, *, known: bool
) -> Iterator[Value]:
    """The parts that are no sums over words, as far as is known."""
    beside, read_bag = network.auxiliary, network.bag
    if beside.topics is not None:
        yield lambda part, rows: _products(side[rows], beside.side(part))
    if beside.margins is not None and not known:
        yield _margins(network.head, choice, beside.margins)
    if read_bag is not None and beside.bag is not None and not known:
        make = beside.bag
        yield lambda part, rows: _products(bag[rows], read_bag(make(part)))


def _margins(head: NumpyTreeSoftmax, choice: _Choice, margins: NodeMargins) -> Value:
    """What margins, whatever says them, add to the sum of each level."""
    levels = range(choice.rest.shape[1])
    each = [head.margin_weights(choice.of_level(level)) for level in levels]
    weights = np.stack(each, axis=1)
    return lambda part, rows: _products(weights[rows], margins(part))


def _class_means(model: LinearModel) -> NodeMargins | None:
    """What class means of pretrained vectors add to the margins, if there are any."""
    means, knowledge = model.evidence.means, model.knowledge
    if means is None or knowledge is None:
        return None
    return lambda part: means.scores(document_vectors(*knowledge(part), part))


def _products(weights: Floats, vectors: Floats) -> Floats:
    """Sums of each level, `(n, L)`, with weights `(n, L, width)`."""
    return np.asarray(np.einsum("nlf,nf->nl", weights, vectors))


def _at_last(weights: Floats) -> Floats:
    """The sum over levels on the last level, and 0 above it."""
    summed = np.zeros_like(weights)
    summed[:, -1] = weights.sum(axis=1)
    return summed


def _of_encoder(way: EncoderWay, weights: Floats, *, is_one_choice: bool) -> Shares:
    """What the encoder owes to each word, `(words, L)`.

    Args:
        way: The encoder.
        weights: Of its features, by the level that reads them, `(n, L, features)`.
        is_one_choice: Whether all levels are one choice, the last one.
    """
    found = np.zeros((len(way.texts.word_ids), weights.shape[1]))
    directions = np.ascontiguousarray(weights.swapaxes(0, 1))
    if len(way.words) == 1:
        if is_one_choice:
            found[:, -1:] = way.shares(directions.sum(axis=0, keepdims=True))
            return found
        return way.shares(directions).astype(np.float64)
    for level in range(weights.shape[1]):
        column = -1 if is_one_choice else level
        found[:, column] += way.shares(directions[[level]], level)[:, 0]
    return found


def _of_margins(
    head: NumpyTreeSoftmax, spread: SpreadFeatures, choice: _Choice
) -> Shares:
    """What the linear model owes to each word, `(words, L)`."""
    levels = choice.levels
    if head.head == "tree" and not spread.model.evidence.planes.is_flat:
        return spread.of_margins(head.margin_weights(choice.weights), levels)
    # Elsewhere a level counts what is said of the levels above and below it, too.
    one = np.zeros_like(levels)
    found = [
        spread.of_margins(head.margin_weights(choice.of_level(level)), one)
        for level in range(choice.rest.shape[1])
    ]
    return np.concatenate(found, axis=1)
