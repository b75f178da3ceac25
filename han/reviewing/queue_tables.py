"""Tables of a queue: the code list, answers, their texts, people, and decisions.

Texts of respondents stand in `texts`, comments in `comments`, keys of rows in
`answer_rows`, nothing of them elsewhere: what must be forgotten is in three tables.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1
TABLES = MetaData()


def _to(column: str) -> ForeignKey:
    return ForeignKey(column, ondelete="CASCADE")


# What the queue is: version, name, language, and how it was made, one row for each.
settings = Table(
    "settings",
    TABLES,
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
)
# The code list. `node` is its id in the run; `titles` are further ones, synonyms.
codes = Table(
    "codes",
    TABLES,
    Column("node", Integer, primary_key=True, autoincrement=False),
    Column("code", String, nullable=False),
    Column("parent", Integer),  # none at the top
    Column("level", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("titles", JSON, nullable=False),
    Column("description", Text, nullable=False),
    Column("includes", Text, nullable=False),
    Column("excludes", Text, nullable=False),
)
# Groups that answers were drawn from, also those of which none was drawn.
strata = Table(
    "strata",
    TABLES,
    Column("name", String, primary_key=True),
    Column("coded", Boolean, nullable=False),  # by the machine, without a person
    Column("method", String, nullable=False),  # the stage, `clerk` if none decided
    Column("level", Integer),  # of the machine's code, if it gave one
    Column("answers", Integer, nullable=False),  # distinct ones
    Column("rows", Integer, nullable=False),
    Column("weight", Float, nullable=False),
)
# Equal answers are one. `seats` people code it; an adjudicator then looks where they
# differ, with `gold` also where they agree.
answers = Table(
    "answers",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("batch", Integer, nullable=False, index=True),
    Column("place", Integer, nullable=False, unique=True),  # order in the queue
    Column("stratum", ForeignKey("strata.name"), nullable=False),
    Column("part", String, nullable=False),  # work, sample, check
    Column("inclusion", Float, nullable=False),  # probability of being drawn
    Column("seats", Integer, nullable=False),
    Column("gold", Boolean, nullable=False),
    Column("suggestions", Boolean, nullable=False),  # candidates are shown
    Column("rows", Integer, nullable=False),
    Column("weight", Float, nullable=False),
    Column("doubt", Float, nullable=False),  # probability that the machine is wrong
    Column("priority", Float, nullable=False),
    Column("machine_node", ForeignKey("codes.node")),
    Column("machine_probability", Float),
    Column("machine_method", String),
    Column("candidates", JSON, nullable=False),  # [[node, probability], ..], best first
    Column("digest", String, nullable=False, unique=True),  # keyed, of the texts
)
texts = Table(
    "texts",
    TABLES,
    Column("answer", _to("answers.id"), primary_key=True),
    Column("field", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("text", Text, nullable=False),
    # [[start, end, weight], ..]: characters that speak for the first candidate
    Column("evidence", JSON, nullable=False),
)
answer_rows = Table(
    "answer_rows",
    TABLES,
    Column("answer", _to("answers.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("keys", JSON, nullable=False),  # {"folio": "007", ..}
)
people = Table(
    "people",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),  # coder, adjudicator
    Column("password", String, nullable=False),  # its hash
    Column("active", Boolean, nullable=False),
    Column("made_at", DateTime, nullable=False),  # UTC, as all times
)
sessions = Table(
    "sessions",
    TABLES,
    Column("token", String, primary_key=True),  # its hash
    Column("person", _to("people.id"), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
)
# Who sits at an answer: seats 1 and 2 are coders, 3 the adjudicator. A seat is one
# person's until `until`, and for good once decided (`until` empty). `exported`:
# in a file of theirs, not on their page.
seats = Table(
    "seats",
    TABLES,
    Column("answer", _to("answers.id"), primary_key=True),
    Column("seat", Integer, primary_key=True),
    Column("person", _to("people.id"), nullable=False),
    Column("taken_at", DateTime, nullable=False),
    Column("until", DateTime),
    Column("exported", Boolean, nullable=False, default=False),
    UniqueConstraint("answer", "person"),
)
skips = Table(
    "skips",
    TABLES,
    Column("answer", _to("answers.id"), primary_key=True),
    Column("person", _to("people.id"), primary_key=True),
    Column("at", DateTime, nullable=False),
)
# Every decision stays; one that was taken back has `replaced_at`.
decisions = Table(
    "decisions",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("answer", _to("answers.id"), nullable=False, index=True),
    Column("seat", Integer, nullable=False),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("outcome", String, nullable=False),  # code, uncodable
    Column("node", ForeignKey("codes.node")),
    Column(
        "way", String, nullable=False
    ),  # candidate, search, tree, equal, coder, none, import
    Column("rank", Integer),  # of the candidate that was taken, from 1
    Column("suggestions", Boolean, nullable=False),  # candidates were shown
    Column("shown_at", DateTime),
    Column("decided_at", DateTime, nullable=False),
    Column("seconds", Float),  # none where nobody measured: an import
    Column("replaced_at", DateTime),
)
comments = Table(
    "comments",
    TABLES,
    Column("decision", _to("decisions.id"), primary_key=True),
    Column("text", Text, nullable=False),
)
