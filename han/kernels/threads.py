"""Runs the parts of a batch on several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from han.kernels.compiled import load_products
from han.usable_cores import num_threads

WORTH_A_THREAD = 1 << 16  # numbers


def run_all(tasks: Iterable[Callable[[], Any]]) -> list[Any]:
    """Results of tasks that are done side by side where there are cores."""
    pool = _pool()
    if pool is None:
        return [task() for task in tasks]
    return [future.result() for future in [pool.submit(task) for task in tasks]]


def parts_of(count: int) -> list[slice]:
    """As many slices of a number of rows as two directions leave threads for."""
    edges = np.linspace(0, count, max(1, _threads() // 2) + 1).astype(int)
    return [slice(a, b) for a, b in pairwise(edges.tolist())]


def column_parts(columns: int, rows: int) -> list[slice]:
    """As many slices of columns as there are threads; one if that is not worth it."""
    count = _threads() if rows * columns >= WORTH_A_THREAD else 1
    edges = np.linspace(0, columns, count + 1).astype(int)
    return [slice(a, b) for a, b in pairwise(edges.tolist())]


@cache  # to find out takes files of the container, and every step of a training asks
def _threads() -> int:
    return num_threads()


@cache
def _pool() -> ThreadPoolExecutor | None:
    from threadpoolctl import ThreadpoolController

    load_products()  # only what is loaded is limited
    # The matrix products here are small, and each thread has its own: threads inside
    # of them would wait for each other most of the time.
    ThreadpoolController().limit(limits=1, user_api="blas")
    threads = _threads()
    return ThreadPoolExecutor(threads, "han") if threads > 1 else None
