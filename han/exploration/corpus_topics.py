"""Topics of a corpus, and how they go with its codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.config import Config
from han.experiment.corpus import Corpus, read_corpus
from han.text.text_encoder import EncodedTexts
from han.text.topic_learning import learn_topics
from han.text.topics import Floats, Method, Topics

LEAST_RECORDS = 10
LISTED = 8  # words of a topic


@dataclass(frozen=True)
class TopicView:
    """Topics of a corpus as tables.

    Attributes:
        topics: What was learnt.
        words: A row for each topic: `topic` (from 1), its strongest `words`, and
            `share`, the share of documents whose strongest topic it is; of `lsa` also
            the words of its `opposite` end.
        by_code: The same share among the documents of each code of the first level, a
            row for each code and a column for each topic; a row adds up to 1.
    """

    topics: Topics
    words: pd.DataFrame
    by_code: pd.DataFrame


def explore_topics(
    experiment: Config | Corpus,
    method: Method = "lda",
    number: int = 12,
    *,
    seed: int = 17,
    least_records: int = LEAST_RECORDS,
) -> TopicView:
    """Learns topics from the training records of an experiment and lays them out.

    Only words of the vocabulary are listed, which `text.min_count` records hold, and
    only codes that have `least_records` records.

    Args:
        experiment: An experiment, or what was read for one.
        method: `lda` or `lsa`.
        number: Number of topics.
        seed: Seed of all draws.
        least_records: Records that a code must have.

    Raises:
        InputError: For a mistake in the experiment, or if its texts have no topics.
    """
    corpus = experiment if isinstance(experiment, Corpus) else read_corpus(experiment)
    records = corpus.examples["train"].records
    vocabulary = corpus.encoder.vocabulary.words
    topics = learn_topics(corpus.encoder, records.texts, method, number, seed=seed)
    strongest = strongest_topics(topics, records.texts)
    counts = np.bincount(strongest[strongest >= 0], minlength=len(topics))
    words = topic_words(topics, vocabulary).assign(share=counts / counts.sum())
    nodes = records.truth.reshape(len(records), -1)
    rows, places = np.nonzero(nodes != ROOT)  # each of several codes counts
    codes = strongest[rows], nodes[rows, places]
    by_code = topics_by_code(
        *codes, corpus.tree, len(topics), least_records=least_records
    )
    return TopicView(topics, words, by_code)


def topic_words(
    topics: Topics, vocabulary: Sequence[str], number: int = LISTED
) -> pd.DataFrame:
    """The words that say most of each topic.

    Args:
        topics: The topics.
        vocabulary: Words of the text encoder that they were learnt with.
        number: Words of each.

    Returns:
        Columns `topic`, from 1, and `words`; of `lsa` also `opposite`.
    """
    table = topics.table * (topics.weights > 0)[:, None]
    columns: dict[str, object] = {"topic": range(1, len(topics) + 1)}
    columns["words"] = _strongest_words(table, vocabulary, number)
    if topics.method == "lsa":
        columns["opposite"] = _strongest_words(-table, vocabulary, number)
    return pd.DataFrame(columns)


def _strongest_words(
    table: Floats, vocabulary: Sequence[str], number: int
) -> list[str]:
    """Of each column the words of its largest numbers above 0, in one text."""
    first = len(table) - len(vocabulary)
    order = np.argsort(-table, axis=0, kind="stable")[:number].T
    return [
        " ".join(vocabulary[i - first] for i in ids.tolist() if table[i, topic] > 0)
        for topic, ids in enumerate(order)
    ]


def strongest_topics(topics: Topics, texts: EncodedTexts) -> IntArray:
    """The topic that each document holds most of, `(n,)`, from 0; -1 without words.

    Of `lsa` that is the one with the largest number, whatever its sign.
    """
    counts = topics.counts(texts)
    found = np.abs(topics.placed(counts)).argmax(axis=1)
    return np.where(np.diff(counts.indptr) > 0, found, -1).astype(np.int32)


def topics_by_code(
    strongest: IntArray,
    nodes: IntArray,
    tree: Taxonomy,
    number: int,
    *,
    least_records: int = LEAST_RECORDS,
) -> pd.DataFrame:
    """How the documents of each code of the first level are spread over topics.

    Args:
        strongest: Topic of each document, -1 for none, `(n,)`.
        nodes: True node of each, `(n,)`.
        tree: The code list.
        number: Number of topics.
        least_records: Documents that a code must have.

    Returns:
        A row for each code, called by code and title; columns 1 to `number`.

    Example:
        >>> tree = Taxonomy(["1", "2", "11"], [-1, -1, 0], ["Food", "Tools", "Bread"])
        >>> topics, nodes = np.array([0, 0, 1, 1]), np.array([0, 2, 2, 1])
        >>> topics_by_code(topics, nodes, tree, 2, least_records=1).round(2)
                    1     2
        1 Food   0.67  0.33
        2 Tools  0.00  1.00
    """
    has_topic = strongest >= 0
    top = tree.paths[nodes[has_topic], 0]
    num_codes = int((tree.levels == 1).sum())
    counts = np.zeros((num_codes, number))
    np.add.at(counts, (top, strongest[has_topic]), 1)
    totals = counts.sum(axis=1)
    kept = np.flatnonzero(totals >= max(least_records, 1))
    names = [
        f"{tree.node_names[k]} {tree.titles[k]}"
        if tree.titles[k] != tree.codes[k]
        else tree.node_names[k]
        for k in kept
    ]
    shares = counts[kept] / totals[kept, None]
    return pd.DataFrame(shares, index=names, columns=range(1, number + 1))
