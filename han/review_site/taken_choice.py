"""What a button of the page means; nothing that a browser sends is believed."""

from __future__ import annotations

from collections.abc import Sequence

from han.reviewing.assignment import Desk
from han.reviewing.decision_store import Choice, Way
from han.reviewing.queue_codes import QueueCodes
from han.reviewing.shown_answer import CoderSaid, ShownAnswer

KEYS = 9  # candidates that have a key
LONGEST_COMMENT = 2000
_FREE: dict[str, Way] = {"search": "search", "tree": "tree", "equal": "equal"}


def shown_candidates(shown: ShownAnswer, desk: Desk) -> list[tuple[int, float]]:
    """Candidates that the page has; an adjudicator is not led by the machine."""
    visible = desk == "code" and shown.suggestions
    return shown.candidates[:KEYS] if visible else []


def taken_choice(
    button: str,
    comment: str,
    shown: ShownAnswer,
    said: Sequence[CoderSaid],
    codes: QueueCodes,
    desk: Desk,
) -> Choice | None:
    """The choice that a button stands for; None if the page has no such button.

    Args:
        button: `candidate:NODE`, `search:NODE`, `tree:NODE`, `equal:NODE`,
            `coder:DECISION`, or `none:`.
        comment: What was written beside it.
        shown: The answer.
        said: What the coders said, for an adjudicator.
        codes: The code list.
        desk: Where it was pressed.
    """
    way, _, value = button.partition(":")
    candidates = [node for node, _ in shown_candidates(shown, desk)]
    comment, seen = comment[:LONGEST_COMMENT], bool(candidates)
    if button == "none:":
        return Choice(None, "none", None, seen, comment)
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        return None
    number = int(value)
    given = [one.decision for one in said]
    if way == "coder" and desk == "adjudicate" and number in given:
        rank = given.index(number) + 1
        return Choice(said[rank - 1].node, "coder", rank, seen, comment)
    if way == "candidate" and number in candidates:
        rank = candidates.index(number) + 1
        return Choice(number, "candidate", rank, seen, comment)
    if way in _FREE and number in codes:
        return Choice(number, _FREE[way], None, seen, comment)
    return None
