"""How often each feature stands in each document, as compiled loops."""

from __future__ import annotations

import numpy as np

from han.kernels.compiled import compiled


@compiled
def count_features(  # type: ignore[no-untyped-def]
    ends, words, first, columns, pairs, num_features
):
    """Counts features of documents that are made of words, which are made of features.

    Args:
        ends: Where the words of each document end, `(n,)`.
        words: All words, one document after the other, `(M,)`.
        first: Where the features of each word begin in `columns`, `(words + 1,)`.
        columns: Features of all words, below `num_features`.
        pairs: Feature of each word with the one before it, -1 if there is none, `(M,)`.
        num_features: Number of features.

    Returns:
        `indptr`, `indices` and `values` of a matrix compressed by row, `(n, features)`;
        columns stand in the order in which they are met.
    """
    seen = np.zeros(num_features, np.int32)
    most = len(words)
    for word in words:
        most += first[word + 1] - first[word]
    indices, values = np.empty(most, np.int32), np.empty(most, np.float32)
    indptr = np.zeros(len(ends) + 1, np.int64)
    size, begin = 0, 0
    for document in range(len(ends)):
        start = size
        for place in range(begin, ends[document]):
            word = words[place]
            for k in range(first[word], first[word + 1] + 1):
                # After the word's own features comes that of the pair.
                column = columns[k] if k < first[word + 1] else pairs[place]
                if column < 0:
                    continue
                if not seen[column]:
                    indices[size] = column
                    size += 1
                seen[column] += 1
        for k in range(start, size):
            values[k] = seen[indices[k]]
            seen[indices[k]] = 0
        begin, indptr[document + 1] = ends[document], size
    return indptr, indices[:size].copy(), values[:size].copy()


@compiled
def weigh_counts(indptr, indices, values, idf, logs, num_words):  # type: ignore[no-untyped-def]
    """Makes TF-IDF of counts, where they stand.

    Of each document the features before `num_words` have the length `sqrt(1 / 2)`, and
    so have the others.

    Args:
        indptr: Where the features of each document begin, `(n + 1,)`.
        indices: The features, `(k,)`.
        values: How often each stands there, `(k,)`; becomes its weight.
        idf: Weight of each feature, `(features,)`.
        logs: What a count counts, from 0 to the largest one.
        num_words: How many features are words or pairs.
    """
    squares = np.empty(2)
    for document in range(len(indptr) - 1):
        first, last = indptr[document], indptr[document + 1]
        squares[:] = 0.0
        for k in range(first, last):
            feature = indices[k]
            value = logs[int(values[k])] * idf[feature]
            values[k] = value
            squares[int(feature >= num_words)] += value * value
        for k in range(first, last):
            values[k] /= np.sqrt(2 * squares[int(indices[k] >= num_words)])
