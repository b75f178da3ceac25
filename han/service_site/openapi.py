"""`/openapi.json`: what the service reads and answers, made from what it serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, jsonify

import han
from han.service.model_schemas import (
    TEXT_OR_NULL,
    Schema,
    code_answer_schema,
    details_schema,
    list_schema,
    object_schema,
    question_schema,
    record_schema,
    suggestions_schema,
)
from han.service.model_shelf import ModelShelf
from han.service.served_model import ServedModel
from han.service.service_settings import ServiceSettings
from han.service_site.code_list_routes import (
    MOST_OPTIONS,
    MOST_SUGGESTED,
    MOST_WITHOUT,
)
from han.service_site.guard import OPEN_ROUTES
from han.service_site.problem_answers import DETAILS, PROBLEM
from han.service_site.request_parts import settings, shelf

_TEXT: Schema = {"type": "string"}
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_BODY_ERRORS = (400, 404, 413, 415, 422, 503)
openapi_routes = Blueprint("openapi", __name__)


@openapi_routes.get("/openapi.json")
def openapi() -> Response:
    """The document, of the models that are served now."""
    return jsonify(openapi_document(shelf(), settings()))


def openapi_document(shelf: ModelShelf, settings: ServiceSettings) -> dict[str, Any]:
    """What the service reads and answers, as OpenAPI 3.1.

    Args:
        shelf: Its models: their fields, side features and columns.
        settings: Its limits, and whether keys are needed.
    """
    models = list(shelf.models.values())
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "han: codes for free text", "version": han.__version__},
        "servers": [{"url": "/"}],
        "paths": {**_coding_paths(models, settings), **_state_paths()},
        "components": {"schemas": {"Problem": _problem()}},
    }
    if settings.keys is not None:
        document["components"]["securitySchemes"] = _SECURITY
        document["security"] = [{name: []} for name in _SECURITY]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _add_errors(operation, path, settings)
    return document


def _problem() -> Schema:
    status = {"type": "integer", "minimum": 400, "maximum": 599}
    members = {"type": {"const": "about:blank"}, "title": _TEXT, "status": status}
    found = object_schema({**members, "detail": _TEXT, "request_id": _TEXT})
    field = {**_TEXT, "description": "Its place in the request: records[3].title"}
    return {**found, "properties": {**found["properties"], "field": field}}


def _add_errors(
    operation: dict[str, Any], path: str, settings: ServiceSettings
) -> None:
    """What every route may answer; what is open needs no key and has no limit."""
    statuses = {400, 500, *operation.pop("errors")}
    if path in OPEN_ROUTES:
        operation["security"] = []
    else:
        statuses |= {429} | ({401} if settings.keys is not None else set())
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for status in sorted(statuses):
        said = DETAILS.get(status, "The service is busy. Come again.")
        content = {"description": said, "content": {PROBLEM: schema}}
        operation["responses"].setdefault(str(status), content)


def _operation(
    summary: str,
    answer: Schema,
    errors: Iterable[int] = (),
    parameters: Iterable[Schema] = (),
    body: Schema | None = None,
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {"200": _json("The answer.", answer)},
        "errors": errors,
    }
    if body is not None:
        found["requestBody"] = {**_json("JSON in UTF-8.", body), "required": True}
    return found


def _json(description: str, schema: Schema) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"description": description, "content": content}


def _parameter(name: str, place: str, schema: Schema, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, **more}


def _coding_paths(
    models: list[ServedModel], settings: ServiceSettings
) -> dict[str, Any]:
    """The routes that ask a model."""
    names = {"enum": [model.name for model in models]}
    asked = _parameter("model", "query", names, required=len(models) > 1)
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_SUGGESTED}
    typed = [_parameter("q", "query", _TEXT), _parameter("limit", "query", limit)]
    code = _parameter("name", "path", _TEXT, required=True)
    record = _one_of(models, lambda model: record_schema(model.fields))
    coded, told = _coded_body(record, settings), _question_body(record, settings)
    answers = {
        "/v1/code": (code_answer_schema, "Codes of records.", coded),
        "/v1/question": (question_schema, "The question that tells most.", told),
    }
    paths = {
        path: {
            "post": _operation(said, _one_of(models, of), _BODY_ERRORS, [asked], body)
        }
        for path, (of, said, body) in answers.items()
    }
    for path, of, said, more in (
        ("/v1/suggest", suggestions_schema, "Codes for what was typed so far.", typed),
        ("/v1/codes/{name}", details_schema, "What is said of a code.", [code]),
    ):
        answer = _one_of(models, of)
        operation = _operation(said, answer, (404, 422), [asked, *more])
        paths[path] = {"get": operation}
    return paths


def _one_of(
    models: list[ServedModel], schema_of: Callable[[ServedModel], Schema]
) -> Schema:
    """What one of the models reads or answers."""
    found = [{"title": model.name, **schema_of(model)} for model in models]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _top_k(settings: ServiceSettings) -> Schema:
    number = {"type": ["integer", "null"], "minimum": 1}
    return {**number, "maximum": settings.max_top_k}


def _coded_body(record: Schema, settings: ServiceSettings) -> Schema:
    records = list_schema(record, minItems=1, maxItems=settings.max_records)
    found = object_schema({"records": records})
    found["properties"]["top_k"] = _top_k(settings)
    return found


def _question_body(record: Schema, settings: ServiceSettings) -> Schema:
    number = {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_OPTIONS}
    without = list_schema(_TEXT, maxItems=MOST_WITHOUT)
    found = object_schema({"record": record})
    found["properties"] |= {
        "within": {**TEXT_OR_NULL, "description": "Its code is this one or below it."},
        "without": {"anyOf": [without, {"type": "null"}]},
        "options": number,
        "top_k": _top_k(settings),
    }
    return found


def _state_paths() -> dict[str, Any]:
    """The routes that say how the service is, and what it is."""

    def state(*words: str) -> Schema:
        return object_schema({"status": {"enum": list(words)}})

    ready = _operation("Whether requests may come.", state("ready"))
    ready["responses"]["503"] = _json(
        "The service is being stopped.", state("stopping")
    )
    model = {"type": "object", "additionalProperties": TEXT_OR_NULL}
    version = object_schema({"version": _TEXT, "models": list_schema(model)})
    metrics = _operation("Counters for Prometheus.", _TEXT)
    metrics["responses"]["200"] = {
        "description": "Lines of text.",
        "content": {"text/plain": {"schema": _TEXT}},
    }
    operations = {
        "/health": _operation("The process answers.", state("alive")),
        "/ready": ready,
        "/version": _operation("Versions and hashes.", version),
        "/metrics": metrics,
        "/openapi.json": _operation("This document.", {"type": "object"}),
    }
    return {path: {"get": operation} for path, operation in operations.items()}
