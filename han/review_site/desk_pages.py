"""The two desks: coding, and adjudication. One answer a page, plain forms."""

from __future__ import annotations

import re
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from han.code_search.code_finder import CodeFinder
from han.review_site.marked_text import marked
from han.review_site.site_access import queue, signed_in
from han.review_site.taken_choice import shown_candidates, taken_choice
from han.reviewing.assignment import Desk, next_answer, sits, skip
from han.reviewing.decision_store import OwnDecision, decide, own_decisions
from han.reviewing.queue_codes import QueueCodes
from han.reviewing.shown_answer import (
    CoderSaid,
    near_answers,
    progress,
    said_by_coders,
    shown_answer,
)

desk_pages = Blueprint("desk", __name__)
DESK = "/<any(code, adjudicate):desk>"
NOTICES = {"lost", "closed", "known"}
EVERYWHERE = [
    ("/", "key_find"),
    ("t", "key_tree"),
    ("b", "key_earlier"),
    ("s", "key_skip"),
    ("u", "key_uncodable"),
    ("c", "key_comment"),
    ("e", "key_same"),
]
MORE_KEYS = [
    ("i", "key_notes"),
    ("n", "onward"),
    ("↓ ↑", "key_move"),
    ("→ ←", "key_up_down"),
    ("Enter", "key_enter"),
    ("Esc", "key_escape"),
]
_NODE = re.compile("[0-9]{1,9}")
REACH = 200  # decisions that one can go back


@desk_pages.before_request
def _check_role() -> None:
    """Coders code; adjudicators do both."""
    asked = (request.view_args or {}).get("desk")
    if asked == "adjudicate" and signed_in().role != "adjudicator":
        abort(403)


@desk_pages.get("/")
def start() -> Response:
    """Leads everybody to their work."""
    is_third = signed_in().role == "adjudicator"
    return redirect(url_for("desk.work", desk="adjudicate" if is_third else "code"))


@desk_pages.get(DESK)
def work(desk: Desk) -> str:
    """The next answer, or the end."""
    answer = next_answer(queue(), signed_in(), desk)
    own = own_decisions(queue(), signed_in(), desk, REACH)
    said = request.args.get("said", "")
    notice = said if said in NOTICES else ""
    if answer is None:
        return render_template("finished.html", desk=desk, own=own, notice=notice)
    return _page(desk, answer, own, notice=notice)


@desk_pages.get(f"{DESK}/<answer:answer>")
def earlier(desk: Desk, answer: int) -> str | Response:
    """An answer that one decided, to think again; the decision stands meanwhile."""
    own = own_decisions(queue(), signed_in(), desk, REACH)
    if answer not in {decision.answer for decision in own}:
        return redirect(url_for("desk.work", desk=desk), 303)
    return _page(desk, answer, own)


@desk_pages.post(f"{DESK}/<answer:answer>/decide")
def store(desk: Desk, answer: int) -> Response:
    """Stores a decision; then comes the next answer."""
    if not sits(queue(), signed_in(), desk, answer):
        return redirect(url_for("desk.work", desk=desk, said="lost"), 303)
    shown, said = shown_answer(queue(), answer), _said(desk, answer)
    codes: QueueCodes = current_app.config["CODES"]
    form = request.form
    button, comment = form.get("take", ""), form.get("comment", "")
    choice = taken_choice(button, comment, shown, said, codes, desk)
    if choice is None:
        abort(400)
    replaces = form.get("replaces", type=int)
    stored = decide(queue(), signed_in(), desk, answer, choice, replaces)
    notice = stored if stored in NOTICES else None
    return redirect(url_for("desk.work", desk=desk, said=notice), 303)


@desk_pages.post(f"{DESK}/<answer:answer>/skip")
def later(desk: Desk, answer: int) -> str | Response:
    """Gives an answer back; a comment would go with it, and stays to be read."""
    comment = request.form.get("comment", "")
    if comment.strip() and sits(queue(), signed_in(), desk, answer):
        own = own_decisions(queue(), signed_in(), desk, REACH)
        return _page(desk, answer, own, notice="comment_kept", comment=comment)
    skip(queue(), signed_in(), answer)
    return redirect(url_for("desk.work", desk=desk), 303)


@desk_pages.post(f"{DESK}/<answer:answer>/codes")
def find(desk: Desk, answer: int) -> str | Response:
    """Codes that are looked for: a part of the page, or the page where no script runs.

    What is typed may be a respondent's words: it comes in a form, never in an address.
    """
    found = _found()
    if request.headers.get("X-Part") == "codes":
        here = url_for("desk.find", desk=desk, answer=answer)
        return render_template("codes.html", **found, find_at=here)
    if not sits(queue(), signed_in(), desk, answer):
        return redirect(url_for("desk.work", desk=desk, said="lost"), 303)
    own = own_decisions(queue(), signed_in(), desk, REACH)
    return _page(desk, answer, own, **found, comment=request.form.get("comment", ""))


def _found() -> dict[str, Any]:
    """Codes for the template: below one (`under`), or those that a query finds."""
    codes: QueueCodes = current_app.config["CODES"]
    under = request.form.get("under")
    if under is None:
        finder: CodeFinder = current_app.config["FINDER"]
        query = request.form.get("query", "")
        found = [codes[node] for node in finder.find(query[:200])]
        return {"found": found, "way": "search", "query": query}
    if under == "":
        return {"found": codes.children(None), "way": "tree", "parent": None}
    if not _NODE.fullmatch(under) or int(under) not in codes:
        abort(400)
    parent = codes[int(under)]
    return {"found": codes.children(parent.node), "way": "tree", "parent": parent}


def _page(desk: Desk, answer: int, own: list[OwnDecision], **more: Any) -> str:
    """The page of an answer."""
    shown = shown_answer(queue(), answer)
    candidates = shown_candidates(shown, desk)
    place = next((k for k, d in enumerate(own) if d.answer == answer), None)
    before = own[0 if place is None else place + 1 :][:1]
    near = near_answers(queue(), signed_in(), shown) if candidates else []
    values = {
        "desk": desk,
        "shown": shown,
        "fields": [
            (name, marked(text, evidence if candidates else []))
            for name, text, evidence in shown.fields
        ],
        "candidates": candidates,
        "evident": candidates and any(evidence for *_, evidence in shown.fields),
        "said": _said(desk, answer),
        "near": near,
        "current": None if place is None else own[place],
        "before": before[0] if before else None,
        "last": max((d for d in own if d.answer != answer), key=_time, default=None),
        "progress": progress(queue(), signed_in(), desk, answer),
        "comment": "" if place is None else own[place].comment,
        "start": _start_of_tree(candidates),
        "help": [*_digits(desk, candidates), *EVERYWHERE],
        "more_help": MORE_KEYS,
    }
    return render_template("answer.html", **{**values, **more})


def _time(decision: OwnDecision) -> int:
    """A change is later than what was decided before it, whatever its answer."""
    return decision.id


def _said(desk: Desk, answer: int) -> list[CoderSaid]:
    """What coders said, for adjudicators alone."""
    return said_by_coders(queue(), answer) if desk == "adjudicate" else []


def _digits(desk: Desk, candidates: list[tuple[int, float]]) -> list[tuple[str, str]]:
    """The help on digits, where they do something."""
    if desk == "adjudicate":
        return [("1 2", "key_said")]
    return [(f"1–{len(candidates)}", "key_candidate")] if candidates else []


def _start_of_tree(candidates: list[tuple[int, float]]) -> str:
    """Where the tree opens: among the neighbours of the first candidate."""
    if not candidates:
        return ""
    parent = current_app.config["CODES"][candidates[0][0]].parent
    return "" if parent is None else str(parent)


def page_words() -> dict[str, Any]:
    """What all templates have."""
    return {
        "say": g.words.say,
        "numbers": g.words.numbers,
        "language": g.words.language,
        "person": g.person,
        "codes": current_app.config["CODES"],
        "name": queue().settings.get("name", ""),
    }
