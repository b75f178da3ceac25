"""Routes that are found without all probabilities are those of all of them."""

from dataclasses import replace

import numpy as np
import pytest
from support.explained_networks import network, texts_of
from support.small_networks import TREE, VOCABULARY

from han.decisions.conformal_lists import ConformalSets
from han.decisions.guarantee import Promise
from han.decisions.path_probabilities import coded_paths
from han.decisions.repeat_limit import BY_THRESHOLDS
from han.decisions.threshold_bands import POOL, Thresholds
from han.network.code_search import search_of
from han.runs.router import TextRoutes
from han.runs.routing_policy import RoutingPolicy
from han.runs.text_codes import TextCoder

ROWS = 60
MADE = network()


class AllNodes:
    """Probabilities of all nodes, one document at a time, and of how many they were.

    Together the last digits would depend on which documents are beside.
    """

    def __init__(self):
        self.documents = 0

    def __call__(self, texts):
        self.documents += len(texts)
        rows = range(len(texts))
        return np.concatenate(
            [MADE.log_probabilities(texts.take([row])) for row in rows]
        )


def drawn_texts():
    """Documents of a few words, known and unknown ones, and some without any."""
    draw = np.random.default_rng(0)
    words = [*VOCABULARY, "nada"]
    fields = {
        name: [" ".join(draw.choice(words, size=draw.integers(5))) for _ in range(ROWS)]
        for name in ("name", "tasks")
    }
    return texts_of({name: [*cells[:-1], ""] for name, cells in fields.items()})


TEXTS = drawn_texts()
LOGS = AllNodes()(TEXTS)


def thresholds(*limits, **groups):
    """Of both levels, for all codes, or for those under node 1 apart."""
    several = {POOL: limits, **({1: groups["own"]} if groups else {})}
    kept = {
        group: tuple(Promise(0.9, limit, 100, 95, 30) for limit in some)
        for group, some in several.items()
    }
    return Thresholds((1, 2), 0.95, kept, 1 if groups else None)


def policies():
    """Thresholds and limits: some are the very probabilities of records."""
    own = coded_paths(LOGS, TREE).probabilities
    second = np.sort(LOGS[5, TREE.leaves].astype(np.float64))[-2]
    usual, never = thresholds(0.8, 0.6), thresholds(np.inf, np.inf)
    exact = thresholds(*own[5], own=own[7])
    bands = replace(usual, most_rows=1, repeated=(replace(exact, least_rows=2),))
    some = ConformalSets(0.9, 0.9, 50)
    return {
        "thresholds": RoutingPolicy(usual),
        "records": RoutingPolicy(exact),
        "seen": RoutingPolicy(never, seen_thresholds=thresholds(*own[9])),
        "bands": RoutingPolicy(bands),
        "lists": RoutingPolicy(usual, some, most_listed=2, most_leaves=2),
        "limit": RoutingPolicy(usual, replace(some, limit=float(1 - np.exp(second)))),
        "likeliest": RoutingPolicy(usual, replace(some, limit=0.0)),
    }


def routed(policy, search):
    """Cells, and of how many documents all nodes were computed."""
    draw, logs = np.random.default_rng(1), AllNodes()
    numbers, scaled = draw.integers(0, 2, ROWS), draw.integers(1, 3, ROWS)
    seen = draw.random(ROWS) < 0.5 if policy.seen_thresholds else None
    own = draw.choice([BY_THRESHOLDS, BY_THRESHOLDS, 0, 1, 2], ROWS)
    routes = TextRoutes(policy, numbers, numbers, scaled, seen, own)
    coder = TextCoder(TREE, logs, search_of(MADE, TREE.leaves) if search else None)
    return coder.cells(TEXTS, 3, None, routes), logs.documents


def assert_same(found, expected):
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert found[name].dtype == values.dtype, name
        if values.dtype.kind == "f":
            np.testing.assert_allclose(found[name], values, atol=2e-6, err_msg=name)
        else:
            np.testing.assert_array_equal(found[name], values, err_msg=name)


@pytest.mark.parametrize("name", policies())
def test_routes_are_those_of_all_probabilities(name):
    found, documents = routed(policies()[name], search=True)
    expected, _ = routed(policies()[name], search=False)
    assert_same(found, expected)
    assert len(set(expected["route"])) == 3
    # All nodes are computed where a few digits decide, and nowhere else.
    is_exact = name in ("records", "seen", "bands", "limit")
    assert documents <= ROWS / 4 and (documents > 0) == is_exact


@pytest.mark.parametrize(
    "sets",
    [
        ConformalSets(0.9, 0.5, 50, "aps"),
        ConformalSets(0.9, np.inf, 5),
        ConformalSets(0.9, 0.9999, 50),
    ],
)
def test_lists_that_need_all_probabilities_have_them(sets):
    policy = RoutingPolicy(thresholds(0.8, 0.6), sets)
    found, documents = routed(policy, search=True)
    assert documents == ROWS
    assert_same(found, routed(policy, search=False)[0])
