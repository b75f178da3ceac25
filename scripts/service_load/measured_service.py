"""A service of this machine while it is measured: its process, its requests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import psutil

from service_load.clients import Load, load, request_of

SCRIPTS = Path(__file__).parents[1]
TWIN = "service_load.fastapi_twin:app"
Record = dict[str, str]


@dataclass(frozen=True)
class MeasuredService:
    """A service that runs.

    Attributes:
        address: Where it listens.
        process: What serves.
    """

    address: str
    process: psutil.Process

    @property
    def megabytes(self) -> float:
        """Its memory."""
        return float(self.process.memory_info().rss) / 1e6

    def code(
        self, records: Sequence[Record], size: int, clients: int, most: int, s: float
    ) -> Load:
        """Load of requests for `size` codes each, which ends after `s` seconds."""
        blocks = [records[n : n + size] for n in range(0, len(records), size)]
        asked = [
            request_of(self.address, "/v1/code", json.dumps({"records": b}).encode())
            for b in blocks
            if len(b) == size
        ]
        return load(self.address, asked, clients, most, s)

    def suggest(self, words: Sequence[str], clients: int, most: int, s: float) -> Load:
        """Load of requests for suggestions: each word as it is typed."""
        typed = [word[:n] for word in words for n in range(2, len(word) + 1)]
        asked = [
            request_of(self.address, f"/v1/suggest?q={quote(text)}") for text in typed
        ]
        return load(self.address, asked, clients, most, s)


@contextmanager
def service(run: Path) -> Iterator[MeasuredService]:
    """`han.serve` of a run, until the block ends."""
    words = [sys.executable, "-m", "han.serve", str(run), "--port", "0"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with _started(words, {}, **quiet) as process:
        said = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+?(?=/?\s)", said)
        if found is None:
            raise RuntimeError(f"han.serve says no address: {said!r}")
        yield MeasuredService(found.group(), psutil.Process(process.pid))


@contextmanager
def twin(run: Path, port: int) -> Iterator[MeasuredService]:
    """The twin in FastAPI over a run, until the block ends."""
    words = [sys.executable, "-m", "uvicorn", TWIN, "--port", str(port)]
    words += ["--log-level", "warning", "--no-access-log", "--app-dir", str(SCRIPTS)]
    with _started(words, {"HAN_TWIN_RUN": str(run)}) as process:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/ready", process)
        yield MeasuredService(address, psutil.Process(process.pid))


@contextmanager
def _started(
    words: Sequence[str], more: dict[str, str], **options: Any
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(words, env={**os.environ, **more}, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(address: str, process: subprocess.Popen[str]) -> None:
    """Until it answers, which takes as long as loading the run."""
    for _ in range(600):
        try:
            urlopen(address, timeout=5).close()
            return
        except (URLError, ConnectionError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"Nobody answers at {address}.")
