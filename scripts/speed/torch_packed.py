"""The packed PyTorch HAN: as published in tutorials, and tuned.

Real sentences are packed, then real words, by `pack_padded_sequence`; GRUs and
attention see packed rows alone. As published, each batch is padded to the limits and
all weights have Adam. Tuned, it is cut to the largest document of the batch, the
embedding has sparse gradients and SparseAdam, the rest fused Adam, batches hold
documents of like length, and prediction takes sorted chunks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from speed.corpora import LEAF_CODES, TOP_CODES, Corpus, make_corpus, rectangle
from speed.rooms import SLICE, Contestant, Sizes, cycle, mean_documents, random_batches

MAX_BATCHES = 40
CHUNK = {"long": 64, "short": 256}  # the fastest of 32 to 2048


class Attention(nn.Module):
    """Weighted sum over packed rows by a learned context."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(features, features)
        self.context = nn.Linear(features, 1, bias=False)

    def forward(self, packed: PackedSequence) -> torch.Tensor:
        """Packed rows of `features` to `(sequences, features)`."""
        scores = self.context(torch.tanh(self.hidden(packed.data))).squeeze(1)
        weights = torch.exp(scores - scores.max())
        padded, _ = pad_packed_sequence(like(packed, weights), batch_first=True)
        alphas = padded / padded.sum(dim=1, keepdim=True)
        states, _ = pad_packed_sequence(packed, batch_first=True)
        return (states * alphas.unsqueeze(2)).sum(dim=1)


def like(packed: PackedSequence, data: torch.Tensor) -> PackedSequence:
    """The same packing with other rows."""
    return PackedSequence(
        data, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices
    )


def pack(values: torch.Tensor, lengths: torch.Tensor) -> PackedSequence:
    """Real elements of `(n, T, ...)` alone."""
    return pack_padded_sequence(
        values, lengths.tolist(), batch_first=True, enforce_sorted=False
    )


class Network(nn.Module):
    """Padded word ids with their lengths to scores of both levels of codes."""

    def __init__(self, sizes: Sizes, sparse: bool) -> None:
        super().__init__()
        width = 2 * sizes.units
        self.embedding = nn.Embedding(sizes.vocabulary, sizes.embedding, sparse=sparse)
        self.word_gru = nn.GRU(
            sizes.embedding, sizes.units, bidirectional=True, batch_first=True
        )
        self.word_attention = Attention(width)
        self.sentence_gru = nn.GRU(
            width, sizes.units, bidirectional=True, batch_first=True
        )
        self.sentence_attention = Attention(width)
        self.top = nn.Linear(width, TOP_CODES)
        self.leaf = nn.Linear(width, LEAF_CODES)

    def document_vectors(
        self, ids: torch.Tensor, sentences: torch.Tensor, words: torch.Tensor
    ) -> torch.Tensor:
        """Ids `(B, S, W)`, sentences `(B,)` and words `(B, S)` to `(B, 2U)`."""
        packed = pack(ids, sentences)
        vectors = self.embedding(packed.data)  # (sentences, W, E)
        states, _ = self.word_gru(pack(vectors, pack(words, sentences).data))
        sentence_vectors = self.word_attention(states)
        states, _ = self.sentence_gru(like(packed, sentence_vectors))
        return self.sentence_attention(states)

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores `(B, 7)` and `(B, 134)`."""
        vectors = self.document_vectors(*inputs)
        return self.top(vectors), self.leaf(vectors)


def build(sizes: Sizes, threads: int, tuned: bool = False) -> Contestant:
    """The packed network with its tasks `train` and `predict`."""
    torch.set_num_threads(threads)
    torch.manual_seed(5)
    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    network = Network(sizes, sparse=tuned)
    optimizers = make_optimizers(network, tuned)
    loss = nn.CrossEntropyLoss()

    def step(inputs: tuple[torch.Tensor, ...], top: Any, leaf: Any) -> None:
        for optimizer in optimizers:
            optimizer.zero_grad()
        scores = network(*inputs)
        (loss(scores[0], top) + loss(scores[1], leaf)).backward()
        for optimizer in optimizers:
            optimizer.step()

    tasks = {"train": cycle(training_batches(corpus, sizes.batch, tuned), step)}
    tasks["predict"] = predict_task(network, corpus, sizes, tuned)
    return Contestant(tasks)


def make_optimizers(network: Network, tuned: bool) -> list[torch.optim.Optimizer]:
    """Adam for all, or SparseAdam for the embedding and fused Adam for the rest."""
    if not tuned:
        return [torch.optim.Adam(network.parameters(), lr=1e-3)]
    table = list(network.embedding.parameters())
    rest = [p for p in network.parameters() if p is not table[0]]
    return [
        torch.optim.SparseAdam(table, lr=1e-3),
        torch.optim.Adam(rest, lr=1e-3, fused=True),
    ]


def training_batches(corpus: Corpus, size: int, tuned: bool) -> list[Any]:
    """Documents, inputs and codes of each batch."""
    rows = batch_rows(corpus, size) if tuned else random_batches(corpus, size)
    return [
        (
            mean_documents(corpus, r),
            (
                inputs(corpus, r, trim=tuned),
                torch.from_numpy(corpus.top_codes[r].astype(np.int64)),
                torch.from_numpy(corpus.leaf_codes[r].astype(np.int64)),
            ),
        )
        for r in rows[:MAX_BATCHES]
    ]


def batch_rows(corpus: Corpus, size: int) -> list[Any]:
    """Batches of documents of like length in random order."""
    ordered = length_order(corpus, np.arange(len(corpus)))
    edges = range(size, len(corpus), size)
    batches = np.split(ordered, list(edges))
    order = np.random.default_rng(7).permutation(len(batches))
    return [batches[i] for i in order]


def length_order(corpus: Corpus, rows: Any) -> Any:
    """Documents from short to long: by longest sentence, then number of sentences."""
    texts = corpus.texts.take(rows)
    longest = np.zeros(len(rows), np.int64)
    np.maximum.at(longest, texts.sentence_documents, texts.sentence_lengths)
    return rows[np.lexsort((texts.document_sentences, longest))]


def inputs(corpus: Corpus, rows: Any, trim: bool) -> tuple[torch.Tensor, ...]:
    """Word ids and numbers of sentences and words; cut to the largest if `trim`."""
    return tensors(rectangle(corpus, rows), trim)


def tensors(ids: Any, trim: bool) -> tuple[torch.Tensor, ...]:
    """The same of a rectangle of ids."""
    words = (ids != 0).sum(axis=2)
    sentences = (words != 0).sum(axis=1)
    if trim:
        ids = ids[:, : sentences.max(), : words.max()]
        words = words[:, : sentences.max()]
    return tuple(
        torch.from_numpy(np.ascontiguousarray(a, np.int64))
        for a in (ids, sentences, words)
    )


def predict_task(network: Network, corpus: Corpus, sizes: Sizes, tuned: bool) -> Any:
    """Scores of batches, or of slices that are sorted and cut into chunks."""

    @torch.inference_mode()
    def infer(arguments: tuple[torch.Tensor, ...]) -> Any:
        return [scores.numpy() for scores in network(*arguments)]

    if not tuned:
        rows = random_batches(corpus, sizes.batch)[:MAX_BATCHES]
        batches = [
            (mean_documents(corpus, r), (inputs(corpus, r, False),)) for r in rows
        ]
        return cycle(batches, infer)

    def in_chunks(rows: Any, ids: Any) -> None:
        order = length_order(corpus, rows)
        place = np.empty(len(corpus), np.int64)
        place[rows] = np.arange(len(rows))
        size = CHUNK[sizes.corpus]
        for first in range(0, len(order), size):
            infer(tensors(ids[place[order[first : first + size]]], True))

    slices = random_batches(corpus, SLICE[sizes.corpus])
    return cycle(
        [(mean_documents(corpus, r), (r, rectangle(corpus, r))) for r in slices],
        in_chunks,
    )


def document_vectors(sizes: Sizes, network: Any, ids: Any) -> Any:
    """Document vectors `(B, 2U)` with the weights of this package's network."""
    model = Network(sizes, sparse=False)
    copy(model.embedding.weight, network.get_layer("word_embedding").get_weights()[0])
    for level in ("word", "sentence"):
        copy_gru(
            getattr(model, f"{level}_gru"),
            network.get_layer(f"{level}_encoder").get_weights(),
        )
        kernel, bias, context = network.get_layer(f"{level}_attention").get_weights()
        attention = getattr(model, f"{level}_attention")
        copy(attention.hidden.weight, kernel.T)
        copy(attention.hidden.bias, bias)
        copy(attention.context.weight, context.T)
    with torch.inference_mode():
        return model.document_vectors(*tensors(ids, True)).numpy()


def copy(parameter: torch.Tensor, values: Any) -> None:
    """Sets a parameter."""
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)))


def copy_gru(gru: nn.GRU, weights: list[Any]) -> None:
    """Sets a GRU from Keras' weights: gates z, r, c there, and r, z, c here."""
    for suffix, (kernel, recurrent, bias) in zip(
        ("l0", "l0_reverse"), (weights[:3], weights[3:]), strict=True
    ):
        copy(getattr(gru, f"weight_ih_{suffix}"), gates(kernel).T)
        copy(getattr(gru, f"weight_hh_{suffix}"), gates(recurrent).T)
        copy(getattr(gru, f"bias_ih_{suffix}"), gates(bias)[0])
        copy(getattr(gru, f"bias_hh_{suffix}"), gates(bias)[1])


def gates(weights: Any) -> Any:
    """Columns z, r, c in the order r, z, c."""
    z, r, c = np.split(weights, 3, axis=1)
    return np.concatenate([r, z, c], axis=1)
