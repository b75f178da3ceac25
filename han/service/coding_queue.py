"""`CodingQueue`: requests that wait are coded together, by one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Any, TypeVar

from han.service.coding_blocks import Block, WaitingRequest, next_block
from han.service.problem import Problem
from han.service.record_fields import Record
from han.service.served_model import ServedModel
from han.service.service_settings import ServiceSettings

Result = TypeVar("Result")


class CodingQueue:
    """Codes records of many threads, one block after the other, in a thread of its own.

    A model is never used by two threads at once. Requests for the same model that wait
    at the same time are coded as one block, which takes little longer than one of them
    alone, and gives each record what it would get alone.

    Args:
        settings: How much may wait, how long, and how many records are a block.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._changed = Condition()
        self._waiting: list[WaitingRequest] = []
        self._is_ended = False
        self.is_closing = False  # whether the service is being stopped
        self._thread = Thread(target=self._work, name="coding", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Records that wait."""
        with self._changed:
            return sum(request.left for request in self._waiting)

    def code(
        self, model: ServedModel, records: Sequence[Record], top_k: int
    ) -> list[dict[str, Any]]:
        """Answers of a model, as `ServedModel.code`.

        Raises:
            Problem: If too much waits, or it takes too long (503).
        """
        request = WaitingRequest(records, self._end(), model, top_k)
        if records:
            self._wait_for(request)
        return request.answers

    def do(self, work: Callable[[], Result], records: Sequence[Record] = ()) -> Result:
        """Does something else with a model, while nothing else is done with it.

        Args:
            work: What is done.
            records: The records that it looks at, which count among those that wait.

        Raises:
            Problem: If too much waits, or it takes too long (503).
        """
        request = WaitingRequest(records, self._end(), work=work)
        self._wait_for(request)
        result: Result = request.result
        return result

    def end(self) -> None:
        """Ends the thread, once all that waits is done."""
        with self._changed:
            self._is_ended = self.is_closing = True
            self._changed.notify_all()
        self._thread.join()

    def _end(self) -> float:
        return time.monotonic() + self._settings.timeout

    def _wait_for(self, request: WaitingRequest) -> None:
        with self._changed:
            self._check_room(len(request.records))
            self._waiting.append(request)
            self._changed.notify_all()
        if not request.done.wait(self._settings.timeout):
            raise Problem(
                503, "It took too long. Send it again in a while.", retry_after=1
            )
        if request.error is not None:
            raise request.error

    def _check_room(self, records: int) -> None:
        if records > (most := self._settings.max_waiting):
            raise Problem(413, f"Send at most {most:,} records at once.", "records")
        waiting = sum(request.left for request in self._waiting)
        is_full = waiting + records > self._settings.max_waiting
        if is_full or len(self._waiting) >= self._settings.most_waiting_requests:
            raise Problem(
                503, "Too many records wait. Send it again in a while.", retry_after=1
            )

    def _work(self) -> None:
        while block := self._next_block():
            try:
                _code(block)
            except Exception as error:
                self._code_each(block, error)
            with self._changed:
                self._put_back(block)

    def _next_block(self) -> Block:
        """Takes its requests out; an empty one at the end."""
        with self._changed:
            while True:
                now = time.monotonic()
                self._waiting = [r for r in self._waiting if r.ends > now]
                block = next_block(self._waiting, self._settings.block_records)
                if block or self._is_ended:
                    return block
                self._changed.wait()

    def _put_back(self, block: Block) -> None:
        """What has records left waits for its next turn, behind the others."""
        taken = {id(request) for request, _ in block}
        self._waiting = [r for r in self._waiting if id(r) not in taken]
        self._waiting += [r for r, _ in block if not r.done.is_set()]

    def _code_each(self, block: Block, error: Exception) -> None:
        """Finds out whose records cannot be coded: the others get their answers."""
        if len(block) == 1:
            block[0][0].finish(error)
            return
        for part in block:
            try:
                _code([part])
            except Exception as own:
                part[0].finish(own)


def _code(block: Block) -> None:
    """Codes a block; who has all answers then can go on."""
    first = block[0][0]
    if first.model is None:
        first.result = first.work() if first.work else None
        first.finish()
        return
    parts = [r.records[len(r.answers) : len(r.answers) + n] for r, n in block]
    records = [record for part in parts for record in part]
    answers = iter(first.model.code(records, first.top_k))
    for request, count in block:
        request.answers += [next(answers) for _ in range(count)]
        if not request.left:
            request.finish()
