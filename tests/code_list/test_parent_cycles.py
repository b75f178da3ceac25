"""The culprits of a cycle are named, and no innocent code."""

import pytest

from han.code_list.parent_cycles import cycle_message, find_cycles
from han.code_list.taxonomy import Taxonomy
from han.errors import InputError


@pytest.mark.parametrize(
    ("parents", "cycles"),
    [
        ([], []),
        ([-1, 0, 1, 0], []),
        ([0], [[0]]),
        ([1, 0, 1, 2], [[0, 1]]),
        ([3, 0, 2, 0, 1], [[0, 3], [2]]),
        ([1, 2, 0, -1, 3], [[0, 1, 2]]),
    ],
)
def test_cycles_from_child_to_parent(parents, cycles):
    assert find_cycles(parents) == cycles


def test_innocent_codes_are_counted_and_not_named():
    codes = ["A", "B", *(f"X{i}" for i in range(6900))]
    parents = [1, 0, 1, *range(2, 6901)]  # one chain below B
    with pytest.raises(InputError) as error:
        Taxonomy(codes, parents)
    assert "a cycle of parents: A -> B -> A (6,900 codes below not" in str(error.value)
    assert "X" not in str(error.value)


def test_own_parents_are_named_first_and_ten_at_most():
    parents = [*range(12), 13, 12, 0]
    message = cycle_message("ABCDEFGHIJKLMNO", parents, list(range(101, 116)))
    assert "codes that are their own parents: 'A' (row 101), 'B' (row 102)" in message
    assert "'J' (row 110) and 2 more (1 code below not counted). Leave" in message
    assert "'K'" not in message


def test_a_long_cycle_is_cut_and_others_are_counted():
    parents = [*range(1, 5000), 0, 5001, 5000]
    message = cycle_message([f"c{i}" for i in range(5002)], parents)
    assert "c0 -> c1 ->" in message
    assert "c9 -> and 4,990 more -> c0 (and 1 more cycle). Give one" in message
    assert "c10" not in message


def test_a_tree_has_no_message():
    assert cycle_message(["A", "B"], [-1, 0]) == ""
