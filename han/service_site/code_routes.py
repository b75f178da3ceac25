"""`POST /v1/code`: codes for records."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from han.service.record_fields import KEY
from han.service_site.guard import take_records
from han.service_site.request_parts import (
    asked_model,
    body,
    queue,
    settings,
    whole_number,
)
from han.service_site.service_metrics import metrics

code_routes = Blueprint("code", __name__)


@code_routes.post("/v1/code")
def code() -> Response:
    """Codes of 1 to 1,000 records, with their candidates."""
    model, limits = asked_model(), settings()
    given = body("records", "top_k")
    top_k = whole_number(given.get("top_k"), "top_k", model.top_k, limits.max_top_k)
    records = model.fields.read(given.get("records"), limits.max_records)
    take_records(len(records))
    answers = queue().code(model, records, top_k)
    metrics().count(model.name, answers)
    if model.fields.has_key:
        answers = [
            {KEY: sent.get(KEY), **answer}  # as it was sent: text, number or null
            for sent, answer in zip(given["records"], answers, strict=True)
        ]
    return jsonify(model=model.facts, records=answers)
