"""Headers of every answer, and which pages of other sites may ask (CORS)."""

from __future__ import annotations

import re
from collections.abc import Collection

from flask import Flask, Response, current_app, request

from han.errors import InputError

_PAGE = "default-src 'self'; object-src 'none'; form-action 'self'"
_ANSWER = "default-src 'none'"
_SAME = "; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    "Content-Security-Policy": _ANSWER + _SAME,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
_ASKED = "Access-Control-Request-Method"
_MAY_SEND = "Authorization, Content-Type, X-API-Key, X-Request-ID"
_MAY_READ = "X-Request-ID, Retry-After"


def check_origin(origin: str) -> str:
    """Checks the name of a site.

    Raises:
        InputError: If browsers do not call a site so.

    Example:
        >>> check_origin("https://survey.example.org")
        'https://survey.example.org'
    """
    if not _ORIGIN.fullmatch(origin):
        raise InputError(
            f"--cors {origin}: expected a site as browsers name it, such as "
            "https://survey.example.org: small letters, no path, no *."
        )
    return origin


def register_headers(app: Flask, origins: Collection[str]) -> None:
    """Adds them to an application.

    Args:
        app: The application.
        origins: Sites whose pages may ask.
    """
    allowed = frozenset(origins)

    def preflight() -> Response | None:
        """What browsers ask first, without a key."""
        is_one = request.method == "OPTIONS" and _ASKED in request.headers
        if not is_one or request.headers.get("Origin") not in allowed:
            return None
        response: Response = current_app.make_default_options_response()
        response.headers.update(
            {
                "Access-Control-Allow-Methods": response.headers["Allow"],
                "Access-Control-Allow-Headers": _MAY_SEND,
                "Access-Control-Max-Age": "600",
            }
        )
        return response

    def add(response: Response) -> Response:
        response.headers.update(HEADERS)
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = _PAGE + _SAME
        if (request.endpoint or "").rpartition(".")[2] == "static":
            response.headers["Cache-Control"] = "no-cache"
        if allowed:
            response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin", "")
        if origin in allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _MAY_READ
        return response

    app.before_request(preflight)
    app.after_request(add)
