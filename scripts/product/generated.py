"""Records with something to learn: words of codes and of their parents, and typos.

The words are those of the product names in data/productos, so that they have letters
and lengths of real ones; what they mean plays no part, and a pretrained encoder has
nothing to add. Each node of the code list has words of its own, and shares each with
other nodes. Some records have no word of their full code, so no model codes them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.taxonomy import IntArray, Taxonomy
from speed.corpora import code_tree, lengths, zipf

NAMES = Path(__file__).resolve().parents[2] / "data/productos/productos.csv.gz"
COLUMNS = ["descripcion", "palabras_similares"]
SHARED = 400  # words that occur with all codes
SHARED_SHARE, LEAF_SHARE = 0.6, 0.16  # of all words; the rest are of the levels above
NODE_WORDS = 12
TYPOS = 0.05  # of the words
SENTENCE = 10  # words
LONGEST = 4  # times the mean length


@dataclass(frozen=True)
class Shape:
    """What a generated work is made of.

    Attributes:
        records: Coded records, of which a tenth each validates and calibrates.
        codes: Full codes, on the third level.
        words: Mean number of words of a text.
    """

    records: int
    codes: int
    words: int

    def __str__(self) -> str:
        return f"{self.records:,} records, {self.codes:,} codes, {self.words:,} words"


@dataclass(frozen=True)
class Generated:
    """Texts with their nodes.

    Attributes:
        texts: Texts, `(n,)`.
        nodes: Node of each, a leaf, `(n,)`.
        tree: The codes, on three levels.
    """

    texts: list[str]
    nodes: IntArray
    tree: Taxonomy


def generate(shape: Shape, further: int = 0, seed: int = 1) -> Generated:
    """The records of a shape, and so many after them; equal arguments, equal records.

    Example:
        >>> made = generate(Shape(3, 8, 5))
        >>> len(made.texts), made.tree.num_levels, len(made.tree.leaves)
        (3, 3, 8)
    """
    generator = np.random.default_rng([seed, shape.codes, shape.words])
    tree = code_tree([max(round(shape.codes ** (k / 3)), 1) for k in (1, 2, 3)])
    count = shape.records + further
    by_frequency = generator.permutation(tree.leaves)
    nodes = by_frequency[zipf(generator, count, len(by_frequency), 0.7)]
    sizes = lengths(generator, count, shape.words, LONGEST * shape.words)
    drawn = draw_words(generator, tree, np.repeat(nodes, sizes))
    words = spelled(generator, drawn)
    ends = np.cumsum(sizes).tolist()
    texts = [
        " ".join(sentences(words[first:last]))
        for first, last in zip([0, *ends], ends, strict=False)
    ]
    return Generated(texts, nodes.astype(np.int32), tree)


def draw_words(
    generator: np.random.Generator, tree: Taxonomy, nodes: IntArray
) -> npt.NDArray[np.int64]:
    """A word for each place: one that all share, or one of a node on the path.

    Args:
        generator: Draws.
        tree: The codes.
        nodes: Node of the record where the place is, `(words,)`.
    """
    rest = len(vocabulary()) - SHARED
    own = SHARED + generator.integers(rest, size=(tree.num_nodes, NODE_WORDS))
    above = (1 - SHARED_SHARE - LEAF_SHARE) / 2
    edges = np.cumsum([above, above, LEAF_SHARE])
    level = np.searchsorted(edges, generator.random(len(nodes)))
    at = tree.paths[nodes, np.minimum(level, 2)]
    of_node = own[at, zipf(generator, len(nodes), NODE_WORDS, 0.7)]
    shared = zipf(generator, len(nodes), SHARED, 1.0)
    return np.where(level < 3, of_node, shared)


@cache
def vocabulary() -> tuple[str, ...]:
    """Words of the shipped names, the commonest first."""
    table = pd.read_csv(NAMES, dtype=str, keep_default_na=False)
    texts = pd.concat([table[name] for name in COLUMNS]).str.lower()
    found = texts.str.findall(r"[^\W\d_]+").explode().dropna()
    counts = found.value_counts().reset_index(name="times")
    ranked = counts.sort_values(["times", counts.columns[0]], ascending=[False, True])
    return tuple(ranked[counts.columns[0]])


def spelled(generator: np.random.Generator, drawn: npt.NDArray[np.int64]) -> list[str]:
    """The words as texts, some of them with a typo."""
    known = vocabulary()
    words = [known[number] for number in drawn.tolist()]
    chosen = np.flatnonzero(generator.random(len(words)) < TYPOS)
    kinds = generator.integers(3, size=len(chosen)).tolist()
    spots = generator.random(len(chosen)).tolist()
    for place, kind, spot in zip(chosen.tolist(), kinds, spots, strict=True):
        words[place] = with_typo(words[place], kind, spot)
    return words


def with_typo(word: str, kind: int, spot: float) -> str:
    """A letter left out, written twice, or changed with the next one.

    Example:
        >>> [with_typo("queso", kind, 0.3) for kind in range(3)]
        ['qeso', 'quueso', 'qeuso']
    """
    if len(word) < 4:
        return word
    at = 1 + int(spot * (len(word) - 2))
    one, two = word[at], word[at + 1 : at + 2]
    middle = ("", one + one, two + one)[kind]
    return word[:at] + middle + word[at + (2 if kind == 2 else 1) :]


def sentences(words: list[str]) -> Iterator[str]:
    """The words as sentences of equal length."""
    for first in range(0, len(words), SENTENCE):
        yield " ".join(words[first : first + SENTENCE]) + "."
