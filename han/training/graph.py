"""The operations of a network, for TensorBoard's page of graphs."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from han.data.batches import input_specs
from han.model import HierarchicalAttentionNetwork


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
    _take_out_of(graph, f"{network.name}_1/", f"{network.name}/")
    with writer.as_default():
        tf.summary.graph(graph)


def _take_out_of(graph: Any, *scopes: str) -> None:
    """Removes the name of the network, or all would be within one box."""
    for node in graph.node:
        node.name = _without(node.name, scopes)
        for i, name in enumerate(node.input):
            control = "^" if name.startswith("^") else ""
            node.input[i] = control + _without(name.removeprefix("^"), scopes)


def _without(name: str, scopes: tuple[str, ...]) -> str:
    for scope in scopes:
        name = name.removeprefix(scope)
    return name
