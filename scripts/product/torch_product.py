"""The packed PyTorch HAN of the speed benchmark as a product: from texts to codes.

Word vectors with the letter sequences of each word, GRUs with attention over words and
sentences, a bag of n-grams beside them, a softmax for each level, the widths, batches,
rate and epochs that han has by default. It has no linear model and no pretrained
vectors: there is no such thing in PyTorch to take as it comes.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from han.usable_cores import num_threads
from product.rivals import Coder, Columns, tokens
from product.works import Given
from speed.rooms import Sizes
from speed.torch_packed import Network, tensors

BUCKETS = 200_000
EMBEDDING, UNITS, BAG = 200, 100, 200
BATCH, EPOCHS, PATIENCE, RATE, CLIP = 64, 10, 4, 3e-3, 5.0
WARM_UP = 0.05  # of all steps: half an epoch
MAX_WORDS, MAX_SENTENCES = 40, 15  # as han has them by default
UNKNOWN = 1
FACTOR = 2654435761  # spreads numbers over the buckets (Knuth)
IGNORED = -100  # what `CrossEntropyLoss` leaves out

Document = list[list[int]]


class Words:
    """Numbers of words and of their letter sequences; unknown ones have these alone."""

    def __init__(self) -> None:
        self.place = {"": 0, "\x00": UNKNOWN}
        self.letters: list[list[int]] = [[0], [0]]
        self.known = 0

    def documents(self, columns: Columns) -> list[Document]:
        """Word numbers of each sentence of each record; a field begins a sentence."""
        made = []
        for texts in zip(*columns.values(), strict=True):
            parts = [part for text in texts for part in text.lower().split(".")]
            words = [tokens(part).split()[:MAX_WORDS] for part in parts]
            there = [row for row in words if row][:MAX_SENTENCES] or [["\x00"]]
            made.append([[self._place(word) for word in row] for row in there])
        return made

    def _place(self, word: str) -> int:
        if word not in self.place:
            self.place[word] = len(self.place)
            marked = f"<{word}>"
            found = [
                zlib.crc32(marked[k : k + size].encode()) % BUCKETS
                for size in range(2, 6)
                for k in range(max(len(marked) - size + 1, 0))
            ]
            self.letters.append(found or [0])
        return self.place[word]

    def bag(self, document: Document) -> list[int]:
        """Buckets of all letter sequences, words and pairs of a record."""
        found = [bucket for row in document for w in row for bucket in self.letters[w]]
        for row in document:
            known = [word for word in row if word < self.known]
            found += [(word * FACTOR) % BUCKETS for word in known]
            pairs = pairwise(known)
            found += [(one * 40503 + two * FACTOR) % BUCKETS for one, two in pairs]
        return found


class WordVectors(nn.Module):
    """A vector for each known word, and for its letters, `(...)` to `(..., E)`."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.own = nn.Embedding(words.known, EMBEDDING, sparse=True)
        self.letters = nn.EmbeddingBag(BUCKETS, EMBEDDING, sparse=True)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Each distinct word of the batch once."""
        distinct, back = torch.unique(ids, return_inverse=True)
        letters = [self.words.letters[k] for k in distinct.tolist()]
        known = torch.where(distinct < self.words.known, distinct, UNKNOWN)
        vectors = self.own(known) + self.letters(*ragged(letters))
        found: torch.Tensor = vectors[back]
        return found


def ragged(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """What an `EmbeddingBag` takes: all numbers, and where each row begins."""
    sizes = np.array([len(row) for row in rows])
    flat = np.fromiter((k for row in rows for k in row), np.int64, sizes.sum())
    return torch.from_numpy(flat), torch.from_numpy(np.cumsum(sizes) - sizes)


class Product(nn.Module):
    """Documents to the scores of each level."""

    def __init__(self, words: Words, level_sizes: list[int]) -> None:
        super().__init__()
        self.words = words
        sizes = Sizes(vocabulary=2, embedding=EMBEDDING, units=UNITS)
        self.encoder = Network(sizes, sparse=True)
        self.encoder.embedding = WordVectors(words)
        del self.encoder.top, self.encoder.leaf
        self.bag = nn.EmbeddingBag(BUCKETS, BAG, sparse=True)
        width = 2 * UNITS + BAG
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in level_sizes)
        self.dropout = nn.Dropout(0.2)

    def forward(self, documents: list[Document]) -> list[torch.Tensor]:
        """Scores `(B, codes of the level)` of each level."""
        vectors = self.encoder.document_vectors(*tensors(rectangle(documents), True))
        bag = self.bag(*ragged([self.words.bag(one) for one in documents]))
        both = self.dropout(torch.cat([vectors, bag], dim=1))
        return [head(both) for head in self.heads]


def rectangle(documents: list[Document]) -> Any:
    """Word numbers `(B, sentences, words)`, 0 where there is none."""
    shape = (
        len(documents),
        max(map(len, documents)),
        max(len(row) for one in documents for row in one),
    )
    ids = np.zeros(shape, np.int64)
    for at, document in enumerate(documents):
        for line, row in enumerate(document):
            ids[at, line, : len(row)] = row
    return ids


@dataclass(frozen=True)
class Examples:
    """Documents with the number of their code on each level, `(n, L)`."""

    documents: list[Document]
    targets: Any

    def batches(self, order: Any) -> Iterator[tuple[list[Document], torch.Tensor]]:
        """Parts of them in an order."""
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH].tolist()
            yield (
                [self.documents[k] for k in rows],
                torch.from_numpy(self.targets[rows]),
            )


def fit(given: Given, seed: int) -> Coder:
    """Trains with early stopping, and codes full codes of the last level."""
    torch.set_num_threads(num_threads())
    torch.manual_seed(seed)
    words = Words()
    levels = [sorted(set(column) - {""}) for column in given.levels.T.tolist()]
    numbers = [{code: k for k, code in enumerate(level)} for level in levels]
    targets = np.array(
        [
            [n.get(code, IGNORED) for n, code in zip(numbers, row, strict=True)]
            for row in given.levels.tolist()
        ]
    )
    split = {}
    for role in ("train", "validation"):
        rows = np.flatnonzero(given.roles == role)
        columns = {f: [texts[k] for k in rows] for f, texts in given.texts.items()}
        split[role] = Examples(words.documents(columns), targets[rows])
        words.known = words.known or len(words.place)  # of training records alone
    model = Product(words, [len(level) for level in levels])
    train(model, split["train"], split["validation"], seed)

    def code(columns: Columns) -> list[str]:
        found = predict(model, words.documents(columns))
        return [levels[-1][number] for number in found.tolist()]

    return code


def train(model: Product, examples: Examples, held_out: Examples, seed: int) -> None:
    """Keeps the weights of the best epoch on the validation records."""
    optimizers = make_optimizers(model)
    steps = EPOCHS * -(-len(examples.documents) // BATCH)
    schedules = [
        torch.optim.lr_scheduler.OneCycleLR(
            one, RATE, total_steps=steps, pct_start=WARM_UP, cycle_momentum=False
        )
        for one in optimizers
    ]
    loss = nn.CrossEntropyLoss(ignore_index=IGNORED)
    generator = np.random.default_rng(seed)
    best, weights, waited = -1.0, None, 0
    for _ in range(EPOCHS):
        model.train()
        for documents, targets in examples.batches(
            generator.permutation(len(examples.documents))
        ):
            model.zero_grad()
            scores = model(documents)
            pairs = zip(scores, targets.T, strict=True)
            torch.stack([loss(one, right) for one, right in pairs]).sum().backward()
            dense = [p for p in model.parameters() if not is_sparse(model, p)]
            nn.utils.clip_grad_norm_(dense, CLIP)
            for one in (*optimizers, *schedules):
                one.step()
        right = (predict(model, held_out.documents) == held_out.targets[:, -1]).mean()
        waited += 1
        if right > best:
            best, weights, waited = right, copy.deepcopy(model.state_dict()), 0
        elif waited == PATIENCE:
            break
    if weights is not None:
        model.load_state_dict(weights)


def is_sparse(model: Product, parameter: Any) -> bool:
    """Whether it is one of the tables, whose gradients are of the rows of a batch."""
    vectors: Any = model.encoder.embedding
    tables = (vectors.own.weight, vectors.letters.weight, model.bag.weight)
    return any(parameter is table for table in tables)


def make_optimizers(model: Product) -> list[torch.optim.Optimizer]:
    """SparseAdam for tables, fused Adam for the rest."""
    tables = [p for p in model.parameters() if is_sparse(model, p)]
    rest = [p for p in model.parameters() if not is_sparse(model, p)]
    return [
        torch.optim.SparseAdam(tables, lr=RATE),
        torch.optim.Adam(rest, lr=RATE, fused=True),
    ]


@torch.inference_mode()
def predict(model: Product, documents: list[Document]) -> Any:
    """Number of the most probable code of the last level, `(n,)`."""
    model.eval()
    order = np.argsort([sum(map(len, one)) for one in documents], kind="stable")
    found = np.empty(len(documents), np.int64)
    for first in range(0, len(order), 4 * BATCH):
        rows = order[first : first + 4 * BATCH]
        scores = model([documents[k] for k in rows.tolist()])[-1]
        found[rows] = scores.argmax(dim=1).numpy()
    return found
