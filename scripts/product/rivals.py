"""Rivals from a file of texts to codes: scikit-learn and fastText, as they come."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from han.usable_cores import num_threads
from product.works import Given

Columns = dict[str, list[str]]
Coder = Callable[[Columns], list[str]]
LABEL = "__label__"
CODED = 2048  # texts at a time: with 10,000 codes their scores take 160 MB


def joined(columns: Columns) -> list[str]:
    """All fields of each record as one text, in lower case."""
    return [" ".join(row).lower() for row in zip(*columns.values(), strict=True)]


def taught(given: Given) -> tuple[list[str], list[str]]:
    """Texts and codes of the training records alone, as han gets them."""
    rows = np.flatnonzero(given.roles == "train").tolist()
    texts = joined(given.texts)
    return [texts[row] for row in rows], [given.codes[row] for row in rows]


def in_parts(work: Callable[[list[str]], list[str]]) -> Coder:
    """Codes texts a part at a time."""

    def code(columns: Columns) -> list[str]:
        texts = joined(columns)
        parts = [texts[k : k + CODED] for k in range(0, len(texts), CODED)]
        return [found for part in parts for found in work(part)]

    return code


def fit_sklearn(given: Given, seed: int) -> Coder:
    """TF-IDF of the n-grams that han's linear model has, and `LinearSVC` as it comes.

    Words with pairs, and letter sequences of 2 to 5 within words; of two texts each.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    options = {"min_df": 2, "sublinear_tf": True, "dtype": np.float32}
    ngrams = make_union(
        TfidfVectorizer(ngram_range=(1, 2), **options),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **options),
    )
    model = make_pipeline(ngrams, LinearSVC(random_state=seed))
    model.fit(*taught(given))
    return in_parts(lambda texts: [str(code) for code in model.predict(texts)])


def fit_fasttext(given: Given, seed: int) -> Coder:
    """Word pairs and letter sequences, set as in `model.kind: fasttext` of han."""
    import fasttext

    texts, codes = taught(given)
    names = sorted(set(codes))
    number = {name: k for k, name in enumerate(names)}
    lines = [
        f"{LABEL}{number[code]} {tokens(text)}\n"
        for text, code in zip(texts, codes, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        file.write_text("".join(lines), encoding="utf-8")
        model = fasttext.train_supervised(
            str(file),
            dim=100,
            epoch=25,
            lr=0.5,
            bucket=200_000,
            wordNgrams=2,
            minn=3,
            maxn=6,
            minCount=2,
            thread=num_threads(),
            seed=seed,
            verbose=0,
        )

    def code(texts: list[str]) -> list[str]:
        found, _ = model.predict([tokens(text) for text in texts])
        # Where it knows nothing of a text it says nothing.
        return [names[int(one[0][len(LABEL) :])] if one else "" for one in found]

    return in_parts(code)


def tokens(text: str) -> str:
    """Words with spaces between them: fastText knows no other marks."""
    return " ".join(re.findall(r"\w+", text))
