"""Token buckets, by a clock of the test."""

import pytest

from han.service import rate_limit
from han.service.rate_limit import RateLimit


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_minutes_worth_at_once_then_as_it_comes_in(clock):
    limit = RateLimit(6, clock)
    assert [limit.wait("a") for _ in range(7)] == [0.0] * 6 + [10.0]
    clock.now = 5.0
    assert limit.wait("a") == 5.0
    clock.now = 10.0
    assert (limit.wait("a"), limit.wait("a")) == (0.0, 10.0)
    clock.now = 1e6  # no more than a minute's worth is ever there
    assert [limit.wait("a") for _ in range(7)] == [0.0] * 6 + [10.0]


def test_clients_do_not_share_and_may_have_limits_of_their_own(clock):
    limit = RateLimit(1, clock)
    assert (limit.wait("a"), limit.wait("a"), limit.wait("b")) == (0.0, 60.0, 0.0)
    assert [limit.wait("c", own=2) for _ in range(3)] == [0.0, 0.0, 30.0]
    free = RateLimit(None, clock)
    assert {free.wait("a", 10**6) for _ in range(9)} == {0.0}
    assert (free.wait("d", own=1), free.wait("d", own=1)) == (0.0, 60.0)


def test_what_costs_more_than_a_minutes_worth_is_paid_for_afterwards(clock):
    limit = RateLimit(60, clock)
    assert limit.wait("a", 180) == 0.0
    assert limit.wait("a") == 121.0
    clock.now = 121.0
    assert limit.wait("a") == 0.0
    assert limit.wait("a", 180) == 60.0  # a full bucket


def test_memory_is_bounded(monkeypatch, clock):
    monkeypatch.setattr(rate_limit, "MOST_CLIENTS", 3)
    limit = RateLimit(1, clock)
    for client in "abcd":
        assert limit.wait(client) == 0.0
    assert limit.wait("d") == 60.0  # kept
    assert limit.wait("a") == 0.0  # forgotten: it asked longest ago
    assert len(limit._buckets) == 3
