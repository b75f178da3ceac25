"""`/`: a page to try the service, in plain forms; a script makes it quicker.

What is typed goes in forms, never in an address; nothing is kept.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from han.code_list.taxonomy import ROOT
from han.languages.number_format import Language
from han.languages.words import TRY_PAGE, Words
from han.service.problem import Problem
from han.service.record_questions import Told, record_question
from han.service.served_model import ServedModel
from han.service_site.code_list_routes import OPTIONS, SUGGESTED, read_record
from han.service_site.guard import admit, given_key, needs_keys, take_records
from han.service_site.request_parts import asked_model, queue, shelf

FORM = "application/x-www-form-urlencoded"
FIELD = "field."  # before the names of a record's members in the form
PARTS = {"result": "try_result.html", "card": "try_card.html"}
SAID = {401, 404, 413, 422, 429, 503}  # what the page has words for
try_page = Blueprint("try", __name__)


@try_page.before_request
def _plain_form() -> None:
    """Parts of a form of another kind could stand in a temporary file."""
    if request.method == "POST" and request.mimetype != FORM:
        raise Problem(415, f"Send the form as {FORM}.")


@try_page.get("/")
def start() -> str:
    """The page, empty."""
    return render_template("try.html", **_frame(_model()))


@try_page.post("/")
def asked() -> tuple[str, int]:
    """The page with what was asked for; a part of it where the script asks."""
    model, status = _model(), 200
    try:
        admit(request.form.get("key") or given_key())
        found = _found(model)
    except Problem as problem:
        known = problem.status if problem.status in SAID else 500
        place = (problem.field or "").removeprefix("record.")
        found = {"problem": f"problem_{known}", "place": place}
        status = problem.status
    part = request.headers.get("X-Part", "")
    page = render_template(
        PARTS.get(part, "try.html"), **_frame(model), **found, part=part
    )
    return page, status


def _model() -> ServedModel:
    """That of `?model=`, else the first."""
    return asked_model() if "model" in request.args else shelf().get(_names()[0])


def _names() -> list[str]:
    return list(shelf().models)


def _frame(model: ServedModel) -> dict[str, Any]:
    """What all parts of the page have."""
    words = Words(TRY_PAGE, _language())
    return {
        "say": words.say,
        "numbers": words.numbers,
        "language": words.language,
        "model": model,
        "models": _names(),
        "needs_keys": needs_keys(),
        "typed": {n: request.form.get(FIELD + n, "") for n in model.fields.names},
        "query": request.form.get("query", ""),
    }


def _language() -> Language:
    """That of `?lang=`, else what the reader likes best: `es-MX` is Spanish."""
    liked = [code.partition("-")[0] for code in request.accept_languages.values()]
    for code in (request.args.get("lang"), *liked):
        if code == "es" or code == "en":
            return "es" if code == "es" else "en"
    return "en"


def _found(model: ServedModel) -> dict[str, Any]:
    """What was asked for: a code, codes that have some words, or a record's codes."""
    form, suggestions = request.form, model.suggestions
    if code := form.get("show"):
        return {"card": suggestions.cards.details(suggestions.cards.node_of(code))}
    record = {n: form.get(FIELD + n, "") for n in model.fields.names}
    is_blank = not any(map(str.strip, record.values()))
    if form.get("do") == "find" or (is_blank and form.get("query")):
        return {"suggested": suggestions.suggest(form.get("query", ""), SUGGESTED)}
    return _coded(model, record)


def _coded(model: ServedModel, given: dict[str, str]) -> dict[str, Any]:
    """The code of a record, its candidates, and what to ask."""
    record, told = read_record(model, given), _told(model)
    take_records(1)
    if model.gives_sets:  # no question tells such codes apart
        (answer,) = queue().code(model, [record], 1)
        named = {"told": Told(), "names": model.tree.naming.names}
        return {**named, "answer": answer, "candidates": answer["given"]}
    found = queue().do(
        lambda: record_question(model, record, told, OPTIONS, model.top_k), [record]
    )
    found["told"], found["names"] = told, model.tree.naming.names
    if told == Told():
        (found["answer"],) = queue().code(model, [record], 1)
    return found


def _told(model: ServedModel) -> Told:
    """Earlier answers, with the one that was given now."""
    form, cards = request.form, model.suggestions.cards
    if form.get("do") == "code":
        return Told()
    within = form.get("chosen") or form.get("within")
    without = form.getlist("without")
    if form.get("another"):
        without += form.getlist("offered")
    node = cards.node_of(within, "within") if within else ROOT
    return Told(node, tuple(cards.nodes_of(without, "without")))
