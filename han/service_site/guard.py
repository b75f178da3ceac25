"""Who may ask, and how much: request ids, keys, limits, the log of access."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

import han
from han.devices.loopback import is_loopback
from han.errors import InputError
from han.service.event_log import EventLog
from han.service.problem import Problem
from han.service.rate_limit import RateLimit
from han.service.service_keys import ServiceKeys
from han.service.service_settings import ServiceSettings
from han.service_site.problem_answers import problem_of, register_problems
from han.service_site.safe_headers import register_headers

OWN_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# All else needs a key, also what is added later.
OPEN_ROUTES = {"/health", "/ready", "/openapi.json", "/", "/static/<path:filename>"}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Hexadecimal, so that no word can stand in the log in its name.
_REQUEST_ID = re.compile("[0-9a-fA-F-]{8,64}")


@dataclass(frozen=True)
class Guard:
    """What stands before the routes.

    Attributes:
        log: Where each request is told.
        keys: Those who may ask; None for all of this machine.
        requests: Limit of requests of a client.
        records: Limit of records of a client.
        origins: Sites whose pages may ask.
        behind_proxy: Whether a server with HTTPS stands before it.
    """

    log: EventLog
    keys: ServiceKeys | None
    requests: RateLimit
    records: RateLimit
    origins: tuple[str, ...]
    behind_proxy: bool


def guard_of(settings: ServiceSettings) -> Guard:
    """The guard that settings ask for.

    Raises:
        InputError: If the file of keys is not as it must be.
    """
    log = EventLog(settings.log, version=han.__version__)
    return Guard(
        log=log,
        keys=ServiceKeys(settings.keys, log) if settings.keys else None,
        requests=RateLimit(settings.requests_a_minute),
        records=RateLimit(settings.records_a_minute),
        origins=settings.origins,
        behind_proxy=settings.behind_proxy,
    )


def check_reach(host: str, settings: ServiceSettings) -> None:
    """Checks that only those with a key can reach a service, and nobody listens in.

    Raises:
        InputError: If others could.
    """
    is_open = settings.behind_proxy or not is_loopback(host)
    if is_open and settings.keys is None:
        raise InputError(
            "Without keys a service answers this machine alone, and a proxy brings "
            "others. Make a key, and serve with the file: python -m han.serve --keys "
            "FILE --add-key NAME"
        )
    if not settings.behind_proxy and not is_loopback(host):
        raise InputError(
            f"--host {host}: keys and answers would cross the network in clear. Serve "
            "on 127.0.0.1, and put a server with HTTPS before it: then add "
            "--behind-proxy."
        )


def register_guard(app: Flask, guard: Guard) -> None:
    """Puts a guard before an application."""
    app.config["GUARD"] = guard
    # A page of elsewhere whose name leads to this machine is not answered.
    app.config["TRUSTED_HOSTS"] = None if guard.keys else OWN_HOSTS
    # Nothing is led elsewhere: an address with a respondent's words would be repeated.
    app.url_map.merge_slashes = app.url_map.redirect_defaults = False
    app.before_request(_begin)
    app.after_request(_end)
    register_problems(app, guard.log)
    register_headers(app, guard.origins)
    app.before_request(_check_key)
    if guard.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]


def new_request_id() -> str:
    """A name for a request that brings none."""
    return secrets.token_hex(16)


def _guard() -> Guard:
    found: Guard = current_app.config["GUARD"]
    return found


def _begin() -> None:
    g.began = time.monotonic()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else new_request_id()
    try:
        _ = request.host
    except SecurityError:
        raise Problem(
            400, "Without keys this service answers by the names of this machine alone."
        ) from None


def _check_key() -> None:
    g.client = request.remote_addr or ""
    if _route() not in OPEN_ROUTES:
        admit(given_key())


def admit(secret: str) -> None:
    """Lets a client in: by its key, or without keys as an address of this machine.

    Raises:
        Problem: If the key is nobody's (401), or too much was asked for (429).
    """
    guard, own = _guard(), None
    if guard.keys is not None:
        key = guard.keys.find(secret)
        if key is None:
            raise problem_of(401)
        g.client = g.key = key.name
        own = key.requests_a_minute
        g.own_records = key.records_a_minute
    _take(guard.requests, 1, own, "requests")


def needs_keys() -> bool:
    """Whether only those with a key may ask."""
    return _guard().keys is not None


def given_key() -> str:
    """The key in the headers of a request; "" without any."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    given = secret.strip() if kind.lower() == "bearer" else ""
    return request.headers.get("X-API-Key") or given


def take_records(number: int) -> None:
    """Counts records that a request wants coded.

    Raises:
        Problem: If the client has had as many as it may (429).
    """
    g.records = number
    _take(_guard().records, number, g.get("own_records"), "records")


def _take(limit: RateLimit, cost: int, own: int | None, what: str) -> None:
    wait = limit.wait(g.client, cost, own)
    if wait:
        most = own or limit.a_minute
        raise Problem(
            429,
            f"More than {most:,} {what} a minute. Wait as long as Retry-After says.",
            retry_after=wait,
        )


def _route() -> str:
    """The pattern of the address, never the address: it may hold a text."""
    return request.url_rule.rule if request.url_rule else "-"


def _end(response: Response) -> Response:
    """The request's name, and its line of the log."""
    response.headers["X-Request-ID"] = g.request_id
    facts: dict[str, Any] = {
        "request_id": g.request_id,
        "method": request.method if request.method in METHODS else "-",
        "route": _route(),
        "status": response.status_code,
        "ms": round(1000 * (time.monotonic() - g.began), 1),
    }
    facts |= {name: g.get(name) for name in ("key", "model", "records") if name in g}
    _guard().log.say("request", **facts)
    return response
