"""What people take when a network is too slow: fastText, TF-IDF with a linear SVM."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from speed.corpora import Corpus, make_corpus
from speed.rooms import SLICE, Contestant, Sizes, cycle, random_batches

EPOCHS = 5
SVM_DOCUMENTS = 2_000  # LinearSVC on 134 codes takes minutes for 40,000


def build_fasttext(sizes: Sizes, threads: int) -> Contestant:
    """Supervised fastText on word unigrams, its defaults; `train` is a whole training.

    Its documents are documents times epochs.
    """
    import fasttext

    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    texts, codes = sentences(corpus), corpus.leaf_codes
    lines = [f"__label__{c} {t}" for c, t in zip(codes, texts, strict=True)]
    model: Any = None

    def train() -> float:
        nonlocal model
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "train.txt"
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            model = fasttext.train_supervised(
                str(file), epoch=EPOCHS, thread=threads, verbose=0
            )
        return float(EPOCHS * len(lines))

    tasks = {
        "train": train,
        "predict": slices(corpus, texts, sizes, lambda some: model.predict(some)),
    }
    return Contestant(tasks, stepwise=False)


def build_svm(sizes: Sizes, threads: int) -> Contestant:
    """TF-IDF of words and pairs with LinearSVC; `train` is a whole training.

    It has one thread whatever `threads` says: LinearSVC knows no more.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    texts = sentences(corpus)
    some = slice(SVM_DOCUMENTS)
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC())

    def train() -> float:
        model.fit(texts[some], corpus.leaf_codes[some])
        return float(len(texts[some]))

    tasks = {"train": train, "predict": slices(corpus, texts, sizes, model.predict)}
    return Contestant(tasks, stepwise=False)


def sentences(corpus: Corpus) -> list[str]:
    """Each document as a line of words; word 17 is `w17`."""
    edges = np.cumsum(corpus.texts.document_words)[:-1]
    documents = np.split(corpus.texts.vocabulary_ids, edges)
    return [" ".join(f"w{i}" for i in ids.tolist()) for ids in documents]


def slices(corpus: Corpus, texts: list[str], sizes: Sizes, work: Any) -> Any:
    """A task that does slices of the texts."""
    rows = random_batches(corpus, SLICE[sizes.corpus])
    return cycle([(len(r), ([texts[i] for i in r],)) for r in rows], work)
