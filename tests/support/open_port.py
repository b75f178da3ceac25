"""A service on a port of this machine, in a thread of the tests."""

import contextlib
import socket
import threading

from waitress import wasyncore

from han.service.event_log import library_events
from han.service_site.service_server import _server


@contextlib.contextmanager
def open_port(app):
    """While this lasts, the application answers there; gives server and port."""
    ended = threading.Event()
    with library_events(app.config["GUARD"].log):
        listener = socket.create_server(("127.0.0.1", 0))
        server = _server(app, listener, app.config["SETTINGS"])
        server.adj.cleanup_interval = 0

        def run():
            while not ended.is_set():
                wasyncore.loop(0.02, map=server._map, count=1, use_poll=True)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield server, listener.getsockname()[1]
        finally:
            ended.set()
            thread.join()
            server.task_dispatcher.shutdown()
            wasyncore.close_all(server._map)


def sent(port, *pieces):
    """What comes back for bytes, until the other side ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for piece in pieces:
            client.sendall(piece)
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while got := client.recv(65536):
                found += got
    return found
