"""Work on texts that several classifiers have in common, done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from han.kernels.gru import Integers
from han.layers.sequence_pooling_numpy import NumpySequencePooling
from han.linear.linear_model import LinearModel
from han.network.numpy_network import NumpyNetwork
from han.runs.classifier import Classifier
from han.text.encoded_texts import EncodedTexts
from han.text.text_encoder import FieldTexts, TextEncoder

Floats = npt.NDArray[np.float32]
_ARRAYS = (
    "word_ids",
    "sentence_lengths",
    "sentence_fields",
    "document_sentences",
    "side",
)


class SharedWork:
    """What was made of documents within a `with`, for who asks again.

    Elsewhere nothing is kept: neither texts nor what was made of them.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._known: dict[bytes, EncodedTexts] = {}
        self._made: dict[int, tuple[EncodedTexts, Any]] = {}
        self._asked: dict[str, tuple[FieldTexts, Any]] = {}

    def __enter__(self) -> SharedWork:
        """Begins to keep what is made."""
        self.is_open = True
        return self

    def __exit__(self, *_: object) -> None:
        """Lets go of everything."""
        self.is_open = False
        self._known, self._made, self._asked = {}, {}, {}

    def same(self, texts: EncodedTexts) -> EncodedTexts:
        """The first object with the content of these documents."""
        if not self.is_open:
            return texts
        digest = hashlib.blake2b(repr(texts.unknown).encode("utf-8", "surrogatepass"))
        for name in _ARRAYS:
            array = getattr(texts, name)
            digest.update(repr(array.shape).encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return self._known.setdefault(digest.digest(), texts)

    def made(self, texts: EncodedTexts, make: Callable[[], Any]) -> Any:
        """What `make` gives for documents that `same` gave; it is asked once."""
        if not self.is_open:
            return make()
        kept, found = self._made.get(id(texts), (None, None))
        if kept is not texts:  # numbers of objects that are gone come again
            found = make()
            self._made[id(texts)] = (texts, found)
        return found

    def answer(
        self, what: str, columns: FieldTexts, make: Callable[[FieldTexts], Any]
    ) -> Any:
        """What `make` gives for columns of texts, or gave for these columns before."""
        known = self._asked.get(what)
        # Cells are the same objects, which compare at once.
        if known is None or known[0] != columns:
            known = (dict(columns), make(columns))
        if self.is_open:
            self._asked[what] = known
        return known[1]


class SharingNetwork(NumpyNetwork):
    """A network whose encoder is that of others; document vectors are made once.

    Args:
        network: The network.
        whole: What `all_attentions` made of it and others: encoders are then the same
            objects.
        place: Which of the attentions of `whole` is its own.
        work: What all of them have made.
    """

    def __init__(
        self, network: NumpyNetwork, whole: NumpyNetwork, place: int, work: SharedWork
    ) -> None:
        vars(self).update(vars(network))
        self.words = _asking(whole.words, network.words)
        self.sentences = _asking(whole.sentences, network.sentences)
        self.embedding, self.fields = whole.embedding, whole.fields
        self.whole, self.place, self.work = whole, place, work

    def chunks(self, texts: EncodedTexts) -> Iterator[tuple[Integers, EncodedTexts]]:
        """As `NumpyNetwork.chunks`; equal parts are one object."""
        for rows, part in NumpyNetwork.chunks(texts):
            yield rows, self.work.same(part)

    def _encode(self, texts: EncodedTexts) -> Any:
        if not self.work.is_open:
            return super()._encode(texts)
        known = self.work.same(texts)
        every = self.work.made(known, partial(self.whole._encode, texts))
        if self.whole.words.attention.contexts == 1:
            return every
        vectors, (words, begin), across = every
        own = np.s_[:, self.place]
        return np.ascontiguousarray(vectors[own]), (words[own], begin), across[own]


def _asking(
    whole: NumpySequencePooling, own: NumpySequencePooling
) -> NumpySequencePooling:
    """The encoder of one with the attention of the other."""
    return replace(whole, attention=own.attention)


def all_attentions(networks: Sequence[NumpyNetwork]) -> tuple[NumpyNetwork, list[int]]:
    """The encoder of several networks with all their attentions, and where each is.

    Args:
        networks: They differ in the context vectors of their attention, or not at all.
    """
    asked = [
        np.concatenate([one.words.attention.context, one.sentences.attention.context])
        for one in networks
    ]
    distinct = {context.tobytes(): context for context in asked}
    places = [list(distinct).index(context.tobytes()) for context in asked]
    whole = copy(networks[0])
    if len(distinct) > 1:
        contexts, edge = (
            np.hstack([*distinct.values()]),
            len(whole.words.attention.bias),
        )
        parts = contexts[:edge], contexts[edge:]
        for name, part in zip(("words", "sentences"), parts, strict=True):
            pooling = getattr(whole, name)
            attention = replace(pooling.attention, context=np.ascontiguousarray(part))
            setattr(whole, name, replace(pooling, attention=attention))
    return whole, places


class RememberingEncoder(TextEncoder):
    """A text encoder that gives what it gave, if it is asked the same again.

    Args:
        encoder: The encoder.
        work: Keeps what it gives.
    """

    def __init__(self, encoder: TextEncoder, work: SharedWork) -> None:
        super().__init__(**encoder.__getstate__())
        self.work = work

    def encode(self, columns: FieldTexts) -> EncodedTexts:
        """As `TextEncoder.encode`."""
        found: EncodedTexts = self.work.answer("texts", columns, super().encode)
        return found

    def flags(
        self, columns: FieldTexts, texts: EncodedTexts
    ) -> npt.NDArray[np.object_]:
        """As `TextEncoder.flags`; `texts` is what `encode` made of the columns."""
        make = super().flags
        found: npt.NDArray[np.object_] = self.work.answer(
            "flags", columns, lambda given: make(given, texts)
        )
        return found.copy()


def share_work(classifiers: Sequence[Classifier], work: SharedWork) -> None:
    """Lets classifiers with equal encoders share what they make of texts.

    Args:
        classifiers: Those of the tasks of one run; they are changed.
        work: What they have in common.
    """
    first = classifiers[0]
    encoder = RememberingEncoder(first.encoder, work)
    for classifier in classifiers:
        classifier.encoder = encoder
    models = [classifier.model for classifier in classifiers]
    networks = [model for model in models if isinstance(model, NumpyNetwork)]
    if len(networks) < len(models):
        return
    whole, places = all_attentions(networks)
    together = zip(classifiers, networks, places, strict=True)
    for classifier, network, place in together:
        shared = SharingNetwork(network, whole, place, work)
        _share_beside(shared, networks[0])
        classifier.model = shared


def _share_beside(network: NumpyNetwork, first: NumpyNetwork) -> None:
    """Letters, pretrained vectors and n-grams that are equal are one object, too."""
    known = first.auxiliary
    network.auxiliary = replace(
        network.auxiliary,
        subwords=known.subwords,
        topics=known.topics,
        knowledge=known.knowledge,
    )
    if network.linear is None or first.linear is None:
        return
    linear = _like(network.linear, first.linear)
    bag = None
    if network.bag_units:
        bag = partial(linear.bag, rows=network.bag_rows)
    network.linear = linear
    network.auxiliary = replace(network.auxiliary, margins=linear.margins, bag=bag)


def _like(linear: LinearModel, first: LinearModel) -> LinearModel:
    """A linear model that shares what it can with another one."""
    knowledge = first.knowledge if linear.knowledge is not None else None
    linear = replace(linear, knowledge=knowledge or linear.knowledge)
    one, two = linear.features, first.features
    names = ("words", "letters", "idf")
    is_same = all(np.array_equal(getattr(one, n), getattr(two, n)) for n in names)
    if not is_same:
        return replace(linear, _last=[])
    return replace(linear, features=two, _last=first._last)
