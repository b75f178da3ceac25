"""Who is there: cookies, the token of forms, signing in and out, the language."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from han.languages.number_format import SPACING
from han.languages.words import REVIEW_PAGE, Words
from han.review_site.sign_in_limit import SignInLimit
from han.reviewing.people import Person, name_key, person_with_password
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.sessions import close_session, new_token, open_session, person_of

access = Blueprint("access", __name__)
_OPEN = {"access.sign_in", "access.language", "static"}  # without signing in
_LANGUAGE = "han_language"


def queue() -> QueueDatabase:
    """The queue that is served."""
    found: QueueDatabase = current_app.config["QUEUE"]
    return found


def signed_in() -> Person:
    """Who asks; `check_access` has let them in."""
    person: Person = g.person
    return person


def check_access() -> AnyResponse | None:
    """Before each request: the token of forms, then who it is.

    A browser has a token from its first page on. Forms carry a hash of it, which no
    page of another site can know.
    """
    sent = request.cookies.get(current_app.config["COOKIE"], "")
    g.token, g.person = sent or new_token(), None
    g.words = Words(REVIEW_PAGE, _language())
    if request.endpoint == "static":
        return None
    if request.method == "POST" and not hmac.compare_digest(
        request.form.get("csrf", "").encode(), form_token().encode()
    ):
        abort(400)
    if sent:
        g.person = person_of(queue(), sent)
    if g.person is None and request.endpoint not in _OPEN:
        return redirect(url_for("access.sign_in"), 303)
    return None


def form_token() -> str:
    """What every form of this browser must carry."""
    return hashlib.sha256(f"form {g.token}".encode()).hexdigest()


def keep_cookie(response: Response) -> Response:
    """After each request: the browser learns its token."""
    name = current_app.config["COOKIE"]
    if "token" in g and request.cookies.get(name) != g.token:
        _set_cookie(response, name, g.token)
    return response


def _set_cookie(response: AnyResponse, name: str, value: str) -> None:
    secure = current_app.config["BEHIND_PROXY"]
    response.set_cookie(name, value, httponly=True, samesite="Strict", secure=secure)


def _language() -> Any:
    """That which the person chose, else the queue's."""
    chosen = request.cookies.get(_LANGUAGE, "")
    return chosen if chosen in SPACING else current_app.config["LANGUAGE"]


@access.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> AnyResponse | tuple[str, int]:
    """Asks for name and password, and opens a session."""
    if request.method == "GET":
        return render_template("sign_in.html", said="", typed=""), 200
    typed = request.form.get("name", "")
    name = name_key(typed)
    password = request.form.get("password", "")
    limit: SignInLimit = current_app.config["LIMIT"]
    if limit.is_over(name):
        return render_template("sign_in.html", said="sign_in_later", typed=typed), 429
    person = person_with_password(queue(), typed, password)
    if person is None:
        limit.failed(name)
        return render_template("sign_in.html", said="sign_in_wrong", typed=typed), 403
    limit.succeeded(name)
    g.token = open_session(queue(), person)  # never one that was there before
    return redirect(url_for("desk.start"), 303)


@access.post("/sign-out")
def sign_out() -> AnyResponse:
    """Ends the session."""
    close_session(queue(), g.token, signed_in())
    g.token = new_token()
    return redirect(url_for("access.sign_in"), 303)


@access.post("/language")
def language() -> AnyResponse:
    """Changes the language of the page."""
    chosen = request.form.get("language", "")
    if chosen not in SPACING:
        abort(400)
    response = redirect(url_for("desk.start"), 303)
    _set_cookie(response, _LANGUAGE, chosen)
    return response


def register_access(app: Flask) -> None:
    """Adds it to a site."""
    app.before_request(check_access)
    app.after_request(keep_cookie)
    app.register_blueprint(access)
