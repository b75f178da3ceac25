"""Requests of many threads, coded by one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from han.service.coding_queue import CodingQueue
from han.service.problem import Problem
from han.service.service_settings import ServiceSettings


class Model:
    """Says of each record what it got; notes the size of each block."""

    counts_repeats = False

    def __init__(self):
        self.blocks, self.free, self.asked = [], threading.Event(), threading.Event()
        self.free.set()

    def code(self, records, top_k):
        self.asked.set()
        assert self.free.wait(20)
        self.blocks.append([record["text"] for record in records])
        if "bad" in self.blocks[-1]:
            raise ValueError("bad")
        return [{"said": (record["text"], top_k)} for record in records]


@contextmanager
def queue(**settings):
    found = CodingQueue(ServiceSettings(**settings))
    try:
        yield found
    finally:
        found.end()


def records(*texts):
    return [{"text": text} for text in texts]


def said(answers):
    return [answer["said"][0] for answer in answers]


@contextmanager
def waiting(model, found, *requests):
    """While a first block is held up, these requests come in; gives their futures."""
    model.free.clear()
    model.asked.clear()
    with ThreadPoolExecutor(len(requests) + 1) as pool:
        first = pool.submit(found.code, model, records("first"), 5)
        assert model.asked.wait(20)
        asked = []
        for texts in requests:
            before = found.waiting
            asked.append(pool.submit(found.code, model, records(*texts), 5))
            while found.waiting == before:
                time.sleep(0.001)
        yield asked
        model.free.set()
        first.exception(20)


def test_requests_that_wait_are_one_block():
    model = Model()
    with queue() as found:
        with waiting(model, found, "ab", "c", "de") as asked:
            assert found.waiting == 6
            model.free.set()
            assert [said(each.result(20)) for each in asked] == [
                [*"ab"],
                ["c"],
                [*"de"],
            ]
        assert model.blocks == [["first"], [*"cabde"]]


def test_a_large_request_leaves_room_for_others():
    model = Model()
    with queue(block_records=4) as found:
        with waiting(model, found, "abcdefg", "x") as asked:
            model.free.set()
            assert said(asked[0].result(20)) == [*"abcdefg"]
            assert said(asked[1].result(20)) == ["x"]
        assert model.blocks == [["first"], [*"xabc"], [*"defg"]]


def test_a_record_that_cannot_be_coded_harms_nobody_else():
    model = Model()
    with queue() as found:
        with waiting(model, found, "a", ["bad"], "b") as asked:
            model.free.set()
            assert said(asked[0].result(20)) == ["a"]
            assert said(asked[2].result(20)) == ["b"]
            with pytest.raises(ValueError, match="bad"):
                asked[1].result(20)
        assert said(found.code(model, records("later"), 5)) == ["later"]


def test_too_much_is_refused_at_once():
    model = Model()
    with queue(max_waiting=4) as found, waiting(model, found, "abc") as asked:
        with pytest.raises(Problem, match="Too many") as refused:
            found.code(model, records("d"), 5)
        assert refused.value.status == 503 and refused.value.retry_after
        model.free.set()
        assert said(asked[0].result(20)) == [*"abc"]


def test_threads_are_left_for_what_needs_no_coding():
    model = Model()
    with (
        queue(threads=10) as found,
        waiting(model, found, "a") as asked,
        pytest.raises(Problem, match="Too many"),
    ):
        found.code(model, records("b"), 5)
    assert said(asked[0].result(20)) == ["a"]


def test_nobody_waits_for_ever_and_what_nobody_waits_for_is_not_coded():
    model = Model()
    with queue(timeout=1) as found, waiting(model, found, "a") as asked:
        with pytest.raises(Problem, match="too long"):
            asked[0].result(20)
        model.free.set()
    assert model.blocks[0] == ["first"] and ["a"] not in model.blocks


def test_other_work_has_the_models_for_itself():
    with queue() as found:
        assert found.do(lambda: threading.current_thread().name) == "coding"
        with pytest.raises(ZeroDivisionError):
            found.do(lambda: 1 / 0)
        assert found.code(Model(), [], 5) == []


def test_at_the_end_what_waits_is_coded():
    model, found = Model(), CodingQueue(ServiceSettings())
    with waiting(model, found, "a", "b") as asked:
        ending = threading.Thread(target=found.end)
        ending.start()
        model.free.set()
        assert [said(each.result(20)) for each in asked] == [["a"], ["b"]]
        ending.join(20)
    assert found.is_closing and not ending.is_alive()
