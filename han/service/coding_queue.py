"""`CodingQueue`: requests that wait are coded together, by one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar

from han.service.record_fields import Record
from han.service.served_model import ServedModel
from han.service.service_settings import ServiceSettings

Result = TypeVar("Result")


class CodingQueue:
    """Codes records of many threads, one block after the other.

    Args:
        settings: Limits of the service.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._lock = Lock()
        self.is_closing = False

    def code(
        self, model: ServedModel, records: Sequence[Record], top_k: int
    ) -> list[dict[str, Any]]:
        """Answers of a model, as `ServedModel.code`.

        Raises:
            Problem: If too many records wait, or it takes too long (503).
        """
        return self.do(lambda: model.code(records, top_k), len(records))

    def do(self, work: Callable[[], Result], records: int = 1) -> Result:
        """Does something else with a model, while nothing else is done with it.

        Args:
            work: What is done.
            records: As how many records it counts.

        Raises:
            Problem: If too many records wait, or it takes too long (503).
        """
        with self._lock:
            return work()
