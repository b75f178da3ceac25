"""Reuses the memory of large arrays between batches.

New memory costs more than what is computed in it: the system clears each page when it
is first touched. A batch needs as much as the one before it, so its arrays are lent
from a pool, to which they return when nothing refers to them any longer.
"""

from __future__ import annotations

import math
import weakref
from collections import deque
from functools import partial
from threading import RLock

import numpy as np
import numpy.typing as npt

ALIGNMENT = 64  # bytes: what TensorFlow asks for, else it copies
MOST = 2**28  # bytes that wait in the pool
Bytes = npt.NDArray[np.uint8]


class Pool:
    """Pieces of memory that are lent as arrays."""

    def __init__(self) -> None:
        self._free: list[Bytes] = []
        # What comes back may do so amid a search: it waits here, without the lock.
        self._returned: deque[Bytes] = deque()
        self._lent: dict[int, weakref.ref[Bytes]] = {}
        self._lock = RLock()

    def empty(self, *shape: int) -> npt.NDArray[np.float32]:
        """An uninitialised array that TensorFlow can use without a copy.

        Example:
            >>> Pool().empty(2, 3).shape
            (2, 3)
        """
        size = 4 * math.prod(shape)
        piece = self._piece(size + ALIGNMENT)
        # By a memoryview, so that every view of the array, however far from it, keeps
        # this first one alive: only then is the piece free again.
        root = np.frombuffer(piece.data, np.uint8)
        self._lent[id(root)] = weakref.ref(root, partial(self._back, id(root), piece))
        first = -int(root.__array_interface__["data"][0]) % ALIGNMENT
        array: npt.NDArray[np.float32] = root[first : first + size].view(np.float32)
        return array.reshape(shape)

    def _back(self, key: int, piece: Bytes, _: object) -> None:
        self._lent.pop(key, None)
        self._returned.append(piece)

    def _piece(self, size: int) -> Bytes:
        """The smallest free piece that is large enough, and not much too large."""
        with self._lock:
            while self._returned:
                self._free.append(self._returned.popleft())
            while sum(map(len, self._free)) > MOST:
                del self._free[0]  # the one that has waited longest
            fitting = [p for p in self._free if size <= len(p) <= 4 * size + ALIGNMENT]
            if fitting:
                best = min(fitting, key=len)
                self._free = [piece for piece in self._free if piece is not best]
                return best
            self._drop_outgrown(size)
        # A little room, so that a slightly larger batch finds it large enough.
        return np.empty(size + size // 4, np.uint8)

    def _drop_outgrown(self, size: int) -> None:
        """Frees a piece whose place a larger one takes: else both would wait."""
        outgrown = [p for p in self._free if len(p) < size <= 4 * len(p)]
        if outgrown:
            largest = max(outgrown, key=len)
            self._free = [piece for piece in self._free if piece is not largest]

    def clear(self) -> None:
        """Frees what waits; what is lent comes back as ever."""
        with self._lock:
            self._returned.clear()
            self._free.clear()


POOL = Pool()
empty = POOL.empty
