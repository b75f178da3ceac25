"""Networks of two tasks over one encoder, and a batch that they learn from."""

import numpy as np

LABELS = {"a": [(0, 1.0), (2, 2.0), None], "b": [(1, 1.0), None, (0, 0.5)]}
PARENTS = {"a": [-1, -1, 0, 0], "b": [-1, -1]}


def networks(own=False, **settings):
    from han.network.model import HierarchicalAttentionNetwork

    sizes = {"word_units": 3, "sentence_units": 3, "embedding_dimension": 4}
    sizes |= {"computation": "padded", "dropout": 0.0, **settings}
    given = [{**sizes, **({"own_attention": (i, 2)} if own else {})} for i in (0, 1)]
    first = HierarchicalAttentionNetwork(12, PARENTS["a"], **given[0])
    other = HierarchicalAttentionNetwork(12, PARENTS["b"], beside=first, **given[1])
    return {"a": first, "b": other}


def batch(tasks):
    """Three documents, of which each task knows two."""
    inputs = {
        "words": np.arange(2, 8, dtype=np.int32),
        "word_index": np.array([[0, 1], [2, 3], [4, 5]], np.int32),
        "field_ids": np.zeros(3, np.int32),
        "sentence_index": np.array([[0], [1], [2]], np.int32),
    }
    for task in tasks:
        given = [label or (0, 0.0) for label in LABELS[task]]
        inputs[f"{task}/nodes"] = np.array([node for node, _ in given], np.int32)
        inputs[f"{task}/weights"] = np.array([w for _, w in given], np.float32)
    return inputs


def task_network(made, weights):
    import keras

    from han.tasks.task_network import TaskNetwork

    network = TaskNetwork(made, weights)
    sgd = keras.optimizers.SGD(learning_rate=0.1)
    network.compile(optimizer=sgd, jit_compile=False)
    return network


def drawn(found):
    """The networks with drawn weights, the same for any computation."""
    draw = np.random.default_rng(4)
    for name, network in found.items():
        layers = network.layers if name == "a" else [network.head_layer]
        for layer in sorted(layers, key=lambda layer: layer.name):
            sizes = [w.shape for w in layer.get_weights()]
            layer.set_weights([draw.normal(size=size) * 0.7 for size in sizes])
    return found
