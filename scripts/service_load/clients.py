"""Clients that ask a server of this machine, each over one connection."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from urllib.parse import urlsplit

import numpy as np

BUFFER = 1 << 16


@dataclass(frozen=True)
class Load:
    """What clients measured.

    Attributes:
        seconds: Of each request, `n`.
        wall: Seconds from the first request to the last answer.
    """

    seconds: list[float]
    wall: float

    def __add__(self, other: Load) -> Load:
        return Load(self.seconds + other.seconds, self.wall + other.wall)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests is answered."""
        return float(np.percentile(self.seconds, share)) * 1000

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.wall


class Connection:
    """A connection that is kept.

    Args:
        address: Of the server.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._socket = socket.create_connection((parts.hostname, parts.port), 60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """The body of the answer.

        Raises:
            RuntimeError: If it is none with status 200, or not a whole one.
        """
        self._socket.sendall(request)
        found = self._socket.recv(BUFFER)
        while b"\r\n\r\n" not in found:
            found += self._more()
        head, _, body = found.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        if status.split()[1] != "200":
            raise RuntimeError(f"The service answers {status}.")
        [length] = [
            int(line.split(":")[1])
            for line in lines
            if line.lower().startswith("content-length:")
        ]
        while len(body) < length:
            body += self._more()
        return body

    def _more(self) -> bytes:
        found = self._socket.recv(BUFFER)
        if not found:
            raise RuntimeError("The service ended a connection before its answer.")
        return found

    def close(self) -> None:
        """Ends it."""
        self._socket.close()


def request_of(address: str, path: str, body: bytes | None = None) -> bytes:
    """A request as it goes over the wire; a POST if it has a body."""
    head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\n"
    head += f"Host: {urlsplit(address).netloc}\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def load(
    address: str,
    requests: Sequence[bytes],
    clients: int,
    most: int,
    seconds: float = float("inf"),
) -> Load:
    """What so many clients measure, each asking again once it has its answer.

    Args:
        address: Of the server.
        requests: Are sent in turn, from the first again after the last.
        clients: How many.
        most: Requests of all together.
        seconds: Nobody asks again after these.

    Raises:
        RuntimeError: If a request got no answer with status 200.
    """
    connections = [Connection(address) for _ in range(clients)]
    measured: list[list[float]] = [[] for _ in range(clients)]
    failed: list[Exception] = []
    begin = Barrier(clients + 1)

    def work(number: int) -> None:
        begin.wait()
        last = time.perf_counter() + seconds
        try:
            for place in range(number, most, clients):
                before = time.perf_counter()
                if before > last:
                    break
                connections[number].ask(requests[place % len(requests)])
                measured[number].append(time.perf_counter() - before)
        except Exception as error:
            failed.append(error)
        finally:
            connections[number].close()

    threads = [Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    begin.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    if failed:
        raise RuntimeError(f"{len(failed)} clients failed: {failed[0]}") from failed[0]
    return Load([one for each in measured for one in each], wall)
