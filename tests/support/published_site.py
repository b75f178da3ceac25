"""A site of a publisher, on this machine, that behaves as servers do."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Published:
    """A file, and how it is given.

    `faults` are called with the handler, one for each request, before it is answered;
    one that returns True has answered itself.
    """

    content: bytes
    kind: str = "text/csv"
    etag: str = '"1"'
    ranges: bool = True
    faults: list[Callable] = field(default_factory=list)


@dataclass
class Site:
    """Files by path, and what was asked for."""

    files: dict[str, Published] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def address(self, path):
        return f"http://127.0.0.1:{self.port}/{path}"


def status(code, **headers):
    """A fault: another status."""

    def answer(handler):
        handler.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        return True

    return answer


def cut(after):
    """A fault: the connection ends after so many bytes of what it promised."""

    def answer(handler):
        handler.stop_after = after
        return False

    return answer


def drip(handler):
    """A fault: a byte now and then, until who asked has gone."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    with contextlib.suppress(ConnectionError):
        for _ in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.02)
    handler.close_connection = True
    return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stop_after = None

    def do_GET(self):
        site = self.server.site
        path = self.path.partition("?")[0].lstrip("/")
        site.asked.append((path, dict(self.headers)))
        self.stop_after = None
        file = site.files.get(path)
        if file is None:
            status(404)(self)
        elif not (file.faults and file.faults.pop(0)(self)):
            self._give(file)

    def _give(self, file):
        if file.etag and self.headers.get("If-None-Match") == file.etag:
            status(304)(self)
            return
        begin, asked = 0, self.headers.get("Range", "")
        same = self.headers.get("If-Range") == file.etag
        if asked and file.ranges and same:
            begin = int(asked.removeprefix("bytes=").rstrip("-"))
        if begin >= len(file.content) and asked and begin:
            status(416)(self)
            return
        self.send_response(206 if begin else 200)
        if begin:
            last = len(file.content) - 1
            place = f"bytes {begin}-{last}/{len(file.content)}"
            self.send_header("Content-Range", place)
        self.send_header("Content-Type", file.kind)
        if file.etag:
            self.send_header("ETag", file.etag)
        body = file.content[begin:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.stop_after is not None:
            body = body[: self.stop_after]
            self.close_connection = True
        with contextlib.suppress(ConnectionError):  # who asked may be gone
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def published():
    """A site, until the block ends."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads, server.site = True, site
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
