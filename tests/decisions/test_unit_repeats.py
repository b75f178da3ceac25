"""Repeats of units among all records, and numbers of the frequent ones."""

from hypothesis import given
from hypothesis import strategies as st

from han.decisions.repeat_limit import RepeatLimit
from han.decisions.unit_repeats import UnitCounts, unit_hashes


@given(st.lists(st.sampled_from(["", "\x1f", "a", "b", "c"])), st.integers(1, 5))
def test_counts_and_numbers(keys, most):
    """As a loop counts them, whatever part of the records is asked for."""
    plain = ["" if key == "\x1f" else key for key in keys]
    counts = [plain.count(key) if key else 0 for key in plain]
    known = {}
    numbers = [
        known.setdefault(key, len(known) + 1) if count > most else 0
        for key, count in zip(plain, counts, strict=True)
    ]
    found = UnitCounts(unit_hashes(keys), RepeatLimit(most, max(len(keys), 1)))
    middle = len(keys) // 2
    parts = [found.of(0, middle), found.of(middle, len(keys))]
    assert [n for part in parts for n in part.counts.tolist()] == counts
    assert [n for part in parts for n in part.numbers.tolist()] == numbers


def test_the_limit_grows_with_the_records():
    keys = ["a"] * 4 + ["b"] * 2
    few, many = RepeatLimit(3, 6), RepeatLimit(3, 3)
    assert UnitCounts(unit_hashes(keys), few).of(0, 6).is_frequent.sum() == 4
    assert UnitCounts(unit_hashes(keys), many).of(0, 6).is_frequent.sum() == 0
