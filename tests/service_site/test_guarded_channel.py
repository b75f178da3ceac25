"""Over real sockets: what is refused before the application sees it."""

import json
import socket
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest
from support.open_port import open_port, sent
from support.served_run import shelf_of
from waitress import buffers

from han.service.service_settings import ServiceSettings
from han.service_site.guarded_channel import _GuardedChannel
from han.service_site.service_app import service_app

SECRET = b"panadero en Oaxaca"
HEAD = b"POST /v1/code HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
JSON = b"Content-Type: application/json\r\n"
BODY = json.dumps({"records": [{"text": SECRET.decode()}]}).encode()


@pytest.fixture(scope="module")
def port(baseline_run, tmp_path_factory):
    settings = ServiceSettings(
        log=tmp_path_factory.mktemp("log") / "log.jsonl",
        max_bytes=1000,
        timeout=0.5,
        threads=9,
    )
    app = service_app(shelf_of(baseline_run), settings)
    app.add_url_rule("/large", view_func=lambda: b"ab" * 10_000_000)
    with open_port(app) as (_, number):
        yield number
    app.config["QUEUE"].end()
    said = settings.log.read_text()
    assert "Oaxaca" not in said
    events = [json.loads(line)["event"] for line in said.splitlines()]
    assert {"request", "refused"} <= {*events}


def parts(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers, body


def chunked(body, size=7):
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in [*pieces, b""])


def test_a_body_may_come_in_chunks(port):
    said = sent(
        port, HEAD + JSON + b"Transfer-Encoding: chunked\r\n\r\n", chunked(BODY)
    )
    status, headers, body = parts(said)
    assert status == 200 and json.loads(body)["records"][0]["candidates"]
    assert headers["x-content-type-options"] == "nosniff" and "server" not in headers


LARGE = SECRET * 100
REFUSED = {
    "no HTTP": (SECRET + b"\r\n\r\n", 400),
    "a header without a colon": (HEAD + SECRET + b"\r\n\r\n", 400),
    "half an end of line": (HEAD + b"X-Word: " + SECRET + b"\ry\r\n\r\n", 400),
    "a small method": (b"post /" + SECRET[:8] + b" HTTP/1.1\r\n\r\n", 400),
    "a length that is none": (HEAD + b"Content-Length: " + SECRET + b"\r\n\r\n", 400),
    "a negative length": (HEAD + b"Content-Length: -1\r\n\r\n", 400),
    "another transfer": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "chunks that are none": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + SECRET + b"\r\n",
        400,
    ),
    "large headers": (HEAD + b"X-Word: " + LARGE * 20 + b"\r\n\r\n", 431),
    "a large body": (HEAD + b"Content-Length: 99999\r\n\r\n", 413),
    "large chunks": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(LARGE, 500),
        413,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_is_refused_and_never_quoted(port, name):
    given, expected = REFUSED[name]
    status, headers, body = parts(sent(port, given))
    assert status == expected
    assert headers["content-type"] == "application/problem+json"
    assert headers["cache-control"] == "no-store"
    found = json.loads(body)
    assert found["status"] == status and found["request_id"] == headers["x-request-id"]
    assert b"Oaxaca" not in body and b"waitress" not in body


def test_whoever_sends_byte_by_byte_is_not_waited_for(port):
    """A slow attacker would hold the connection for as long as he sends."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.05) as client:
        client.sendall(HEAD)
        for _ in range(400):  # 20 seconds
            try:
                client.sendall(b"X")
                if not client.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("still waited for")


def test_a_connection_that_is_used_again_is_kept(port):
    client = HTTPConnection("127.0.0.1", port, timeout=20)
    client.connect()
    first = client.sock
    for _ in range(3):
        client.request("GET", "/health")
        assert client.getresponse().read() and client.sock is first
    client.close()


def test_what_is_sent_never_stands_in_a_file(baseline_run, tmp_path, monkeypatch):
    made = []

    class Watched(buffers.TempfileBasedBuffer):
        def __init__(self, *given):
            made.append(given)
            super().__init__(*given)

    monkeypatch.setattr(buffers, "TempfileBasedBuffer", Watched)
    body = json.dumps({"records": [], "more": "a" * 2_000_000}).encode()
    settings = ServiceSettings(log=tmp_path / "log.jsonl", max_bytes=4_000_000)
    app = service_app(shelf_of(baseline_run), settings)
    app.add_url_rule("/large", view_func=lambda: b"ab" * 10_000_000)
    with open_port(app) as (_, number):
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        code, _, said = parts(sent(number, HEAD + JSON + length + body))
    app.config["QUEUE"].end()
    assert code in (400, 422) and b"aaaa" not in said
    assert not made


def test_who_reads_slowly_gets_all_of_a_large_answer(port):
    """The thread of the answer sends what the socket takes, and the loop the rest."""
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        found, body = b"", b""
        while b"\r\n\r\n" not in found:
            found += client.recv(1000)
        _, _, body = parts(found)
        while len(body) < 20_000_000:
            body += client.recv(1_000_000)
        assert body == b"ab" * 10_000_000
        client.sendall(HEAD.replace(b"POST /v1/code", b"GET /health") + b"\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"total_outbufs_len": 5}, True),
        ({"total_outbufs_len": 5, "is_writing": True}, False),
        ({"total_outbufs_len": 11, "is_writing": True}, True),  # its thread waits
        ({"total_outbufs_len": 5, "is_writing": True, "will_close": True}, True),
        ({}, False),
    ],
)
def test_the_loop_writes_only_what_no_thread_writes(state, expected):
    channel = _GuardedChannel.__new__(_GuardedChannel)
    vars(channel).update(adj=SimpleNamespace(outbuf_high_watermark=10), **state)
    assert channel.writable() is expected
