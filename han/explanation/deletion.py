"""Evidence by deletion: how a probability falls without a word or field.

This asks the whole model, whatever it is made of, and so it is what attention is held
against.

Reference:
    Li, Monroe and Jurafsky 2016, Understanding Neural Networks through Representation
    Erasure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from han.code_list.taxonomy import IntArray, Taxonomy
from han.decisions.path_probabilities import coded_paths
from han.explanation.attention_map import AttentionMap
from han.explanation.written_words import (
    WrittenDocument,
    kept_words,
    per_document,
    read_places,
    written_documents,
)
from han.kernels.ragged_ranges import ranges, starts
from han.network.mixture import MixedTexts
from han.text.text_encoder import EncodedTexts, TextEncoder

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Predict = Callable[[EncodedTexts], npt.NDArray[np.floating]]
BLOCK = 2048  # shortened documents that are coded together


@dataclass(frozen=True)
class Effects:
    """What one document loses, on each level of its path.

    Attributes:
        words: Difference of log-probabilities without each word, `(words, L)`; 0 for
            one that is not read.
        sentences: Without each sentence, `(sentences, L)`.
        fields: Without each field that is read, `(L,)` by name.
    """

    words: Floats
    sentences: Floats
    fields: dict[str, Floats]


class ShortenedDocuments:
    """Documents that can be coded without some of their words.

    The record is shortened as the model reads it: sentences stay where they were
    divided, and what was beyond the limits stays cut. Within the limits this is what
    the model says of the shortened text.

    Args:
        predict: Log-probabilities of all nodes, `(n, N)`, of encoded texts.
        encoder: The text encoder.
        columns: The texts, by field name.
        texts: The same, encoded.
        progress: Whether to show a bar.

    Attributes:
        documents: The documents as they were written.
    """

    def __init__(
        self,
        predict: Predict,
        encoder: TextEncoder,
        columns: Mapping[str, Sequence[str]],
        texts: EncodedTexts,
        *,
        progress: bool = False,
    ) -> None:
        self.predict = predict
        self._progress = progress
        self.texts = texts
        self.documents = written_documents(encoder, columns, texts)
        self._views = texts.views if isinstance(texts, MixedTexts) else (texts,)
        self._places = read_places(encoder, columns, texts)

    def is_read(self) -> list[Mask]:
        """Whether each word of each document is read, by any view."""
        found = [np.zeros(len(d.words), bool) for d in self.documents]
        for view, places in zip(self._views, self._places, strict=True):
            cut = per_document(places, view.document_words)
            for mask, here in zip(found, cut, strict=True):
                mask[here] = True
        return found

    def log_probabilities(
        self, kept: Iterable[tuple[int, Mask]], nodes: IntArray
    ) -> Floats:
        """Log-probabilities of the nodes of each document where only some words stay.

        Args:
            kept: Number of a document, and whether each of its words stays, `(words,)`;
                as many as wanted.
            nodes: Nodes to ask for, for each document of these, `(n, k)`.

        Returns:
            `(len(kept), k)`.
        """
        found, stream = [np.zeros((0, nodes.shape[1]))], iter(kept)
        with tqdm(unit=" shortened records", disable=not self._progress) as bar:
            while block := list(islice(stream, BLOCK)):
                rows = np.array([row for row, _ in block])
                part = self._without(rows, [mask for _, mask in block])
                logs = self.predict(part).astype(np.float64)
                found.append(np.take_along_axis(logs, nodes[rows], axis=1))
                bar.update(len(block))
        return np.concatenate(found)

    def _without(self, rows: npt.NDArray[np.int64], masks: list[Mask]) -> EncodedTexts:
        begins = starts(np.array([len(mask) for mask in masks]))
        flat = np.concatenate(masks)
        views = []
        for view, places in zip(self._views, self._places, strict=True):
            lengths = view.document_words
            here = places[ranges(starts(lengths)[rows], lengths[rows])]
            stays = flat[np.repeat(begins, lengths[rows]) + here]
            views.append(kept_words(view.take(rows), stays))
        return MixedTexts.of(views) if isinstance(self.texts, MixedTexts) else views[0]


def deletion_effects(shortened: ShortenedDocuments, nodes: IntArray) -> list[Effects]:
    """What each document loses without each word, each sentence and each field.

    Args:
        shortened: The documents.
        nodes: Node of each level, `(n, L)`.
    """
    read = shortened.is_read()
    whole = shortened.log_probabilities(
        ((i, np.ones(len(mask), bool)) for i, mask in enumerate(read)), nodes
    )
    documents = list(zip(shortened.documents, read, strict=True))
    # Made when they are asked for: all of them at once may not fit into memory.
    variants = (
        (i, ~gone)
        for i, (document, mask) in enumerate(documents)
        for gone in _pieces(document, mask)
    )
    logs = shortened.log_probabilities(variants, nodes)
    cut = per_document(logs, [_num_pieces(*each) for each in documents])
    return [
        _effects(document, mask, whole[i] - without)
        for i, ((document, mask), without) in enumerate(
            zip(documents, cut, strict=True)
        )
    ]


def _pieces(document: WrittenDocument, is_read: Mask) -> Iterator[Mask]:
    """What is taken away: each word that is read, each sentence, and each field."""
    for place in np.flatnonzero(is_read):
        yield np.arange(len(is_read)) == place
    sentence = np.array([word.sentence for word in document.words], int)
    for number in range(_num_sentences(document)):
        yield sentence == number
    fields = np.array([word.field for word in document.words], object)
    for name in _fields(fields, is_read):
        yield fields == name


def _num_pieces(document: WrittenDocument, is_read: Mask) -> int:
    fields = np.array([word.field for word in document.words], object)
    named = len(_fields(fields, is_read))
    return int(is_read.sum()) + _num_sentences(document) + named


def _num_sentences(document: WrittenDocument) -> int:
    return 1 + max((word.sentence for word in document.words), default=-1)


def _fields(fields: npt.NDArray[np.object_], is_read: Mask) -> list[str]:
    return list(dict.fromkeys(fields[is_read].tolist()))


def _effects(document: WrittenDocument, is_read: Mask, lost: Floats) -> Effects:
    num_words = int(is_read.sum())
    words = np.zeros((len(is_read), lost.shape[1]))
    words[is_read] = lost[:num_words]
    fields = np.array([word.field for word in document.words], object)
    names = _fields(fields, is_read)
    last = len(lost) - len(names)
    named = dict(zip(names, lost[last:], strict=True))
    return Effects(words, lost[num_words:last], named)


def deletion_maps(
    shortened: ShortenedDocuments, tree: Taxonomy, *, level: int | None = None
) -> list[AttentionMap]:
    """Evidence by deletion for the predicted code of each document.

    Args:
        shortened: The documents.
        tree: The code list.
        level: Level of the code that is asked for, from 1; the last one if None.
    """
    nodes = predicted_paths(shortened.predict, shortened.texts, tree)
    effects = deletion_effects(shortened, nodes)
    column = (tree.num_levels if level is None else level) - 1
    return [
        effect_map(document, effect, column, tree.node_names[node])
        for document, effect, node in zip(
            shortened.documents, effects, nodes[:, column].tolist(), strict=True
        )
    ]


def effect_map(
    document: WrittenDocument, effects: Effects, column: int, code: str
) -> AttentionMap:
    """The map of a document on one level, `column` from 0."""
    return AttentionMap(
        document.words,
        effects.words[:, column],
        effects.sentences[:, column],
        {name: float(lost[column]) for name, lost in effects.fields.items()},
        document.tails,
        by="deletion",
        code=code,
    )


def predicted_paths(predict: Predict, texts: EncodedTexts, tree: Taxonomy) -> IntArray:
    """Node of the predicted code on each level, `(n, L)`."""
    found = [np.zeros((0, tree.num_levels), np.int32)]
    for rows in _blocks(len(texts)):
        found.append(coded_paths(predict(texts.take(rows)), tree).nodes)
    return np.concatenate(found)


def _blocks(number: int) -> Iterator[npt.NDArray[np.int64]]:
    for first in range(0, number, BLOCK):
        yield np.arange(first, min(first + BLOCK, number))
