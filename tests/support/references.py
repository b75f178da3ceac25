"""Plain NumPy forms of the network: loops over real words, no masks, no padding."""

from functools import partial

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru(inputs, kernel, recurrent, bias):
    """Keras' GRU (reset_after): gates in the order update, reset, candidate."""
    units = recurrent.shape[0]
    state = np.zeros(units)
    states = []
    for x in inputs:
        a = x @ kernel + bias[0]
        b = state @ recurrent + bias[1]
        update = sigmoid(a[:units] + b[:units])
        reset = sigmoid(a[units : 2 * units] + b[units : 2 * units])
        candidate = np.tanh(a[2 * units :] + reset * b[2 * units :])
        state = update * state + (1 - update) * candidate
        states.append(state)
    return np.array(states).reshape(len(inputs), units)


def lstm(inputs, kernel, recurrent, bias):
    """Keras' LSTM: gates in the order input, forget, cell, output."""
    units = recurrent.shape[0]
    state, cell = np.zeros(units), np.zeros(units)
    states = []
    for x in inputs:
        z = x @ kernel + state @ recurrent + bias
        enter, forget, new, out = np.split(z, 4)
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(new)
        state = sigmoid(out) * np.tanh(cell)
        states.append(state)
    return np.array(states).reshape(len(inputs), units)


def bidirectional(inputs, weights, cell=gru):
    """Forward states beside backward states; `weights` are three for each direction."""
    forward = cell(inputs, *weights[:3])
    backward = cell(inputs[::-1], *weights[3:])[::-1]
    return np.concatenate([forward, backward], axis=1)


def convolution(inputs, weights):
    """Each element with its neighbours, half the kernel's width on either side."""
    kernel, bias = weights
    width, _, filters = kernel.shape
    states = np.zeros((len(inputs), filters))
    for i in range(len(inputs)):
        total = bias.copy()
        for k in range(width):
            j = i + k - width // 2
            if 0 <= j < len(inputs):
                total += inputs[j] @ kernel[k]
        states[i] = np.tanh(total)
    return states


ENCODERS = {
    "gru": bidirectional,
    "lstm": partial(bidirectional, cell=lstm),
    "cnn": convolution,
    "mean": convolution,
}


def attention(states, kernel=None, bias=None, context=None):
    """Pooled vector and weights, equal ones without a kernel; zeros without states."""
    if not len(states):
        return np.zeros(states.shape[1]), np.zeros(0)
    if kernel is None:
        return states.mean(axis=0), np.full(len(states), 1 / len(states))
    scores = (np.tanh(states @ kernel + bias) @ context)[:, 0]
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return weights @ states, weights


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def tree_probabilities(scores, parents):
    """Probability of each node; `scores` has one for each node that has siblings."""
    probabilities = np.zeros(len(parents))
    used = 0
    for parent in sorted(set(parents)):
        children = [n for n, p in enumerate(parents) if p == parent]
        above = 1.0 if parent == -1 else probabilities[parent]
        if len(children) == 1:
            probabilities[children] = above
            continue
        local = softmax(scores[used : used + len(children)])
        used += len(children)
        probabilities[children] = above * local
    return probabilities


def network_probabilities(
    network, document, letters=None, side=(), margins=None, known=None
):
    """Node probabilities of one document, a list of (field, word ids).

    Where the network reads more: rows of the letters of a word by its id, the side
    features, the margins of all nodes, and pretrained vectors of the sentences.
    """
    weights = {
        layer.name: [np.asarray(w, float) for w in layer.get_weights()]
        for layer in network.layers
    }
    kernel, bias, *wide = weights["tree_softmax"]
    parents = network.get_config()["parents"]
    scored = [i for i, p in enumerate(parents) if parents.count(p) > 1]
    levels = [depth(node, parents) for node in range(len(parents))]
    per_level = getattr(network, "attention", "shared") == "per_level"
    scores = []
    for i, node in enumerate(scored):
        asked = levels[node] if per_level else getattr(network, "own_attention", 0) or 0
        vector = document_vector(network, weights, document, letters, asked, known)
        scores.append(kernel[i] @ np.concatenate([vector, side]) + bias[i])
    if wide:
        shares = wide[1]
        scores = [
            shares[0, levels[i]] * score + shares[1, levels[i]] * margins[i]
            for i, score in zip(scored, scores, strict=True)
        ]
    return tree_probabilities(np.array(scores), parents)


def document_vector(network, weights, document, letters=None, asked=0, known=None):
    """Vector of a document by one of the questions that attention asks.

    With pretrained vectors of its sentences, `(S, D)`, these stand beside the sentence
    vectors, as large as annotations are, and both stand beside the annotations, too.
    """
    encode = ENCODERS[network.encoder]

    def pool(states, name):
        *projection, context = weights[name] or [None]
        if context is not None:
            projection.append(context[:, [asked]])
        return attention(states, *projection)[0]

    vectors = []
    for field, words in document:
        found = weights["word_embedding"][0][[w if w > 0 else 1 for w in words]]
        if letters:
            rows = weights["subword_embedding"][0]
            found = found + [rows[letters(w)].mean(axis=0) for w in words]
        states = encode(found, weights["word_encoder"])
        vector = pool(states, "word_attention")
        if network.num_fields > 1:
            vector = vector + weights["field_embedding"][0][field]
        vectors.append(vector)
    vectors = np.array(vectors).reshape(len(vectors), 2 * network.word_units)
    if known is not None:
        scaled = np.sqrt(known.shape[1]) / 4 * known
        vectors = np.concatenate([vectors, scaled], axis=1)
    states = encode(vectors, weights["sentence_encoder"])
    states = states.reshape(len(vectors), 2 * network.sentence_units)
    if known is not None:
        states = np.concatenate([states, vectors], axis=1)
    return pool(states, "sentence_attention")


def depth(node, parents):
    """Number of ancestors of a node."""
    return 0 if parents[node] < 0 else 1 + depth(parents[node], parents)


def random_tree(random, most=12):
    """A tree of up to `most` nodes, with only children and full codes on any level."""
    from han.code_list.taxonomy import Taxonomy

    count = int(random.integers(1, most + 1))
    parents = [-1] + [int(random.integers(-1, i)) for i in range(1, count)]
    return Taxonomy([str(i) for i in range(count)], parents)


def random_log_probabilities(random, tree, rows, zeros=False):
    """Coherent log-probabilities of all nodes, `(rows, N)`; some are impossible."""
    scores = random.gamma(0.5, size=(rows, len(tree.leaves)))
    if zeros:
        scores[random.uniform(size=scores.shape) < 0.3] = 0.0
        scores[:, 0] += 0.1
    leaves = scores / scores.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.log(tree.sum_leaves(leaves))


def set_probabilities(scores, parents):
    """Probability of each node as a product of sigmoids down its path, `(N,)`."""
    p = np.empty(len(parents))
    for node, parent in enumerate(parents):
        p[node] = sigmoid(scores[node]) * (p[parent] if parent >= 0 else 1.0)
    return p


def set_loss(scores, codes, parents):
    """Cross-entropy of the nodes that a set of codes judges."""
    true = set()
    for code in codes:
        while code >= 0:
            true.add(code)
            code = parents[code]
    above = {parents[node] for node in true}
    judged = [node for node, parent in enumerate(parents) if parent in above]
    p = sigmoid(np.asarray(scores, float))
    return -sum(np.log(p[n] if n in true else 1 - p[n]) for n in judged)
