"""The layers of a network, from inputs to log-probabilities; some may be shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import keras

from han.batching.network_inputs import BAG, MARGINS, InputSpecs
from han.code_list.taxonomy import Taxonomy
from han.layers import TreeSigmoid, TreeSoftmax
from han.layers.tree_groups import MULTI_PATH
from han.network.document_encoder import DocumentEncoder

OWN_INPUTS = {*BAG, MARGINS}  # that networks side by side do not share


@dataclass(frozen=True)
class Encoded:
    """What networks side by side have in common.

    Attributes:
        inputs: Inputs of the encoder, by name.
        document: Document vectors before anything is joined to them, `(B, 2U)`; with
            several attentions `(B, attentions, 2U)`.
        below: What made them.
    """

    inputs: dict[str, Any]
    document: Any
    below: DocumentEncoder


def encoded_document(
    given: Mapping[str, Any], tree: Taxonomy, form: InputSpecs, attentions: int = 1
) -> Encoded:
    """Makes the layers up to the document vector.

    Args:
        given: Settings of a network, by name.
        tree: Its tree.
        form: What it reads.
        attentions: Number of attentions of networks side by side, which each read one.
    """
    sizes = {f.name: given[f.name] for f in fields(DocumentEncoder) if f.name in given}
    is_per_level = given["attention"] == "per_level"
    if is_per_level:
        attentions = tree.num_levels
    below = DocumentEncoder(**sizes, attentions=attentions)
    inputs = {n: _input(n, form) for n in form.shapes if n not in OWN_INPUTS}
    is_packed = given["computation"] == "packed"
    document = (below.packed if is_packed else below.padded)(inputs)
    return Encoded(inputs, document, below)


def _input(name: str, form: InputSpecs) -> Any:
    shape = form.shapes[name]
    return keras.Input(batch_shape=shape, dtype=form.dtype(name), name=name)


def wired(
    given: Mapping[str, Any],
    tree: Taxonomy,
    form: InputSpecs,
    encoded: Encoded,
    place: int | None = None,
) -> tuple[dict[str, Any], Any, Any]:
    """Puts the network's own layers on top.

    Args:
        given: Settings of the network, by name.
        tree: Its tree.
        form: What it reads.
        encoded: What is below, its own or that of a network beside it.
        place: Which of the attentions is its own; None if it reads what there is.

    Returns:
        Inputs, document vectors as the head reads them, and what it says, `(B, N)`.
    """
    known = encoded.inputs
    inputs = {n: known[n] if n in known else _input(n, form) for n in form.shapes}
    below, document = encoded.below, encoded.document
    if place is not None:
        below = replace(below, attentions=1)
        # A slice is no layer, and others find what is below the head by its name.
        document = keras.layers.Identity(name="own_document")(document[:, place])
    below = replace(below, bag_rows=given["bag_rows"])
    document = below.joined(document, inputs)
    head = _head(given, tree.parents.tolist())
    margins = [inputs[MARGINS]] if given["wide"] else []
    return inputs, document, head(document, *margins)


def _head(given: Mapping[str, Any], parents: list[int]) -> Any:
    beside = (given["wide"], given["bag_units"])
    if given["head"] == MULTI_PATH:
        return TreeSigmoid(parents, *beside, dtype="float32", name="tree_sigmoid")
    kind = (given["head"], *beside)
    return TreeSoftmax(parents, *kind, dtype="float32", name="tree_softmax")
