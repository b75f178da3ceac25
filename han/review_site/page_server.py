"""Serves the page until it is told to stop."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from waitress.server import create_server

from han.devices.loopback import is_loopback
from han.errors import InputError
from han.review_site.review_app import review_app
from han.reviewing.queue_database import QueueDatabase

THREADS = 8


def serve(
    queue: QueueDatabase,
    host: str,
    port: int,
    behind_proxy: bool,
    ready: Callable[[str], None],
) -> None:
    """Answers browsers; returns after Ctrl-C, and requests that run are finished.

    Args:
        queue: What is served.
        host: Where it listens.
        port: Its port; 0 for any that is free.
        behind_proxy: Whether a server with HTTPS stands before it.
        ready: Is told the address.

    Raises:
        InputError: If others could listen in, or the port is not free.
    """
    if not behind_proxy and not is_loopback(host):
        raise InputError(
            f"--host {host}: passwords and answers would cross the network in clear. "
            "Serve on 127.0.0.1, and put a server with HTTPS before it: then add "
            "--behind-proxy."
        )
    app = review_app(queue, behind_proxy)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with _listening(host, port) as listener:
        server = create_server(app, sockets=[listener], threads=THREADS, ident=None)
        try:
            name = f"[{host}]" if ":" in host else host
            ready(f"http://{name}:{listener.getsockname()[1]}/")
            server.run()
        finally:
            server.task_dispatcher.shutdown()
            server.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(
            f"--host {host} --port {port}: {error.strerror or error}. Give another "
            "port, or stop what listens there."
        ) from None
