"""What routes ask of a request: its model, its body, the parts of the service."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request

from han.service.coding_queue import CodingQueue
from han.service.model_shelf import ModelShelf
from han.service.problem import Problem
from han.service.record_fields import check_members, read_json
from han.service.served_model import ServedModel
from han.service.service_settings import ServiceSettings


def shelf() -> ModelShelf:
    """The models."""
    found: ModelShelf = current_app.config["SHELF"]
    return found


def settings() -> ServiceSettings:
    """The limits."""
    found: ServiceSettings = current_app.config["SETTINGS"]
    return found


def queue() -> CodingQueue:
    """What codes."""
    found: CodingQueue = current_app.config["QUEUE"]
    return found


def asked_model() -> ServedModel:
    """The model of `?model=`; the only one without it.

    Raises:
        Problem: If there is no such model.
    """
    found = shelf().get(request.args.get("model"))
    g.model = found.name  # for the log
    return found


def body(*members: str) -> dict[str, Any]:
    """The JSON object of a request, which has no members but these.

    Raises:
        Problem: If it is not sent as JSON, or is none, or has others.
    """
    if request.mimetype != "application/json":
        raise Problem(415, "Send JSON: Content-Type: application/json.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem(415, "Send UTF-8, in which JSON is written.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "Send the body as it is, without Content-Encoding.")
    found = read_json(request.get_data(cache=False))
    check_members(found, members)
    return found


def whole_number(given: Any, name: str, usual: int, most: int) -> int:
    """A member that is a whole number from 1 on.

    Args:
        given: The member; None where it is not there.
        name: Its place in the request.
        usual: What it is then.
        most: The most that it may be.

    Raises:
        Problem: If it is another thing.
    """
    if given is None:
        return usual
    if type(given) is not int or not 1 <= given <= most:
        raise Problem(422, f"Expected a whole number from 1 to {most:,}.", name)
    return given
