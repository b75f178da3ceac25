"""`PoliteSession`: asks servers as they want to be asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

import han

if TYPE_CHECKING:
    import requests

MOST_WAIT = 300.0  # seconds that a server may ask for; beyond, try another day
MOST_STEPS = 10  # from one address to the next
RETRIED = (429, 500, 502, 503, 504)
_ROBOTS_BYTES = 500_000  # as RFC 9309 asks for, and no more


class NotFetched(Exception):
    """A file does not come, or is not taken; the message says why."""


class PoliteSession:
    """One request after the other, no oftener than agreed, and not past robots.txt.

    Args:
        contact: Who asks; servers are told.
        requests_a_minute: How often one server is asked at most.
        timeout: Seconds for which a server may say nothing.
        attempts: How often is asked for what does not come.
        sleep: Waits some seconds.

    Attributes:
        most_seconds: What reading one answer may take; a server that sends a byte now
            and then never runs into `timeout`.

    Raises:
        NotFetched: From `get`, if the server forbids it or no answer comes.
    """

    def __init__(
        self,
        contact: str,
        requests_a_minute: float,
        timeout: float,
        attempts: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        import requests

        self._session = requests.Session()
        self.agent = f"han/{han.__version__} (+{contact})"
        # As it is: what is compressed on the way could not go on where it was cut.
        self._session.headers.update(
            {"User-Agent": self.agent, "Accept-Encoding": "identity"}
        )
        self._apart, self._timeout = 60.0 / requests_a_minute, timeout
        self.attempts, self._sleep = attempts, sleep
        self.most_seconds = 3600.0
        self._next: dict[str, float] = {}
        self._rules: dict[str, RobotFileParser] = {}

    def get(self, address: str, headers: dict[str, str]) -> requests.Response:
        """An answer whose body is still to be read; 4xx is one, too.

        Args:
            address: What is asked for.
            headers: Of the request, beside those of all.
        """
        for _ in range(MOST_STEPS):
            rules = self._robots(address)
            if not rules.can_fetch(self.agent, address):
                raise NotFetched(
                    f"robots.txt of {host_of(address)} does not allow it. Ask the "
                    "publisher for another way."
                )
            answer = self._asked(address, headers, rules.crawl_delay(self.agent))
            if not answer.is_redirect:
                return answer
            answer.close()
            address = _led_on(address, answer.headers["Location"])
        raise NotFetched("it is led on without end.")

    def pieces(self, answer: requests.Response, size: int) -> Iterator[bytes]:
        """The body of an answer as it comes, in pieces of at most `size` bytes."""
        from urllib3.exceptions import HTTPError

        end = time.monotonic() + self.most_seconds
        try:
            while piece := answer.raw.read1(size):  # `read` waits for all of a piece
                yield piece
                if time.monotonic() > end:
                    raise NotFetched(
                        f"it takes more than {self.most_seconds / 60:,.3g} minutes. "
                        "What came is kept: the same command goes on, or raise "
                        "`max_minutes`."
                    )
        except HTTPError:
            raise ConnectionError from None

    def pause(self, seconds: float) -> None:
        """Waits before the next attempt."""
        self._sleep(seconds)

    def _asked(
        self, address: str, headers: dict[str, str], delay: float | str | None
    ) -> requests.Response:
        import requests

        said = ""
        for attempt in range(1, self.attempts + 1):
            self._wait(address, float(delay or 0.0))
            try:
                answer = self._session.get(
                    address,
                    headers=headers,
                    stream=True,
                    timeout=self._timeout,
                    allow_redirects=False,  # each step is asked for as the first one
                )
            except requests.exceptions.RequestException as error:
                said, wait = reason_of(error), 2.0**attempt
            else:
                if answer.status_code not in RETRIED:
                    return answer
                said, wait = (
                    f"the server says {answer.status_code}",
                    _asked_wait(answer),
                )
                wait = wait or 2.0**attempt
                answer.close()
            if wait > MOST_WAIT:
                raise NotFetched(f"{said} and asks to wait {wait:,.0f} seconds.")
            if attempt < self.attempts:
                self._sleep(wait)
        raise NotFetched(f"{said}, {self.attempts} times. Try again later.")

    def _wait(self, address: str, delay: float) -> None:
        host, now = host_of(address), time.monotonic()
        if (due := self._next.get(host, 0.0)) > now:
            self._sleep(due - now)
        self._next[host] = max(due, now) + max(self._apart, delay)

    def _rules_of(self, place: str) -> requests.Response:
        answer = self._asked(place, {}, None)
        for _ in range(MOST_STEPS):
            if not answer.is_redirect:
                break
            answer.close()
            place = _led_on(place, answer.headers["Location"])
            answer = self._asked(place, {}, None)
        return answer

    def _robots(self, address: str) -> RobotFileParser:
        """The rules of the host; without any, all is allowed (RFC 9309)."""
        parts = urlsplit(address)
        place = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        if place not in self._rules:
            rules = RobotFileParser()
            with self._rules_of(place) as answer:
                is_there = answer.status_code == 200
                text = b"".join(self._beginning(answer)) if is_there else b""
            rules.parse(text.decode("utf-8", "replace").splitlines())
            self._rules[place] = rules
        return self._rules[place]

    def _beginning(self, answer: requests.Response) -> Iterator[bytes]:
        """The first bytes of a robots.txt."""
        size = 0
        for piece in self.pieces(answer, _ROBOTS_BYTES):
            yield piece[: _ROBOTS_BYTES - size]
            size += len(piece)
            if size >= _ROBOTS_BYTES:
                return


def host_of(address: str) -> str:
    """Host and port of an address, for people: never a name or password.

    Example:
        >>> host_of("https://me:secret@example.org:8080/a?b")
        'example.org:8080'
    """
    return urlsplit(address).netloc.rpartition("@")[2]


def reason_of(error: Exception) -> str:
    """What went wrong on the way, in a few words without the address."""
    import requests

    known = [
        (requests.exceptions.SSLError, "its certificate is not trusted"),
        (requests.exceptions.Timeout, "the server did not answer in time"),
        (requests.exceptions.ConnectionError, "the connection failed"),
        (ConnectionError, "the connection was cut"),
    ]
    return next((said for kind, said in known if isinstance(error, kind)), "no answer")


def _led_on(address: str, location: str) -> str:
    """Where an answer leads to; never to no encryption, nor out of HTTP."""
    found = urljoin(address, location)
    parts, asked = urlsplit(found), urlsplit(address)
    is_open = asked.scheme == "https" and parts.scheme != "https"
    if is_open or parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotFetched(
            f"{host_of(address)} leads on to another place without encryption, or to "
            "none. Look where the publisher has the file now."
        )
    return found


def _asked_wait(answer: requests.Response) -> float:
    """Seconds that the server asks to wait; 0 if it does not say them."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else 0.0
