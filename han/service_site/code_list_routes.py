"""`/v1/suggest`, `/v1/question`, `/v1/codes`: what helps a person to find a code."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from han.code_list.taxonomy import ROOT
from han.service.code_cards import CodeCards
from han.service.problem import Problem
from han.service.record_fields import Record
from han.service.record_questions import Told, record_question
from han.service.served_model import ServedModel
from han.service_site.guard import take_records
from han.service_site.request_parts import (
    asked_model,
    body,
    queue,
    settings,
    whole_number,
)

SUGGESTED, MOST_SUGGESTED = 10, 50
OPTIONS, MOST_OPTIONS = 5, 20
MOST_WITHOUT = 1000  # codes that earlier answers may have ruled out
code_list_routes = Blueprint("code_list", __name__)


@code_list_routes.get("/v1/suggest")
def suggest() -> Response:
    """Codes that fit what was typed so far."""
    given = request.args.get("limit")
    # What is no number stays text, which is refused.
    number = int(given) if given and re.fullmatch("[0-9]{1,4}", given) else given
    limit = whole_number(number, "limit", SUGGESTED, MOST_SUGGESTED)
    found = asked_model().suggestions.suggest(request.args.get("q", ""), limit)
    return jsonify(suggestions=found)


@code_list_routes.get("/v1/codes/<path:name>")
def code_details(name: str) -> Response:
    """Titles, place and notes of a code."""
    cards = asked_model().suggestions.cards
    return jsonify(cards.details(cards.node_of(name, status=404)))


@code_list_routes.post("/v1/question")
def question() -> Response:
    """The one question that separates the candidates of a record best."""
    model = asked_model()
    given = body("record", "within", "without", "options", "top_k")
    options = whole_number(given.get("options"), "options", OPTIONS, MOST_OPTIONS)
    most = settings().max_top_k
    top_k = whole_number(given.get("top_k"), "top_k", model.top_k, most)
    record = read_record(model, given.get("record"))
    told = told_so_far(given, model.suggestions.cards)
    take_records(1)
    return jsonify(
        queue().do(
            lambda: record_question(model, record, told, options, top_k), [record]
        )
    )


def read_record(model: ServedModel, given: Any) -> Record:
    """The one record of a request.

    Raises:
        Problem: With the place, for what is missing, not known or of another type.
    """
    try:
        return model.fields.read([given], 1)[0]
    except Problem as problem:
        place = (problem.field or "").replace("records[0]", "record", 1)
        raise Problem(problem.status, problem.detail, place) from None


def told_so_far(given: dict[str, Any], cards: CodeCards) -> Told:
    """What earlier answers said: the members `within` and `without`.

    Raises:
        Problem: If they are of another type, or no codes.
    """
    within, without = given.get("within"), given.get("without")
    if not isinstance(within, str | None):
        raise Problem(422, "Expected a code, or null.", "within")
    names = [] if without is None else without
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise Problem(422, "Expected a list of codes.", "without")
    if len(names) > MOST_WITHOUT:
        raise Problem(422, f"Expected at most {MOST_WITHOUT:,} codes.", "without")
    node = ROOT if within is None else cards.node_of(within, "within")
    return Told(node, tuple(cards.nodes_of(names, "without")))
