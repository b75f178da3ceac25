"""Serves the service until it is told to stop; takes new models when it is told to."""

from __future__ import annotations

import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from han.errors import InputError
from han.service.coding_queue import CodingQueue
from han.service.event_log import EventLog, library_events, places_of
from han.service.model_shelf import ModelShelf, lost_plans
from han.service.service_settings import ServiceSettings
from han.service_site.guarded_channel import guard_server, has_work, waitress_limits

CONNECTIONS = 1000
_TICK = 0.5  # seconds after which the loop looks whether anything has changed
_BACKLOG = 1024  # connections that may wait to be taken
_FLUSH = 2.0  # seconds for which the end waits for whoever reads the log
_STOPPING = [signal.SIGTERM, signal.SIGINT]


@dataclass
class ServerSignals:
    """What the process was told.

    SIGTERM and Ctrl-C end the service, SIGHUP lets it take new models. A second
    Ctrl-C ends it at once.

    Attributes:
        wake: Is called when a signal has come.
        stopped: When it was told to stop, in seconds of `time.monotonic`.
        reload: Set when new models are asked for.
    """

    wake: Callable[[], None]
    stopped: float | None = None
    reload: Event = field(default_factory=Event)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Handles SIGTERM and SIGINT."""
        if self.stopped is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.stopped = self.stopped or time.monotonic()
        self.wake()

    def load(self, number: int, frame: FrameType | None) -> None:
        """Handles SIGHUP."""
        self.reload.set()

    @contextmanager
    def handled(self) -> Iterator[None]:
        """While this lasts, signals come here."""
        handlers: dict[int, Any] = dict.fromkeys(_STOPPING, self.stop)
        if hasattr(signal, "SIGHUP"):
            handlers[signal.SIGHUP] = self.load
        before = {n: signal.signal(n, handler) for n, handler in handlers.items()}
        if hasattr(signal, "pthread_sigmask"):  # those that came while models loaded
            signal.pthread_sigmask(signal.SIG_UNBLOCK, handlers)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(app: Flask, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Answers requests; returns when it was told to stop and all have their answers.

    Args:
        app: The service.
        host: Where it listens.
        port: Its port; 0 for any that is free.
        ready: Is told the address.

    Raises:
        InputError: If the port is not free.
    """
    settings: ServiceSettings = app.config["SETTINGS"]
    queue: CodingQueue = app.config["QUEUE"]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    log: EventLog = app.config["GUARD"].log
    with library_events(log), _listening(host, port) as listener:
        server = _server(app, listener, settings)
        signals = ServerSignals(server.pull_trigger)
        with signals.handled():
            Thread(target=_reloads, args=(signals.reload, app), daemon=True).start()
            name = f"[{host}]" if ":" in host else host
            log.say("started", models=app.config["SHELF"].version()["models"])
            ready(f"http://{name}:{listener.getsockname()[1]}/")
            try:
                _run(server, signals, queue, settings, log)
            finally:
                server.task_dispatcher.shutdown()
                server.close()
                queue.end()
                log.flush(_FLUSH)


def _reloads(asked: Event, app: Flask) -> None:
    while asked.wait():
        asked.clear()  # before it begins: what is asked for meanwhile comes after it
        take_new_models(app)


def take_new_models(app: Flask) -> None:
    """Loads all models anew; if one cannot be, all stay, and the log says why."""
    shelf: ModelShelf = app.config["SHELF"]
    log: EventLog = app.config["GUARD"].log
    counter = app.config["METRICS"].reloads
    before = shelf.models
    try:
        shelf.reload()
    except Exception as error:
        known = isinstance(error, InputError)  # others may say what a cell holds
        why = {"reason": str(error)} if known else {"places": places_of(error)}
        log.say("reload_failed", "error", error=type(error).__name__, **why)
        counter.labels("failed").inc()
    else:
        log.say("reloaded", models=shelf.version()["models"])
        for name in lost_plans(before, shelf.models):
            log.say("plan_lost", "warning", model=name)
        counter.labels("done").inc()


def _server(app: Flask, listener: socket.socket, settings: ServiceSettings) -> Any:
    server: Any = create_server(
        app,
        map={},
        sockets=[listener],
        threads=settings.threads,
        connection_limit=CONNECTIONS,
        ident=None,
        **waitress_limits(settings),
    )
    guard_server(server, app.config["GUARD"].log, settings)
    return server


def _run(
    server: Any,
    signals: ServerSignals,
    queue: CodingQueue,
    settings: ServiceSettings,
    log: EventLog,
) -> None:
    """Answers until it is told to stop, and then what has come in."""
    while signals.stopped is None:
        _turn(server)
    queue.is_closing = server.is_stopping = True
    log.say("stopping")
    while time.monotonic() < signals.stopped + settings.drain:
        _turn(server)
    _take_no_more(server)
    last = time.monotonic() + settings.timeout
    while has_work(server) and time.monotonic() < last:
        _turn(server)
    log.say("stopped")


def _take_no_more(server: Any) -> None:
    """Takes who has connected and closes the door: a reset would lose requests."""
    for _ in range(_BACKLOG):
        server.handle_accept()
    wasyncore.dispatcher.close(server)


def _turn(server: Any) -> None:
    wasyncore.loop(_TICK, map=server._map, count=1, use_poll=True)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise InputError(
            f"--host {host} --port {port}: {error.strerror or error}. Give another "
            "port, or stop what listens there."
        ) from None
