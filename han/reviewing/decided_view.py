"""The view `decided` of a queue: answers with their code, as any table is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.errors import InputError, listing
from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.queue_tables import answers, codes, decisions, settings, texts

VIEW = "decided"  # `han.experiment.reviewed_records` reads it by this name
# And level_1, level_2 and so on.
OWN = ("answer", "code", "rows", "weight", "row_weight", "part", "state")
# And those of the files of lessons.
TAKEN = {*OWN, "stratum", "batch", "design_weight", "support", "purity"}


def make_decided_view(connection: Connection) -> None:
    """Makes the view, in which `han.train` and others find what clerks decided.

    Its columns: the text fields by their names (one that is called like a column of the
    view's own as `text_NAME`); `answer`, its id; `code` of the level that was decided,
    and `level_1` to `level_L`, the codes of its path; `rows`, `weight` and `part` of
    the answer, and `row_weight`, the mean weight of its rows; `state`: `settled`,
    `agreed` or `single`. Answers that are open, waiting or disputed, that cannot be
    coded, or of which the texts were forgotten, are not in it. Nothing happens where it
    is there.

    Args:
        connection: Of `QueueDatabase.writing()`, to a queue with its code list and with
            `fields`, the names of the text fields, in its settings.
    """
    if VIEW in sa.inspect(connection).get_view_names():
        return
    given = sa.select(settings.c.value).where(settings.c.name == "fields")
    fields = list(connection.execute(given).scalar_one())
    levels = connection.scalar(sa.select(sa.func.max(codes.c.level)))
    connection.execute(sa.CreateView(_decided(fields, int(levels or 1)), VIEW))


def field_columns(fields: Sequence[str], levels: int) -> dict[str, str]:
    """Column of the view by text field.

    Example:
        >>> field_columns(["title", "code"], 2)
        {'title': 'title', 'code': 'text_code'}
    """
    own = {*OWN, *(f"level_{level}" for level in range(1, levels + 1))}
    return {n: f"text_{n}" if n.casefold() in own else n for n in fields}


def check_fields(fields: Sequence[str]) -> None:
    """Refuses text fields that columns of the view or of lessons would be taken for.

    Databases take `Code` and `code` for one name.

    Raises:
        InputError: If a field has such a name, or two differ in capitals alone.
    """
    folded = [name.casefold() for name in fields]
    wrong = [
        name
        for name, key in zip(fields, folded, strict=True)
        if key in TAKEN or re.fullmatch(r"level_\d+", key) or folded.count(key) > 1
    ]
    if wrong:
        raise InputError(
            f"data.fields: a queue cannot have the text fields {listing(wrong)}. "
            f"Expected names that differ in more than capitals, and not "
            f"{listing(sorted(TAKEN), len(TAKEN))} or level_1, level_2 and so on. Name "
            "the fields otherwise in the experiment, with the old name as their "
            "`column`, and train the run anew."
        )


def _decided(fields: Sequence[str], levels: int) -> sa.Select[Any]:
    first, second, last = (_standing(seat) for seat in (1, 2, ADJUDICATOR))
    node = sa.case(
        (last.c.id.is_not(None), last.c.node),
        else_=sa.func.coalesce(first.c.node, second.c.node),
    )
    path = [codes.alias(f"up_{step}") for step in range(levels)]
    told = {name: texts.alias(f"text_{place}") for place, name in enumerate(fields)}
    source: Any = answers
    for seat in (first, second, last):
        source = source.outerjoin(seat, seat.c.answer == answers.c.id)
    source = source.join(path[0], path[0].c.node == node)
    for below, above in pairwise(path):
        source = source.outerjoin(above, above.c.node == below.c.parent)
    for name, text in told.items():
        on = (text.c.answer == answers.c.id) & (text.c.field == name)
        source = source.outerjoin(text, on)
    state = _state(first, second, last)
    names = field_columns(fields, levels)
    return (
        sa.select(
            answers.c.id.label("answer"),
            *(sa.func.coalesce(told[n].c.text, "").label(names[n]) for n in fields),
            path[0].c.code.label("code"),
            *(
                _at(level, path).label(f"level_{level}")
                for level in range(1, levels + 1)
            ),
            answers.c.rows,
            answers.c.weight,
            (answers.c.weight / answers.c.rows).label("row_weight"),
            answers.c.part,
            state.label("state"),
        )
        .select_from(source)
        .where(state.is_not(None))
        .where(sa.or_(*(text.c.answer.is_not(None) for text in told.values())))
    )


def _standing(seat: int) -> Any:
    """Decisions of a seat that were not taken back; there is one at most."""
    wanted = (decisions.c.seat == seat) & decisions.c.replaced_at.is_(None)
    return sa.select(decisions).where(wanted).subquery(f"seat_{seat}")


def _state(first: Any, second: Any, last: Any) -> Any:
    """As `AnswerState.state`; none where nothing is decided, or disputed."""
    given = sa.or_(first.c.id.is_not(None), second.c.id.is_not(None))
    return sa.case(
        (last.c.id.is_not(None), "settled"),
        ((answers.c.seats == 1) & given, "single"),
        (first.c.node == second.c.node, "agreed"),
    )


def _at(level: int, path: Sequence[Any]) -> Any:
    """The code of a level on the path up from the decided one; blank below it."""
    cases = [(step.c.level == level, step.c.code) for step in path]
    return sa.case(*cases, else_="")
