"""Which requests are coded together."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from han.service.coding_blocks import MOST_PASSED, WaitingRequest, next_block

PLAIN = SimpleNamespace(counts_repeats=False)
OTHER = SimpleNamespace(counts_repeats=False)
COUNTING = SimpleNamespace(counts_repeats=True)
ASKED = st.tuples(st.sampled_from([PLAIN, OTHER, COUNTING]), st.integers(1, 30))


def request(model, size, top_k=5):
    return WaitingRequest([{}] * size, 0.0, model, top_k)


def shares(waiting, most):
    return [(waiting.index(r), count) for r, count in next_block(waiting, most)]


def test_small_requests_go_first_and_a_large_one_gets_the_room():
    waiting = [request(PLAIN, 100), request(PLAIN, 1), request(PLAIN, 2)]
    assert shares(waiting, 10) == [(1, 1), (2, 2), (0, 7)]


def test_only_what_asks_the_same_of_the_same_model_goes_together():
    waiting = [request(PLAIN, 2), request(OTHER, 1), request(PLAIN, 1, top_k=3)]
    assert shares(waiting, 10) == [(0, 2)]
    work = WaitingRequest([{}], 0.0, work=dict)
    assert shares([work, WaitingRequest([{}], 0.0, work=dict)], 10) == [(0, 1)]


def test_where_repeats_count_a_request_is_whole_and_alone():
    waiting = [request(COUNTING, 20), request(COUNTING, 20)]
    assert shares(waiting, 10) == [(0, 20)]


def test_small_ones_go_before_a_whole_one_that_has_its_turn_at_last():
    waiting = [request(COUNTING, 20), request(PLAIN, 9), request(COUNTING, 1)]
    assert shares(waiting, 10) == [(2, 1)]
    assert shares(waiting[:2], 10) == [(1, 9)]
    turns = [shares(waiting, 10) for _ in range(MOST_PASSED)]
    assert turns == [[(2, 1)]] * (MOST_PASSED - 2) + [[(0, 20)]] * 2


def test_small_ones_that_never_end_do_not_starve_a_large_one():
    large = request(PLAIN, 1000)
    waiting = [large] + [request(PLAIN, 10) for _ in range(60)]
    for _ in range(80):
        block = next_block(waiting, 256)
        for one, count in block:
            one.answers += [{}] * count
        taken = [one for one, _ in block]
        waiting = [one for one in waiting if one not in taken]
        waiting += [one if one.left else request(PLAIN, 10) for one in taken]
        if not large.left:
            break
    assert not large.left


@given(st.lists(ASKED, max_size=12), st.integers(1, 40))
def test_every_record_has_its_turn(asked, most):
    waiting = [request(model, size) for model, size in asked]
    while block := next_block(waiting, most):
        assert sum(count for _, count in block) <= max(most, block[0][0].left)
        for one, count in block:
            one.answers += [{}] * count
        taken = [r for r, _ in block]
        waiting = [r for r in waiting if r not in taken] + [r for r in taken if r.left]
    assert not waiting
