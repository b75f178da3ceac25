"""Log-odds of nodes among their siblings from scores of leaves, as a compiled loop."""

from __future__ import annotations

import numpy as np

from han.kernels.compiled import compiled


@compiled
def sibling_odds(edges, parents, factors, scores):  # type: ignore[no-untyped-def]
    """Makes log-odds among siblings of the scores of leaves, in place.

    An inner node is the sum of the leaves below it. Every document is by itself, so
    that one alone has the same odds as among others.

    Args:
        edges: Where each group of siblings begins, and where the last one ends.
            Siblings stand side by side, and before the children of any of them.
        parents: Parent of each node, -1 at the top, `(N,)`.
        factors: By which the log-odds of each node count, `(N,)`.
        scores: Of the leaves; those of inner nodes are not read, `(n, N)`. Becomes the
            log-odds times the factors.
    """
    for row in range(len(scores)):
        own = scores[row]
        for group in range(len(edges) - 2, -1, -1):
            first, last = edges[group], edges[group + 1]
            most = own[first:last].max()
            total = mean = np.float32(0)
            for node in range(first, last):
                total += np.exp(own[node] - most)
                mean += own[node] - most
            if parents[first] >= 0:
                own[parents[first]] = most + np.log(total)
            mean = most + mean / np.float32(last - first)
            for node in range(first, last):
                own[node] = (own[node] - mean) * factors[node]
