"""`han.review people` and `han.review serve`."""

import io
import re
import signal
import socket
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import sqlalchemy as sa
from support.example_queue import make_example_queue
from support.served_queues import answer_at, served
from support.site_visits import PASSWORD, with_people

from han import review
from han.commands import review_people_command
from han.errors import InputError
from han.reviewing.people import person_with_password
from han.reviewing.queue_tables import decisions


@pytest.fixture
def queue(tmp_path, monkeypatch):
    monkeypatch.setenv("HAN_PASSWORD", PASSWORD)
    return make_example_queue(tmp_path / "review.db", 12)


def people(queue, *arguments):
    return review.main(["people", queue.place, *arguments])


def test_people_are_added_listed_and_deactivated(queue, capsys, monkeypatch):
    assert people(queue, "add", "Ana Ruiz") == 0
    assert people(queue, "add", "luz", "--role", "adjudicator") == 0
    assert people(queue, "deactivate", "luz") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["coder        Ana Ruiz", "adjudicator  luz  (deactivated)"]
    assert people(queue, "activate", "luz") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "adjudicator  luz"
    monkeypatch.setenv("HAN_PASSWORD", "queso con pan")
    assert people(queue, "password", "Ana Ruiz") == 0
    assert person_with_password(queue, "Ana Ruiz", "queso con pan")
    assert "queso" not in capsys.readouterr().out


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_password_is_asked_for_twice_or_not_at_all(queue, monkeypatch):
    monkeypatch.delenv("HAN_PASSWORD")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(InputError, match="Put it in HAN_PASSWORD"):
        people(queue, "add", "ana")
    monkeypatch.setattr("sys.stdin", Terminal())
    said = iter([PASSWORD, "another one", PASSWORD, PASSWORD])
    monkeypatch.setattr(review_people_command.getpass, "getpass", lambda _: next(said))
    with pytest.raises(InputError, match="not the same"):
        people(queue, "add", "ana")
    assert people(queue, "add", "ana") == 0


def test_what_cannot_be_served_is_said(queue):
    def serve(*options):
        return review.main(["serve", queue.place, *options])

    with pytest.raises(InputError, match="nobody may sign in"):
        serve()
    with_people(queue, ana="coder")
    for host in ("0.0.0.0", "192.168.1.5", "office.example"):
        with pytest.raises(InputError, match="cross the network in clear"):
            serve("--host", host)
    with pytest.raises(InputError, match="expected 0 to 65535"):
        serve("--port", "70000")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="in use"):
            serve("--port", str(taken.getsockname()[1]))


class _Web:
    """Somebody at a served page."""

    def __init__(self, server):
        self.address, self.place = server.address, server.place
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = self.read("sign-in")
        self.send("sign-in", name="ana", password=PASSWORD)

    def read(self, where, data=None):
        with self.opener.open(self.address + where, data, timeout=30) as answer:
            return answer.read().decode()

    def send(self, where, **form):
        token = re.search(r'name="csrf" value="(\w+)"', self.page)[1]
        self.page = self.read(where, urlencode({"csrf": token, **form}).encode())

    @property
    def answer(self):
        return answer_at(self.place, self.where)

    @property
    def where(self):
        return re.search(r"code/\d+/decide", self.page)[0]


def test_a_killed_server_has_lost_nothing_and_everybody_goes_on(queue):
    with_people(queue, ana="coder")
    queue.engine.dispose()
    with served(queue.place) as server:
        ana = _Web(server)
        ana.send(ana.where, take="search:5")
        assert ana.answer == 2
        server.end(signal.SIGKILL)
        with queue.reading() as connection:
            kept = connection.execute(sa.select(decisions.c.answer)).scalars().all()
        assert kept == [1]
        server.start()  # at the same port; the session goes on
        ana.send(ana.where, take="search:6")
        assert ana.answer == 3
        server.end()
        assert server.process.returncode == -signal.SIGTERM
