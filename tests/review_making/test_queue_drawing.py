"""What is drawn, and with which probability: checked against what really happens."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han import Taxonomy
from han.review_making.answer_frame import AnswerFrame
from han.review_making.queue_drawing import (
    QueueShares,
    draw_answers,
    priorities,
    shared_out,
)
from han.review_making.queue_order import evenly, placed_answers

TREE = Taxonomy(["1", "2", "11", "12", "21"], [-1, -1, 0, 0, 1])


def frame_of(answers, coded=0.5, seed=0):
    """Answers of which a share is coded, by two stages and on two levels."""
    chance = np.random.default_rng(seed)
    rows = chance.integers(1, 9, answers)
    return AnswerFrame(
        [f"answer {k}" for k in range(answers)],
        {"text": [f"Answer {k}" for k in range(answers)]},
        {},
        rows,
        rows * chance.uniform(0.5, 2, answers),
        chance.integers(0, 5, answers),
        chance.random(answers),
        [("model", "exact")[k] for k in chance.integers(0, 2, answers)],
        chance.random(answers) < coded,
        chance.random(answers),
    )


shares = st.builds(
    QueueShares,
    budget=st.integers(1, 120),
    batch=st.integers(1, 30),
    double=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    double_checks=st.sampled_from([0.0, 0.5, 1.0]),
    gold=st.sampled_from([0.0, 0.2, 1.0]),
    check=st.sampled_from([0.0, 0.2, 0.6]),
    sample=st.sampled_from([0.0, 0.1, 0.4]),
    no_suggestions=st.sampled_from([0.0, 0.1, 1.0]),
    seed=st.integers(0, 5),
)


@given(shares, st.integers(1, 90), st.sampled_from([0.0, 0.3, 1.0]))
def test_draws_and_their_probabilities_add_up_to_the_frame(asked, answers, coded):
    frame = frame_of(answers, coded)
    strata, drawn = draw_answers(frame, TREE, asked)
    places = [one.place for one in drawn]
    assert len(set(places)) == len(places)
    sizes = {one.name: len(one.places) for one in strata}
    assert sum(sizes.values()) == answers
    for name, found in Counter(one.stratum for one in drawn).items():
        own = [one for one in drawn if one.stratum == name]
        assert sum(1 / one.inclusion for one in own) == pytest.approx(sizes[name])
        assert found <= sizes[name]
    for one in drawn:
        assert frame.coded[one.place] == (one.part == "check")
        assert (one.part == "work") == (one.stratum == "clerk:first")
    queue = placed_answers(drawn, frame.nodes[places].tolist(), TREE, asked)
    assert sum(one.seats for one in queue) <= asked.budget
    assert all(one.seats == 2 for one in queue if one.gold)
    batches = Counter(one.batch for one in queue)
    assert sorted(batches) == list(range(1, len(batches) + 1))
    assert all(size == asked.batch for size in list(batches.values())[:-1])


def test_each_answer_is_drawn_as_often_as_is_said():
    frame, seeds, said = frame_of(60), 600, {}
    times, in_first = Counter(), Counter()
    for seed in range(seeds):
        own = QueueShares(budget=30, batch=9, check=0.4, sample=0.3, seed=seed)
        _, drawn = draw_answers(frame, TREE, own)
        nodes = frame.nodes[[one.place for one in drawn]].tolist()
        times.update(one.place for one in drawn)
        said |= {one.place: one.inclusion for one in drawn}
        queue = placed_answers(drawn, nodes, TREE, own)
        in_first.update(q.drawn.place for q in queue if q.batch == 1)
    assert len(said) == 60
    for place, share in said.items():
        spread = 5 * np.sqrt(seeds * share * (1 - share))
        assert abs(times[place] - seeds * share) <= spread + 1e-9
    # The random ones of the first batch are a random sample, too: all have one chance.
    for stratum in ("model:1", "exact:2", "model:2"):
        own = [p for p in said if frame.strata(TREE)[p] == stratum]
        counts = np.array([in_first[place] for place in own])
        assert abs(counts - counts.mean()).max() < 5 * np.sqrt(counts.mean())


def test_work_is_what_is_most_urgent_and_factors_can_be_left_out():
    frame = AnswerFrame(
        ["a", "b", "c"],
        {"text": ["a", "b", "c"]},
        {},
        np.array([1, 10, 2]),
        np.array([6.0, 10.0, 2.0]),
        np.array([-1, -1, -1]),
        np.full(3, np.nan),
        ["clerk"] * 3,
        np.zeros(3, bool),
        np.array([0.5, 0.1, 0.4]),
    )
    assert priorities(frame).tolist() == pytest.approx([3.0, 1.0, 0.8])
    assert priorities(frame, ["weight"]).tolist() == pytest.approx([0.5, 1.0, 0.8])
    assert priorities(frame, ["doubt"]).tolist() == [6.0, 10.0, 2.0]
    alone = priorities(frame, ["weight", "repeats"])
    assert alone.tolist() == [0.5, 0.1, 0.4]
    asked = {"budget": 1, "double": 0.0, "check": 0.0, "sample": 0.0}
    for without, first in [((), 0), (("weight",), 1), (("weight", "repeats"), 0)]:
        _, drawn = draw_answers(frame, TREE, QueueShares(**asked, without=without))
        assert [one.place for one in drawn] == [first]


def test_random_answers_are_in_every_batch_and_stand_anywhere_in_it():
    frame = frame_of(600)
    at = []
    for seed in range(30):
        asked = QueueShares(budget=110, batch=20, seed=seed)
        _, drawn = draw_answers(frame, TREE, asked)
        queue = placed_answers(drawn, [2] * len(drawn), TREE, asked)
        for batch in range(1, 5):
            parts = [one.drawn.part for one in queue if one.batch == batch]
            assert 2 <= parts.count("check") <= 6 and parts.count("sample")
            at += [k for k, part in enumerate(parts) if part == "check"]
        for asked_for in ("seats", "suggestions"):
            own = [getattr(q, asked_for) for q in queue[:20]]
            assert len(set(own)) == 2  # some of the first batch
    spread = np.sqrt((20**2 - 1) / 12 / len(at))
    assert abs(np.mean(at) - 9.5) < 5 * spread


def test_a_batch_goes_by_predicted_codes_and_work_by_priority():
    frame = frame_of(400)
    asked = QueueShares(budget=100, batch=25, double=0.0)
    _, drawn = draw_answers(frame, TREE, asked)
    nodes = {one.place: int(frame.nodes[one.place]) for one in drawn}
    queue = placed_answers(drawn, list(nodes.values()), TREE, asked)
    order = [0, 2, 3, 1, 4]  # of the code list: 1, 11, 12, 2, 21
    for batch in range(1, 5):
        own = [order.index(nodes[q.drawn.place]) for q in queue if q.batch == batch]
        assert own == sorted(own)
    urgent = priorities(frame)
    work = [
        [
            urgent[q.drawn.place]
            for q in queue
            if q.batch == b and q.drawn.part == "work"
        ]
        for b in range(1, 5)
    ]
    for earlier, later in pairwise(work):
        assert min(earlier) >= max(later)


@given(st.integers(0, 30), st.dictionaries(st.sampled_from("abc"), st.integers(1, 9)))
def test_shares_of_strata_use_up_what_is_there(number, sizes):
    found = shared_out(
        number, sizes, {name: 2.0 * size for name, size in sizes.items()}
    )
    assert sum(found.values()) == min(number, sum(sizes.values()))
    assert all(found[name] <= size for name, size in sizes.items())
    if number >= len(sizes):
        assert all(found.values())


def test_what_is_chosen_evenly_has_one_chance_each():
    times = np.zeros(12)
    for seed in range(400):
        chosen = evenly([1] * 6 + [2] * 6, 4, np.random.default_rng(seed))
        assert chosen[:6].sum() == chosen[6:].sum() == 2
        times += chosen
    assert abs(times - 400 / 3).max() < 5 * np.sqrt(400 * 2 / 9)


def test_what_teaches_most_is_of_many_codes():
    total = 40
    frame = AnswerFrame(
        [str(k) for k in range(total)],
        {"text": [str(k) for k in range(total)]},
        {},
        np.ones(total, int),
        np.ones(total),
        np.full(total, -1),
        np.full(total, np.nan),
        ["clerk"] * total,
        np.zeros(total, bool),
        np.linspace(0.9, 0.5, total),  # the most doubtful have one code
        guesses=np.repeat([0, 1, 2, 3], total // 4),
    )
    tree = Taxonomy(["1", "2", "3", "4"], [-1] * 4)
    found = {}
    for active in (False, True):
        shares = QueueShares(8, double=0.0, check=0.0, sample=0.0, active=active)
        _, drawn = draw_answers(frame, tree, shares)
        found[active] = {int(frame.guesses[one.place]) for one in drawn}
    assert found == {False: {0}, True: {0, 1, 2, 3}}
