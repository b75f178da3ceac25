"""Every error as `application/problem+json`, in words of ours alone."""

from __future__ import annotations

import math

from flask import Flask, Response, current_app, g, json
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from han.service.event_log import EventLog, places_of
from han.service.problem import Problem

PROBLEM = "application/problem+json"
# What werkzeug and Flask say of these may quote what was sent.
DETAILS = {
    400: "The request cannot be read. /openapi.json says what is expected.",
    401: "A key is needed: Authorization: Bearer KEY, or X-API-Key: KEY.",
    404: "There is no such address. /openapi.json lists those that there are.",
    405: "This address has no such method. The header Allow lists those that it has.",
    408: "The request did not come in time.",
    413: "The body is too large. Send fewer records.",
    415: "Send JSON: Content-Type: application/json.",
    431: "The headers are too large.",
    500: "A mistake of the service. Its log has the request_id of this answer.",
    501: "This form of transfer is not known. Send Content-Length, or chunks.",
}
_OTHER = "The request cannot be answered."


def problem_of(status: int) -> Problem:
    """What is said where only a status is known.

    Example:
        >>> problem_of(404).detail.split(".")[0]
        'There is no such address'
    """
    return Problem(status, DETAILS.get(status, _OTHER))


def register_problems(app: Flask, log: EventLog) -> None:
    """Adds it to an application.

    Args:
        app: The application.
        log: Where mistakes of ours are told: their kind and places, never a value.
    """

    def failed(error: Exception) -> Response:
        log.say(
            "failed",
            level="error",
            request_id=g.request_id,
            error=type(error).__name__,
            places=places_of(error),
        )
        return _answer(problem_of(500))

    app.register_error_handler(Problem, _answer)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, failed)


def _answer(problem: Problem) -> Response:
    said = json.dumps(problem.as_json(g.request_id))
    response = current_app.response_class(said, problem.status, content_type=PROBLEM)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(problem.retry_after))
    return response


def _refused(error: HTTPException) -> Response:
    """What werkzeug refuses. Where it would lead elsewhere, there is nothing."""
    status = error.code or 500
    response = _answer(problem_of(status if status >= 400 else 404))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response
