"""What is wrong with rows that came back, each told by its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from han.code_list.code_checks import looks_like_code
from han.code_list.code_hints import CodeHints
from han.errors import listing
from han.review_making.exported_answers import CodeNames, ExportedAnswer
from han.review_making.filled_rows import FilledRow
from han.review_making.review_sheets import MOMENT, TEXT, shown_cells
from han.reviewing.people import name_key

YES = {"x", "1", "yes", "y", "si", "sí", "s", "true", "verdadero"}


@dataclass(frozen=True)
class Fault:
    """What keeps a row from being taken in.

    Attributes:
        where: The row, or the answer that is missing.
        what: What is wrong and what to do; no text of a respondent.
    """

    where: str
    what: str


@dataclass(frozen=True)
class Filled:
    """A row without a fault.

    Attributes:
        answer: Id of the answer.
        node: The code's node; None if it cannot be coded.
        comment: What the person adds.
    """

    answer: int
    node: int | None
    comment: str

    def says(self, other: Filled) -> bool:
        """Whether another says the same, and no more."""
        return self.node == other.node and other.comment in ("", self.comment)


@dataclass(frozen=True)
class Standing:
    """A decision of the person that the queue has.

    Attributes:
        filled: What it says.
        exported_at: When the file was exported that it came from; None of the page.
    """

    filled: Filled
    exported_at: datetime | None


@dataclass(frozen=True)
class Held:
    """What a person was given.

    Attributes:
        name: The person's.
        answers: Answers at which the person sits, by id.
        waiting: Ids of those that are not decided.
        closed: Ids of those that an adjudicator has decided by now.
        known: Ids of all answers of the queue.
        standing: What the person has decided, by answer.
    """

    name: str
    answers: Mapping[int, ExportedAnswer]
    waiting: frozenset[int]
    closed: frozenset[int]
    known: frozenset[int]
    standing: Mapping[int, Standing]

    def knows(self, one: Filled) -> bool:
        """Whether the queue has this decision already."""
        before = self.standing.get(one.answer)
        return before is not None and before.filled.says(one)


def checked_rows(
    rows: Sequence[FilledRow], held: Held, names: CodeNames
) -> tuple[list[Filled], list[Fault], list[int]]:
    """Rows to take in, all faults, and the answers whose rows were left open.

    Rows of answers that the person holds in the batches of the file must all be there.

    Args:
        rows: What came back.
        held: What went out.
        names: The code list.
    """
    hints = CodeHints(names.naming.names)
    places: dict[str, list[int]] = {}
    for row in rows:
        places.setdefault(row.id, []).append(row.number)
    found, faults, left_open = [], [], []
    for row in rows:
        wrong = list(row.unread or _faults_of_answer(row, held, places[row.id]))
        filled = None
        if not wrong and row.is_open:
            left_open.append(int(row.id))
        elif not wrong:
            filled, wrong = _read(row, names, hints)
        if filled and not held.knows(filled):
            wrong = list(_undone(filled, row, held))
            filled = None if wrong else filled
        found += [filled] if filled else []
        faults += [Fault(_where(row, held), what) for what in wrong]
    return found, [*faults, *_missing(places, held)], left_open


def _where(row: FilledRow, held: Held) -> str:
    """The row and its answer; what else stands in `id` may be anything."""
    known = {str(number) for number in held.known}
    return f"row {row.number}" + f" (answer {row.id})" * (row.id in known)


def _faults_of_answer(
    row: FilledRow, held: Held, places: Sequence[int]
) -> Iterator[str]:
    """Faults that do not let say which answer a row is about."""
    if not row.id.isascii() or not row.id.isdecimal():
        yield "there is no id, or it is no number. Put back the id of the export."
    elif len(places) > 1:
        yield (
            f"the id {row.id} stands in rows {listing(places)}. Leave the right one "
            "and remove the others."
        )
    elif (number := int(row.id)) not in held.known:
        yield f"the queue has no answer {number}. Put back the id of the export."
    elif not _is_of(row, held.name):
        yield f"the row is not of {held.name}: see its `person`. Give --person another."
    elif number not in held.answers:
        yield (
            f"answer {number} was not given to {held.name}, or the time was over and "
            "somebody else has it. Remove the row."
        )
    elif not held.answers[number].texts:
        yield f"answer {number} was forgotten and has no text any more. Remove the row."
    elif _moment(row) is None:
        yield "`exported` is not what went out. Put back the cell of the export."
    else:
        yield from _changes(row, held.answers[number])


def _is_of(row: FilledRow, name: str) -> bool:
    return name_key(row.person.removeprefix("'")) == name_key(name)


def _moment(row: FilledRow) -> datetime | None:
    """When the row was exported, in UTC."""
    try:
        return datetime.strptime(row.exported.strip(), MOMENT)
    except ValueError:
        return None


def _undone(filled: Filled, row: FilledRow, held: Held) -> Iterator[str]:
    """Why a row must not take the place of what the person decided otherwise."""
    before, at = held.standing.get(filled.answer), _moment(row)
    if before is None or at is None:
        return
    if filled.answer in held.closed:
        yield (
            f"an adjudicator has decided on answer {row.id}, so that what was said "
            "before stays. Remove the row."
        )
    elif before.exported_at is None:  # nobody knows which is newer
        yield (
            f"answer {row.id} was decided on the page since it went out, otherwise. "
            "Remove the row, or change the decision on the page."
        )
    elif at < before.exported_at:
        yield (
            f"the file is of {at:{MOMENT}}, and a later one, of "
            f"{before.exported_at:{MOMENT}}, has decided on answer {row.id} otherwise. "
            "Remove the row, or enter it in the later file."
        )


def _changes(row: FilledRow, one: ExportedAnswer) -> Iterator[str]:
    expected = shown_cells(one)
    if lost := [n for n in expected if n.startswith(TEXT) and n not in row.shown]:
        yield f"the column {listing(map(repr, lost))} is gone. Put it back."
    changed = [
        name
        for name, cell in row.shown.items()
        if name in expected and _plain(cell) != _plain(expected[name])
    ]
    if changed:
        yield (
            f"{listing(map(repr, changed))} is not what went out for answer {row.id}: "
            "the cell was changed, or rows were moved against each other. Put it back."
        )


def _plain(cell: str) -> str:
    """A cell without what a spreadsheet does to it: blanks, zeros of a number."""
    text = " ".join(cell.removeprefix("'").split())
    return text.lstrip("0") if text.isdecimal() else text


def _read(
    row: FilledRow, names: CodeNames, hints: CodeHints
) -> tuple[Filled | None, list[str]]:
    """The decision of a row, or what is wrong with it."""
    is_uncodable = row.uncodable.casefold() in YES
    if row.uncodable and not is_uncodable:
        return None, ["`uncodable` holds something else than x. Put x, or empty it."]
    if row.code and is_uncodable:
        return None, ["both `final_code` and `uncodable` are filled. Empty one."]
    if not row.code and not is_uncodable:
        return None, ["a comment without a code. Fill `final_code` or `uncodable`."]
    if is_uncodable:
        return Filled(int(row.id), None, row.comment), []
    nodes = names.find(row.code)
    if len(nodes) == 1:
        return Filled(int(row.id), nodes[0], row.comment), []
    if nodes:
        ways = listing(" > ".join(names.paths[names.nodes.index(n)]) for n in nodes)
        return None, [f"{row.code!r} stands under several parents: give {ways}."]
    return None, [_unknown(row.code, hints, names)]


def _unknown(cell: str, hints: CodeHints, names: CodeNames) -> str:
    """What to say of a cell that is no code; a sentence in it is not repeated."""
    if not looks_like_code(cell):
        return "`final_code` holds no code. Give one of the code list."
    # What is longer than every code may be somebody's telephone.
    is_short = len(cell) <= max(map(len, names.naming.names))
    what = f"{cell!r} in `final_code`" if is_short else "`final_code`"
    return f"{what} is not in the code list.{hints.of(cell)} Give one that is."


def _missing(places: Mapping[str, list[int]], held: Held) -> Iterator[Fault]:
    """Answers that the person holds, in batches of which the file has some rows."""
    there = {int(name) for name in places if name.isascii() and name.isdecimal()}
    batches = {held.answers[k].batch for k in there if k in held.answers}
    for number, one in held.answers.items():
        if one.batch in batches and number in held.waiting and number not in there:
            yield Fault(
                f"answer {number}",
                f"it went out with batch {one.batch} and its row is missing. Put it "
                "back; it may stay without a code.",
            )
