"""Clients of scripts/benchmark_service.py see what a server does."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service_load.clients import load, request_of


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status, seen = 200, []

    def do_POST(self):
        self.seen.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.status)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"yes")

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Answering.seen, Answering.status = [], 200
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def asked(address):
    return [
        request_of(address, "/v1/code", body) for body in (b"one", b"two", b"three")
    ]


def test_all_clients_together_ask_in_turn(address):
    found = load(address, asked(address), clients=4, most=30)
    assert len(found.seconds) == len(Answering.seen) == 30
    assert sorted(Answering.seen) == sorted([b"one", b"two", b"three"] * 10)
    assert found.wall >= max(found.seconds) > 0
    assert found.percentile(0) <= found.percentile(50) <= found.percentile(99)


def test_nobody_asks_when_the_time_is_over(address):
    assert not load(address, asked(address), clients=2, most=30, seconds=-1).seconds


def test_a_refusal_is_no_answer(address):
    Answering.status = 503
    with pytest.raises(RuntimeError, match=r"2 clients failed: .* 503"):
        load(address, asked(address), clients=2, most=30)
