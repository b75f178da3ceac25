"""A small corpus for linear models."""

import numpy as np

from han.code_list.taxonomy import Taxonomy
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

WORDS = ["pan", "panadero", "leche", "lechería", "niño", "vende", "sin", "local", "y"]


def encoder(words=("vende", "pan", "leche")):
    limits = {"text": FieldLimits(20, 5)}
    return TextEncoder(limits, Splitter("whole"), Cleaner(), Vocabulary(words))


def encode(documents, **kwargs):
    return encoder(**kwargs).encode({"text": [" ".join(d) for d in documents]})


TREE = Taxonomy(
    ["1", "2", "3", "11", "12", "21", "31", "32"], [-1, -1, -1, 0, 0, 1, 2, 2]
)


def corpus(rows=150, seed=5):
    generator = np.random.default_rng(seed)
    nodes = generator.choice([3, 4, 5, 6, 7], rows).astype(np.int32)
    signs = np.array(WORDS)[nodes]
    noise = generator.choice(WORDS, (rows, 3))
    return encode([[s, *n] for s, n in zip(signs, noise, strict=True)]), nodes
