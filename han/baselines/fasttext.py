"""fastText's supervised classifier (Joulin et al. 2017): fast, and hard to beat."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.baselines.baseline_file import StoredBaseline
from han.baselines.calibrated_baseline import Calibrated
from han.baselines.score_probabilities import (
    FloatArray,
    check_two_codes,
    full_codes,
    leaf_log_probabilities,
)
from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID
from han.usable_cores import num_threads

LABEL = "__label__"


class FastText(Calibrated):
    """Means of word, word-pair and character n-gram vectors, and one softmax.

    Flat over the full codes; partial ones are left out.
    Threads are as many as `OMP_NUM_THREADS` says, else one for each core. With more
    than one thread two runs differ a little: they write into each other's numbers.

    A word outside the vocabulary is written once at most and so gets no place in
    fastText's own word list, only its letters count: the saved model holds no word
    that a single respondent wrote.

    Args:
        words: The vocabulary of the text encoder.
        dimension: Width of the vectors.
        epochs: How often the records are read.
        learning_rate: At the beginning; it falls to 0.
        buckets: Vectors that n-grams share, by hash.
        characters: Least and greatest number of characters of an n-gram.
        seed: Seed of the vectors.
    """

    kind = "fasttext"
    stored = (
        "dimension",
        "epochs",
        "learning_rate",
        "buckets",
        "characters",
        "seed",
    )

    def __init__(
        self,
        words: Sequence[str],
        *,
        dimension: int = 100,
        epochs: int = 25,
        learning_rate: float = 0.5,
        buckets: int = 200_000,
        characters: tuple[int, int] = (3, 6),
        seed: int = 0,
    ) -> None:
        self.words = tuple(words)
        self.dimension = dimension
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.buckets = buckets
        self.characters = characters
        self.seed = seed

    def fit(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray, tree: Taxonomy
    ) -> FastText:
        """Trains on records with a full code, more copies of one with a greater weight.

        fastText knows no weights. A record is written `weight / mean` times, rounded
        up or down at random, so that the mean is right.

        Raises:
            InputError: If they have fewer than two different codes, or the package is
                not installed.
        """
        library = require_fasttext()
        rows = full_codes(nodes, tree)
        rows = rows[_copies(np.asarray(weights, np.float64)[rows], self.seed)]
        check_two_codes("fasttext", nodes[rows], tree)
        self.tree = tree
        lines = self._lines(texts.take(rows), once=True)
        labelled = (
            f"{LABEL}{n} {line}\n"
            for n, line in zip(nodes[rows].tolist(), lines, strict=True)
        )
        self._keep(
            _by_file(
                "".join(labelled).encode("utf-8", "replace"),
                lambda file: library.train_supervised(file, **self._settings()),
            )
        )
        return self

    def _settings(self) -> dict[str, Any]:
        return {
            "dim": self.dimension,
            "epoch": self.epochs,
            "lr": self.learning_rate,
            "bucket": self.buckets,
            "wordNgrams": 2,
            "minn": self.characters[0],
            "maxn": self.characters[1],
            "minCount": 2,
            "label": LABEL,
            "thread": num_threads(),
            "seed": self.seed % 2**31,
            "verbose": 0,
        }

    def _keep(self, model: Any) -> None:
        """The model, and what its last layer is made of."""
        self.model = model
        self.classes = np.array([int(name[len(LABEL) :]) for name in model.labels])
        self.output = model.get_output_matrix()

    def _lines(self, texts: EncodedTexts, *, once: bool = False) -> Iterator[str]:
        """Words of each document; each unknown one in one place only if `once`."""
        table = (*self.words, *texts.unknown)
        places = texts.spelled_ids(len(self.words) + FIRST_WORD_ID) - FIRST_WORD_ID
        known = set(self.words)
        written: set[str] = set()
        ends = np.cumsum(texts.document_words).tolist()
        words = [table[place] for place in places.tolist()]
        for first, last in zip([0, *ends], ends, strict=False):
            line = words[first:last]
            yield " ".join(_new(line, known, written) if once else line)

    def scores(self, texts: EncodedTexts) -> FloatArray:
        """What fastText's softmax is taken of, `(n, classes)`."""
        vectors = [self.model.get_sentence_vector(line) for line in self._lines(texts)]
        return np.asarray(np.stack(vectors) @ self.output.T, np.float64)

    def leaf_log_probabilities(
        self, scores: FloatArray, temperature: float
    ) -> FloatArray:
        """A softmax over the codes of the training records."""
        return leaf_log_probabilities(scores / temperature, self.classes, self.tree)

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The bytes of fastText's own file, which C++ reads: numbers and words."""
        content = _by_file(b"", lambda file: _saved(self.model, file))
        return {"model": np.frombuffer(content, np.uint8)}

    def _restore(self, stored: StoredBaseline) -> None:
        """Reads the model out of its bytes; InputError without the package."""
        content = stored.arrays["model"].tobytes()
        self._keep(_by_file(content, require_fasttext().load_model))
        known = np.isin(self.classes, np.arange(self.tree.num_nodes)).all()
        if not known or not np.isfinite(self.output).all():
            raise ValueError("other codes, or numbers that are not finite")


def _new(line: list[str], known: set[str], written: set[str]) -> Iterator[str]:
    """The words that are known, or were not written before."""
    for word in line:
        if word not in known:
            if word in written:
                continue
            written.add(word)
        yield word


def require_fasttext() -> Any:
    """The package `fasttext`; raises InputError where it is not installed."""
    try:
        import fasttext
    except ModuleNotFoundError as error:
        if error.name != "fasttext":
            raise
        raise InputError(
            "`model.kind: fasttext` needs the package fasttext-community. Install it "
            "with pip install -e '.[fasttext]', or choose another `model.kind`."
        ) from None
    return fasttext


def _copies(weights: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.intp]:
    """Each record as often as its weight asks, beside a mean of 1."""
    if not weights.any():
        return np.empty(0, np.intp)
    often = weights / weights.mean()
    often = np.floor(often + np.random.default_rng(seed).random(len(often)))
    return np.repeat(np.arange(len(weights)), often.astype(np.int64))


def _by_file(content: bytes, work: Callable[[str], Any]) -> Any:
    """What a function makes of a file that only its owner can read, and that goes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fasttext"
        file.write_bytes(content)
        return work(str(file))


def _saved(model: Any, file: str) -> bytes:
    model.save_model(file)
    return Path(file).read_bytes()
