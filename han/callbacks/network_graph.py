"""TensorBoard: the graph of operations of a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from han.batching.batches import input_specs
from han.network.model import HierarchicalAttentionNetwork


def write_graph(network: HierarchicalAttentionNetwork, writer: Any) -> None:
    """Writes the forward pass, with a box for each layer and inputs by their names.

    Args:
        network: The network.
        writer: Of event files.
    """
    specs = {
        name: tf.TensorSpec(spec.shape, spec.dtype, name)
        for name, spec in input_specs(network.form).items()
    }
    forward = tf.function(lambda inputs: network(inputs), autograph=False)
    graph = forward.get_concrete_function(specs).graph.as_graph_def()
    _rename(graph, _shorter(network))
    with writer.as_default():
        tf.summary.graph(graph)


def _shorter(network: HierarchicalAttentionNetwork) -> Callable[[str], str]:
    """Takes the network from a name, or all would be within one box, and counters."""
    layers = "|".join(re.escape(layer.name) for layer in network.layers)
    scope = re.compile(rf"^{re.escape(network.name)}(?:_\d+)?/({layers})(?:_\d+)?/")
    return lambda name: scope.sub(r"\1/", name)


def _rename(graph: Any, shorter: Callable[[str], str]) -> None:
    for node in graph.node:
        node.name = shorter(node.name)
        for i, name in enumerate(node.input):
            control = "^" if name.startswith("^") else ""
            node.input[i] = control + shorter(name.removeprefix("^"))
