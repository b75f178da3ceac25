"""Which requests that wait are coded together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from han.service.record_fields import Record
from han.service.served_model import ServedModel


@dataclass(eq=False)
class WaitingRequest:
    """Records for a model, or something else to do with one.

    Attributes:
        records: The records.
        ends: When nobody waits for it any longer, in seconds of `time.monotonic`.
        model: What codes them.
        top_k: Full codes to list.
        work: What is done instead.
        answers: Those that there are yet, in the order of the records.
        result: What `work` has given.
        passed: Smaller ones that went before it when it was its turn.
        error: What went wrong.
        done: Set at the end.
    """

    records: Sequence[Record]
    ends: float
    model: ServedModel | None = None
    top_k: int = 0
    work: Callable[[], Any] | None = None
    answers: list[dict[str, Any]] = field(default_factory=list)
    result: Any = None
    error: BaseException | None = None
    done: Event = field(default_factory=Event)
    passed: int = 0

    @property
    def left(self) -> int:
        """Records that have no answer yet."""
        return len(self.records) - len(self.answers)

    @property
    def is_whole(self) -> bool:
        """Whether it is coded by itself and at once.

        Thresholds may count how often a text stands among the records of a request:
        then those of others must not be among them.
        """
        return self.model is None or self.model.counts_repeats

    def goes_with(self, other: WaitingRequest) -> bool:
        """Whether both can be coded in one block."""
        if self is other:
            return True
        is_same = self.model is other.model and self.top_k == other.top_k
        return is_same and not self.is_whole

    def finish(self, error: BaseException | None = None) -> None:
        """Lets who waits for it go on."""
        self.error = error
        self.done.set()


Block = list[tuple[WaitingRequest, int]]
MOST_PASSED = 50  # then one that is not divided has its turn, whatever else waits


def next_block(waiting: Sequence[WaitingRequest], most: int) -> Block:
    """Requests to code next, each with its number of records in the block.

    Those go together that ask the same of the same model as the one that stands first.
    Small ones are taken first, and a large one gets the room that is left: nobody waits
    for all its records. A quarter is kept for the first, so that it is not left behind
    where small ones would fill every block. One that cannot be divided lets up
    to 50 smaller ones go before it.

    Args:
        waiting: Requests in the order of their turns.
        most: Records of a block.

    Example:
        >>> large, small = WaitingRequest([{}] * 9, 0.0), WaitingRequest([{}], 0.0)
        >>> [count for _, count in next_block([large, small], 4)]
        [1]
    """
    if not waiting:
        return []
    first = _next_turn(waiting)
    if first.is_whole:
        return [(first, len(first.records))]
    kept = min(first.left, max(most // 4, 1))
    room, block = most - kept, []
    for request in sorted(filter(first.goes_with, waiting), key=lambda r: r.left):
        own = kept if request is first else 0
        count = min(request.left, room + own)
        if count:
            block.append((request, count))
            room -= count - own
    return block


def _next_turn(waiting: Sequence[WaitingRequest]) -> WaitingRequest:
    """What stands first, or the smallest if all would wait for all of its records."""
    first, smallest = waiting[0], min(waiting, key=lambda r: r.left)
    is_small = smallest.left == first.left
    if is_small or not first.is_whole or first.passed >= MOST_PASSED:
        return first
    first.passed += 1
    return smallest
