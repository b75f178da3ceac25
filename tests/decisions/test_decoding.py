"""Codes, runners-up and margins, against a plain sort."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han.code_list.taxonomy import ROOT, Taxonomy
from han.decisions import decoding
from han.decisions.decoding import most_probable_codes

# 1: 11 (111, 112), 12; 2: 21; 3 is a leaf at the top. Leaves from the left:
# 111, 112, 12, 21, 3.
TREE = Taxonomy(
    ["1", "2", "3", "11", "12", "21", "111", "112"], [-1, -1, -1, 0, 0, 1, 3, 3]
)
CODES = ["111", "112", "12", "21", "3"]


def logs(leaves: list[list[float]]) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(TREE.sum_leaves(np.asarray(leaves, float)))


@given(
    st.lists(
        # Small whole numbers: most rows hold ties.
        st.lists(st.integers(0, 3), min_size=5, max_size=5).filter(any),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1, 2, 3, 5, 8, 40]),
)
@settings(deadline=None)
def test_follows_a_plain_sort(counts: list[list[int]], top_k: int) -> None:
    leaves = [[n / 16 for n in row] for row in counts]
    # The tree's own order of leaves, whatever their node ids.
    assert [TREE.codes[leaf] for leaf in TREE.leaves] == CODES
    found = most_probable_codes(logs(leaves), TREE, top_k=top_k)
    for i, row in enumerate(leaves):
        order = sorted(range(5), key=lambda leaf: (-row[leaf], leaf))
        first, second = order[0], order[1]
        assert TREE.codes[found.nodes[i]] == CODES[first]
        assert found.probabilities[i] == pytest.approx(row[first])
        assert found.margins[i] == pytest.approx(row[first] - row[second], abs=1e-12)
        top = [CODES[leaf] for leaf in order[:top_k]]
        assert [TREE.codes[node] for node in found.top_nodes[i]] == top
        expected = [row[leaf] for leaf in order[:top_k]]
        assert found.top_probabilities[i] == pytest.approx(expected)


def test_levels_end_with_the_code() -> None:
    found = most_probable_codes(
        logs([[0.4, 0.1, 0.2, 0.3, 0.0], [0.0, 0.1, 0.1, 0.2, 0.6]]), TREE
    )
    expected = [[0.7, 0.5, 0.4], [0.6, np.nan, np.nan]]
    np.testing.assert_allclose(found.level_probabilities, expected)
    assert found.nodes.dtype == found.top_nodes.dtype == np.int32


def test_blank_documents_get_no_code() -> None:
    both = logs([[0.4, 0.1, 0.2, 0.3, 0.0]] * 2)
    found = most_probable_codes(both, TREE, top_k=2, blank=np.array([True, False]))
    alone = most_probable_codes(both[1:], TREE, top_k=2)
    assert found.nodes.tolist() == [ROOT, *alone.nodes]
    assert found.top_nodes[0].tolist() == [ROOT, ROOT]
    for name in (
        "probabilities",
        "margins",
        "level_probabilities",
        "top_probabilities",
    ):
        assert np.isnan(getattr(found, name)[0]).all()
        np.testing.assert_array_equal(getattr(found, name)[1:], getattr(alone, name))


def test_one_leaf_has_no_runner_up() -> None:
    tree = Taxonomy(["1", "11"], [-1, 0])
    found = most_probable_codes(np.zeros((2, 2)), tree)
    assert [tree.codes[n] for n in found.nodes] == ["11", "11"]
    assert found.margins.tolist() == [1.0, 1.0]
    assert found.top_nodes.shape == (2, 1)
    assert found.level_probabilities.tolist() == [[1.0, 1.0]] * 2


def test_margin_does_not_depend_on_top_k() -> None:
    row = logs([[0.1, 0.2, 0.3, 0.35, 0.05]])
    margins = [most_probable_codes(row, TREE, top_k=k).margins[0] for k in (1, 2, 5, 9)]
    assert margins == pytest.approx([0.05] * 4)


def test_no_documents() -> None:
    found = most_probable_codes(np.zeros((0, 8)), TREE)
    assert (len(found.nodes), found.top_nodes.shape) == (0, (0, 5))


def test_many_runners_up_are_sorted_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(-3, 3, (50, 12)).astype(np.float32)
    values[values == -3] = -np.inf
    one_by_one = decoding._largest(values.copy(), 7)
    monkeypatch.setattr(decoding, "FEW", 2)
    assert (decoding._largest(values, 7) == one_by_one).all()
