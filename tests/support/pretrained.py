"""Sentence encoders so small that their vectors can be worked out by hand."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from support.experiments import write_experiment


class LetterEncoder:
    """Counts letters: a, all others, and spaces; of length 1.

    Attributes:
        asked: All sentences that it was asked for, in order.
        rests: How often it was told that it may rest.
    """

    name, source, languages, width = "letters", "letters", None, 3
    is_cached = True

    def __init__(self, identity="letters 1"):
        self.identity = identity
        self.asked = []
        self.rests = 0

    def encode(self, sentences):
        self.asked += sentences
        return self.plain(sentences)

    def rest(self):
        self.rests += 1

    def plain(self, sentences):
        counts = np.array(
            [
                [s.count("a"), sum(c not in "a " for c in s), s.count(" ")]
                for s in sentences
            ],
            np.float32,
        )
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return counts / np.where(lengths > 0, lengths, 1)


def write_known_experiment(folder: Path, **sections: str) -> Path:
    """A tiny experiment and `vectors.csv`, which knows its texts.

    A third of the texts have words of their own: all that tells their codes is the
    vectors.
    """
    known = {"pretrained": f"{{encoder: {folder}/vectors.csv}}"}
    file = write_experiment(folder, repeat=5, **{**known, **sections})
    random = np.random.default_rng(0)
    words = random.permutation(["".join(w) for w in product("bdfg", "aeiou", "lmnr")])
    codes = ["11", "12", "21", "22"]
    lines = [
        f"own-{word},{word}x {word}z,{codes[i % 4][0]},{codes[i % 4]}"
        for i, word in zip(range(40), words, strict=False)
    ]
    with (folder / "data.csv").open("a", encoding="utf-8") as data:
        data.write("\n".join(lines) + "\n")
    table = pd.read_csv(folder / "data.csv", dtype=str)
    vectors = np.eye(5)[[codes.index(code) for code in table["level_2"]]]
    vectors += 0.1 * random.normal(size=vectors.shape)
    columns = pd.DataFrame(vectors.round(4)).add_prefix("v_")
    table[["text"]].join(columns).to_csv(folder / "vectors.csv", index=False)
    return file
