"""The Flask application: its parts, the headers of every page, the log of access."""

from __future__ import annotations

import hashlib
import logging
import time
import traceback
from pathlib import Path

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from han.code_search.code_finder import CodeFinder
from han.languages.number_format import SPACING
from han.review_site.answer_numbers import AnswerConverter, AnswerNumbers
from han.review_site.desk_pages import desk_pages, page_words
from han.review_site.sign_in_limit import SignInLimit
from han.review_site.site_access import form_token, register_access
from han.reviewing.queue_codes import QueueCodes
from han.reviewing.queue_database import QueueDatabase

logger = logging.getLogger(__name__)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OWN_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def review_app(queue: QueueDatabase, behind_proxy: bool = False) -> Flask:
    """The site of a queue.

    Args:
        queue: Its answers, people and sessions.
        behind_proxy: Whether a server with HTTPS stands before it: cookies go over
            HTTPS alone then, and any name of a host is answered.
    """
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    codes = QueueCodes(queue)
    language = queue.settings.get("language")
    app.config.update(
        QUEUE=queue,
        CODES=codes,
        FINDER=CodeFinder(codes),
        NUMBERS=AnswerNumbers(queue),
        LIMIT=SignInLimit(),
        LANGUAGE=language if language in SPACING else "en",
        BEHIND_PROXY=behind_proxy,
        COOKIE=_cookie_name(queue.place),
        MAX_CONTENT_LENGTH=100_000,
        # A page of elsewhere whose name leads to this machine is not answered.
        TRUSTED_HOSTS=None if behind_proxy else OWN_HOSTS,
    )
    app.url_map.converters["answer"] = AnswerConverter
    app.before_request(_begin)
    register_access(app)
    app.register_blueprint(desk_pages)
    app.after_request(_headers)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)
    app.context_processor(page_words)
    app.context_processor(lambda: {"csrf": form_token()})
    return app


def _cookie_name(place: str) -> str:
    """Of this queue: browsers give a cookie to all ports of a machine."""
    return f"han_{hashlib.sha256(str(Path(place).absolute()).encode()).hexdigest()[:8]}"


def _begin() -> None:
    g.began = time.monotonic()
    _ = request.host  # raises for a host that is not trusted


def _headers(response: Response) -> Response:
    """Headers of safety, and a line of the log: no address, no text."""
    response.headers.update(HEADERS)
    is_static = request.endpoint == "static"
    response.headers["Cache-Control"] = "no-cache" if is_static else "no-store"
    spent = 1000 * (time.monotonic() - g.began) if "began" in g else 0
    rule = request.url_rule.rule if request.url_rule else "-"
    said = request.method, rule, response.status_code, spent
    logger.info("%s %s %d %.0f ms", *said)
    return response


def _refused(error: HTTPException) -> tuple[str, int] | Response:
    """A page for what is not there, not allowed, or out of date."""
    code = error.code or 500
    if "words" not in g:  # refused before anything was read, as a wrong host is
        return Response(f"{code}", code, content_type="text/plain")
    known = code if code in (400, 403, 404) else 500
    return render_template("refused.html", said=f"refused_{known}"), code


def _failed(error: Exception) -> tuple[str, int] | Response:
    """A mistake of ours: the log says where, never with what text."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in frames[-8:]]
    logger.error("%s at %s", type(error).__name__, " < ".join(reversed(places)))
    if "words" not in g:
        return Response("500", 500, content_type="text/plain")
    return render_template("refused.html", said="refused_500"), 500
