"""Word vectors for TensorBoard's projector."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pandas as pd

from han.callbacks.epoch_callbacks import EarlyStopping
from han.code_list.taxonomy import IntArray, Taxonomy
from han.experiment.corpus import Corpus
from han.network.network_views import in_form, vector_views
from han.tables.whole_files import write_whole
from han.text.encoded_texts import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

logger = logging.getLogger(__name__)

CONFIG = "projector_config.pbtxt"
VECTORS, WORDS = "word_vectors.tsv", "words.tsv"
MOST = 10_000  # words, the commonest ones: more make a browser slow
CHUNK = 100_000  # documents counted at once
BATCH = 256  # words whose vectors are computed at once
Floats = npt.NDArray[np.floating]


class WordVectors(keras.callbacks.Callback):
    """Writes the word vectors of the best epoch at the end of the training.

    Args:
        folder: Folder of event files.
        corpus: The training records and their words.
        min_records: Number of records that must hold a word.
        stopping: Has the weights of the best epoch.
    """

    def __init__(
        self, folder: Path, corpus: Corpus, min_records: int, stopping: EarlyStopping
    ) -> None:
        super().__init__()
        self.folder = folder
        self.corpus = corpus
        self.min_records = min_records
        self.stopping = stopping

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        corpus, examples = self.corpus, self.corpus.examples["train"].records
        words = projector_words(
            examples.texts,
            examples.nodes,
            corpus.encoder.vocabulary.words,
            corpus.tree,
            self.min_records,
        )
        if words.empty:
            logger.warning(
                "No word for the projector: none is held by %d records; see "
                "`logging.projector_min_records`",
                self.min_records,
            )
            return
        best = in_form(self.model, "padded")
        if self.stopping.best_weights is not None:
            best.set_weights(self.stopping.best_weights)
        vectors = word_vectors(best, words.index.to_numpy())
        write_projector(self.folder, vectors, words)


def word_vectors(network: Any, ids: npt.NDArray[np.integer]) -> Floats:
    """Vectors of words as the network reads them, their letters included, `(n, E)`.

    Args:
        network: A network.
        ids: The words, `(n,)`.
    """
    view, _, _ = vector_views(network)
    found = [np.zeros((0, network.embedding_dimension))]
    for first in range(0, len(ids), BATCH):
        texts = one_word_texts(ids[first : first + BATCH], network.side_features)
        vectors, _ = view(network.auxiliary.inputs(texts, "padded"))
        found.append(vectors.numpy()[: len(texts), 0])  # the last is the batcher's own
    return np.concatenate(found)


def projector_words(
    texts: EncodedTexts,
    nodes: IntArray,
    words: Sequence[str],
    tree: Taxonomy,
    min_records: int,
) -> pd.DataFrame:
    """The words that may be shown, the commonest first.

    A word that few respondents have used may tell who they are.

    Args:
        texts: Records that train, `(n,)`.
        nodes: True node of each, `(n,)`.
        words: Words of the vocabulary, in the order of their ids.
        tree: The code list.
        min_records: Number of records that must hold a word.

    Returns:
        A row for each word: its id as index, `word, records`, and `code, title`: of the
        codes of the first level the one that most of these records have, to colour by.

    Example:
        >>> from han.text.encoded_texts import EncodedTexts
        >>> counts = np.array([2, 1], np.int32)
        >>> texts = EncodedTexts(
        ...     np.array([2, 2, 3]), counts, 0 * counts, counts // counts, counts < 0)
        >>> tree = Taxonomy(["A", "B"], [-1, -1])
        >>> nodes = np.array([0, 1], np.int32)
        >>> projector_words(texts, nodes, ["pan", "sal"], tree, 1).to_numpy().tolist()
        [['pan', 1, 'A', 'A'], ['sal', 1, 'B', 'B']]
    """
    counts = _records(texts, nodes, FIRST_WORD_ID + len(words), tree)
    totals = counts.sum(axis=1)
    totals[:FIRST_WORD_ID] = 0  # no words
    order = np.argsort(-totals, kind="stable")[:MOST]
    ids = order[totals[order] >= min_records]
    commonest = counts[ids].argmax(axis=1)
    return pd.DataFrame(
        {
            "word": [words[i - FIRST_WORD_ID] for i in ids],
            "records": totals[ids],
            "code": [tree.node_names[node] for node in commonest],
            "title": [tree.titles[node] for node in commonest],
        },
        index=ids,
    )


def _records(
    texts: EncodedTexts, nodes: IntArray, num_ids: int, tree: Taxonomy
) -> npt.NDArray[np.int64]:
    """Number of records with each word and each code of the first level, `(V, K)`."""
    top = tree.paths[nodes, 0].astype(np.int64)
    num_top = int((tree.levels == 1).sum())  # which come first in the list
    counts = np.zeros(num_ids * num_top, np.int64)
    for first in range(0, len(texts), CHUNK):
        rows = np.arange(first, min(first + CHUNK, len(texts)))
        part = texts.take(rows)
        document = np.repeat(rows, part.document_words).astype(np.int64)
        both = np.unique(document * num_ids + part.vocabulary_ids)
        document, word = both // num_ids, both % num_ids
        counts += np.bincount(word * num_top + top[document], minlength=len(counts))
    return counts.reshape(num_ids, num_top)


def one_word_texts(ids: npt.ArrayLike, side_width: int = 0) -> EncodedTexts:
    """A document of one word for each id.

    Args:
        ids: The words, `(n,)`.
        side_width: Number of side features, all 0.

    Example:
        >>> one_word_texts([5, 7]).document_words.tolist()
        [1, 1]
    """
    words = np.asarray(ids, np.int32)
    ones, zeros = np.ones_like(words), np.zeros_like(words)
    side = np.zeros((len(words), side_width), np.float32)
    return EncodedTexts(words, ones, zeros, ones, zeros > 0, (), side)


def write_projector(folder: Path, vectors: Floats, words: pd.DataFrame) -> None:
    """Writes vectors and words as the projector reads them.

    The folder must hold an event file, or TensorBoard does not look into it.

    Args:
        folder: The folder; it must exist.
        vectors: `(n, E)`.
        words: A row for each; its columns are shown, and can be coloured by.
    """
    lines = ("\t".join(f"{x:.5g}" for x in row) for row in vectors.tolist())
    write_whole(folder / VECTORS, ("\n".join(lines) + "\n").encode())
    cells = [list(words), *words.to_numpy().tolist()]
    rows = ("\t".join(" ".join(str(c).split()) for c in row) for row in cells)
    write_whole(folder / WORDS, ("\n".join(rows) + "\n").encode())
    config = (
        'embeddings {\n  tensor_name: "word vectors"\n'
        f'  tensor_path: "{VECTORS}"\n  metadata_path: "{WORDS}"\n}}\n'
    )
    write_whole(folder / CONFIG, config.encode())
