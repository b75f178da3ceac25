"""The most probable leaves of a tree, found from the top down, as compiled loops."""

from __future__ import annotations

import numpy as np

from han.kernels.compiled import compiled

LANES = 4  # children whose sums stand in registers at a time: most parents have fewer
END = np.uint64(2**64 - 1)  # after the last wide feature of a document


@compiled
def search_tree(  # type: ignore[no-untyped-def]
    edges,
    nodes,
    colds,
    vectors,
    head,
    features,
    planes,
    beside,
    wanted,
    limits,
    top,
    top_logs,
    paths,
    listed,
):
    """Fills in the most probable leaves of documents, without most of the nodes.

    No node is more probable than its parent. So the children of the most probable node
    that has not been opened are looked at next, until as many leaves as are asked for
    are more probable than all that is left, and nothing is left that reaches the lower
    limit: what is found is exact.

    Args:
        edges: Where the children of each node begin and end, the root's first, `(2, N +
            1)`; children follow one another.
        nodes: Parent and level of each node, and its place among the leaves, -1 for
            inner nodes, `(3, N)`.
        colds: By what the scores of the children of each node are multiplied, `(N +
            1,)`, the root's first.
        vectors: Of the documents, `(n, F)`.
        head: Weights `(N, F)` and bias `(N,)` of the score of each node.
        features: `indptr`, `indices` and `values` of the documents' features.
        planes: Weights of features: where the nodes of each begin, `(features + 1,)`,
            the nodes, and the weights; then the place of each feature among the wide
            ones, which speak of many nodes, else -1, `(features,)`; where the block of
            each parent begins in the table of these, the root's first, `(N + 1,)`; and
            the table: blocks `(wide, children)`, children filled up to whole `LANES`.
            No index is signed: of one a loop asks whether it counts from the end.
        beside: More scores, `(n, N)`, or `(0, N)` for none.
        wanted: How many leaves are asked for, from 1 to `k`.
        limits: Two log-probabilities, the lower one first, `(2,)`; infinite for none.
        top: Becomes the leaves, most probable first, `(n, k)`, the `wanted` ones and
            those that reach the lower limit; others may follow. Of equal ones the first
            is that of the first place.
        top_logs: Becomes their log-probabilities; NaN where a score is no number.
        paths: Becomes the log-probabilities on the path of the first one, `(n, L)`.
        listed: Becomes how many leaves reach each limit, and the first and the last
            place of those that reach the lower one, `(n, 4)`; the place of the most
            probable one if none do.
    """
    count = len(head[1])
    scores, logs = np.empty(count, np.float32), np.empty(count, np.float32)
    waiting, bounds = np.empty(count + 1, np.int64), np.empty(count + 1, np.float32)
    most = np.diff(features[0]).max()
    chosen, amounts = np.empty(most + 1, np.uint64), np.empty(most, np.float32)
    for row in range(len(vectors)):
        scores[:] = head[1]
        if len(beside):
            scores += beside[row]
        _add_narrow(row, features, planes, scores, chosen, amounts)
        best, best_logs, found, opened = top[row], top_logs[row], 0, 1
        listed[row] = 0
        waiting[0], bounds[0] = -1, 0.0
        while opened:
            at = bounds[:opened].argmax()
            node, above = waiting[at], bounds[at]
            least = best_logs[wanted - 1] if found >= wanted else np.float32(-np.inf)
            least = min(least, limits[0])
            if above < least:
                break
            opened -= 1
            waiting[at], bounds[at] = waiting[opened], bounds[opened]
            first, last = edges[0, node + 1], edges[1, node + 1]
            here = logs[first:last]
            if last - first == 1:  # no choice
                here[0] = above
            else:
                here[:] = scores[first:last]
                _add_products(head[0][first:last], vectors[row], here)
                block = planes[5][planes[4][node + 1] :]
                _add_wide(chosen, amounts, block, here)
                if not _to_logs(here, colds[node + 1], above):
                    best_logs[:], paths[row] = np.nan, np.nan
                    break
            for child in range(first, last):
                log, place = logs[child], nodes[2, child]
                if place >= 0:
                    found = _enter(child, log, nodes[2], best, best_logs, found)
                    if log >= limits[0]:
                        _list(place, log >= limits[1], listed[row])
                elif log >= least:
                    waiting[opened], bounds[opened] = child, log
                    opened += 1
        if found >= wanted:
            if not listed[row, 0]:
                listed[row, 2:] = nodes[2, best[0]]
            _climb(best[0], nodes, logs, paths[row])


@compiled
def _add_narrow(  # type: ignore[no-untyped-def]
    row, features, planes, scores, chosen, amounts
):
    """Adds what features of few nodes say; notes the wide ones, then `END`.

    A feature stands in a document but once.
    """
    indptr, indices, values = features
    first, nodes, weights, places, _, _ = planes
    used = 0
    for j in range(indptr[row], indptr[row + 1]):
        feature, value = indices[j], values[j]
        if places[feature] >= 0:
            chosen[used], amounts[used] = places[feature], value
            used += 1
        else:
            for k in range(first[feature], first[feature + 1]):
                scores[nodes[k]] += value * weights[k]
    chosen[used] = END


@compiled
def _add_products(kernel, vector, out):  # type: ignore[no-untyped-def]
    for child in range(len(out)):
        own, total = kernel[child], np.float32(0.0)
        for k in range(len(vector)):
            total += own[k] * vector[k]
        out[child] += total


@compiled
def _add_wide(chosen, amounts, block, out):  # type: ignore[no-untyped-def]
    """Adds what wide features say of the children of one parent."""
    sums = np.empty(LANES, np.float32)
    chunks = np.uint64((len(out) + LANES - 1) // LANES)
    for chunk in range(chunks):
        a = b = c = d = np.float32(0.0)  # named, so that they are registers
        j = 0
        # A loop whose end is not known is not made one of gathers, which are slow.
        while chosen[j] != END:
            at = (chosen[j] * chunks + chunk) * np.uint64(LANES)
            value = amounts[j]
            a += value * block[at]
            b += value * block[at + np.uint64(1)]
            c += value * block[at + np.uint64(2)]
            d += value * block[at + np.uint64(3)]
            j += 1
        sums[0], sums[1], sums[2], sums[3] = a, b, c, d
        here = out[chunk * np.uint64(LANES) :][:LANES]
        for k in range(len(here)):
            here[k] += sums[k]


@compiled
def _to_logs(scores, cold, above):  # type: ignore[no-untyped-def]
    """Makes log-probabilities of scores of siblings; whether all are numbers."""
    peak, total = np.float32(-np.inf), np.float32(0.0)
    for k in range(len(scores)):
        scores[k] *= cold
        peak = max(peak, scores[k])
    for k in range(len(scores)):
        scores[k] -= peak  # kept: in a sum in any order digits of likely nodes are lost
        total += np.exp(scores[k])
    if not np.isfinite(total):
        return False
    total = np.log(total)
    for k in range(len(scores)):
        scores[k] += above - total
    return True


@compiled
def _enter(leaf, log, places, best, best_logs, found):  # type: ignore[no-untyped-def]
    """Puts a leaf where it belongs among the best; how many there are now."""
    k = found
    while k and (
        best_logs[k - 1] < log
        or (best_logs[k - 1] == log and places[best[k - 1]] > places[leaf])
    ):
        k -= 1
    if k == len(best):
        return found
    for later in range(min(found, len(best) - 1), k, -1):
        best[later], best_logs[later] = best[later - 1], best_logs[later - 1]
    best[k], best_logs[k] = leaf, log
    return min(found + 1, len(best))


@compiled
def _list(place, is_above, listed):  # type: ignore[no-untyped-def]
    """Counts a leaf that reaches the lower limit, and whether it does the upper one."""
    listed[2] = min(listed[2], place) if listed[0] else place
    listed[3] = max(listed[3], place)
    listed[0] += 1
    listed[1] += is_above


@compiled
def _climb(node, nodes, logs, path):  # type: ignore[no-untyped-def]
    """Notes the log-probabilities of a node and of all above it, by level."""
    while node >= 0:
        path[nodes[1, node] - 1] = logs[node]
        node = nodes[0, node]
