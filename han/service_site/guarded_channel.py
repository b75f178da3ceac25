"""What is refused before it is a request: bad HTTP, too much, too slow."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

from han.service.event_log import EventLog
from han.service.service_settings import ServiceSettings
from han.service_site.guard import new_request_id
from han.service_site.problem_answers import PROBLEM, problem_of
from han.service_site.safe_headers import HEADERS

MAX_HEADER = 32_768  # bytes
# Longer than the 60 seconds for which nginx keeps connections that it uses again.
IDLE = 75
_ON_ITS_WAY = 1.0  # seconds in which the next request may come, though we stop


def guard_server(server: Any, log: EventLog, settings: ServiceSettings) -> None:
    """Lets a server of waitress refuse as the application does.

    Args:
        server: The server.
        log: Where it is told.
        settings: Seconds in which a request must have come in, all of it.
    """
    server.channel_class = _GuardedChannel
    server.is_stopping = False
    server.event_log, server.seconds_to_come = log, settings.timeout


def waitress_limits(settings: ServiceSettings) -> dict[str, Any]:
    """Options of waitress: sizes and times, and who names a client."""
    return {
        "max_request_body_size": settings.max_bytes + 1,
        "max_request_header_size": MAX_HEADER,
        # Beyond these waitress writes what somebody said into a file.
        "inbuf_overflow": sys.maxsize,
        "outbuf_overflow": sys.maxsize,
        "channel_timeout": IDLE,
        "cleanup_interval": 5,
        "log_socket_errors": False,
        # ProxyFix reads them: waitress would take them away.
        "clear_untrusted_proxy_headers": not settings.behind_proxy,
    }


def has_work(server: Any) -> bool:
    """Whether a server that stops must wait: for a request or for an answer.

    Connections on which nothing has happened for a second are closed.
    """
    channels = list(server.active_channels.values())
    for channel in channels:
        channel.will_close |= not channel.is_used()
    return any(not channel.will_close for channel in channels)


class _Task(WSGITask):  # type: ignore[misc]
    """An answer, the last on its connection if the server stops."""

    def build_response_header(self) -> bytes:
        """Says that the connection ends, so that the client opens no request on it."""
        if self.channel.server.is_stopping:
            self.set_close_on_finish()
        head: bytes = super().build_response_header()
        return head


class _RefusedTask(ErrorTask):  # type: ignore[misc]
    """Says what waitress says, without the lines that it quotes."""

    def execute(self) -> None:
        """Answers, and ends the connection."""
        problem, name = problem_of(self.request.error.code), new_request_id()
        said = json.dumps(problem.as_json(name)).encode()
        self.status = f"{problem.status} {problem.title}"
        facts = {"Content-Type": PROBLEM, "X-Request-ID": name}
        self.response_headers.extend({**HEADERS, **facts}.items())
        self.set_close_on_finish()
        self.content_length = len(said)
        self.write(said)
        log: EventLog = self.channel.server.event_log
        log.say("refused", request_id=name, status=problem.status)


class _GuardedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection on which a request must come in within its time.

    waitress waits for as long as a byte comes now and then.
    """

    task_class = _Task
    error_task_class = _RefusedTask
    begun = 0.0
    is_writing = False

    def writable(self) -> bool:
        """Whether the loop of the server has something to send.

        While the thread of an answer sends it, the loop cannot, and would turn without
        end: with 64 clients it took four fifths of a core from those who code.
        """
        is_stuck = self.total_outbufs_len > self.adj.outbuf_high_watermark
        if self.is_writing and not is_stuck and not self.will_close:
            return False
        return bool(super().writable())

    def write_soon(self, data: Any) -> int:
        """Sends what it can; the loop sends the rest."""
        self.is_writing = True
        try:
            sent: int = super().write_soon(data)
        finally:
            self.is_writing = False
            if self.total_outbufs_len:
                self.server.pull_trigger()
        return sent

    def handle_read(self) -> None:
        """Reads what is there; time runs from the first byte of a request."""
        before = self.request
        super().handle_read()
        if self.request is not before:
            self.begun = time.time()
        if self.request is not None:
            left = self.server.seconds_to_come - self.adj.channel_timeout
            self.last_activity = self.begun + left

    def is_used(self) -> bool:
        """Whether a request comes, runs, may come, or is not answered yet."""
        has_request = self.requests or self.request is not None
        late = time.time() > self.last_activity + _ON_ITS_WAY
        return bool(has_request or self.total_outbufs_len or not late)
