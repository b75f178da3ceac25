"""A sentence encoder so small that its vectors can be worked out by hand."""

import numpy as np


class LetterEncoder:
    """Counts letters: a, all others, and spaces; of length 1.

    Attributes:
        asked: All sentences that it was asked for, in order.
    """

    name, source, languages, width = "letters", "letters", None, 3
    is_cached = True

    def __init__(self, identity="letters 1"):
        self.identity = identity
        self.asked = []

    def encode(self, sentences):
        self.asked += sentences
        return self.plain(sentences)

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
