"""What a model reads and answers, as JSON Schema, made from its fields and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from han.jobs.job_columns import PROVENANCE
from han.service.record_answers import record_answers
from han.service.record_fields import KEY, RecordFields
from han.service.record_questions import EXAMPLES
from han.service.served_model import ServedModel
from han.tables.prediction_columns import COUNT, NUMBER, TEXT, WHOLE, YES_NO

Schema = dict[str, Any]
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_TYPES: dict[str, Schema] = {
    TEXT: TEXT_OR_NULL,
    NUMBER: {"type": ["number", "null"]},
    WHOLE: {"type": ["integer", "null"]},
    COUNT: {"type": "integer"},
    YES_NO: {"type": "boolean"},
}
_ALWAYS: dict[str, Schema] = {  # of a candidate
    "code": {"type": "string"},
    "code_path": {"type": "string"},
    "probability": {"type": "number"},
}


def object_schema(members: Mapping[str, Schema], **more: Any) -> Schema:
    """An object with all of these members, and no other.

    Example:
        >>> object_schema({"code": {"type": "string"}})["required"]
        ['code']
    """
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(members),
        "additionalProperties": False,
        **more,
    }


def list_schema(of: Schema, **more: Any) -> Schema:
    """A list of such."""
    return {"type": "array", "items": of, **more}


def record_schema(fields: RecordFields) -> Schema:
    """A record of a request.

    Example:
        >>> record_schema(RecordFields(("title",), ("age",)))["required"]
        ['title', 'age']
    """
    text = {**TEXT_OR_NULL, "maxLength": fields.max_characters}
    number = {"type": ["number", "string", "null"]}
    members = dict.fromkeys(fields.texts, text) | dict.fromkeys(fields.numeric, number)
    found = object_schema(members)
    if fields.has_key:
        given_back = {**text, "description": "Given back with the answer."}
        found["properties"] = {**members, KEY: given_back}
    return found


def answer_schema(model: ServedModel) -> Schema:
    """The answer to a record.

    Its members come from where the answers themselves do: the columns of a prediction,
    and those of a job. Empty cells are null.
    """
    dtypes = dict(model.columns(max(model.top_k, 1)).dtypes)
    if model.task is not None:
        dtypes |= dict.fromkeys(PROVENANCE, TEXT)
    (answer,) = record_answers({n: [kind] for n, kind in dtypes.items()}, {})
    members = {n: _member(value) for n, value in answer.items()}
    if model.fields.has_key:
        members[KEY] = TEXT_OR_NULL
    return object_schema(members)


def _member(value: Any) -> Schema:
    """A column's type, or a list of what stands for each rank."""
    if isinstance(value, str):
        return _TYPES[value]
    ranked = {name: _TYPES[kind or TEXT] for one in value for name, kind in one.items()}
    return list_schema(object_schema({n: _ALWAYS.get(n, s) for n, s in ranked.items()}))


def facts_schema(model: ServedModel) -> Schema:
    """What names a model."""
    facts: dict[str, Schema] = dict.fromkeys(model.facts, TEXT_OR_NULL)
    return object_schema({**facts, "name": {"const": model.name}})


def code_answer_schema(model: ServedModel) -> Schema:
    """The answer of `POST /v1/code`."""
    answers = list_schema(answer_schema(model), minItems=1)
    return object_schema({"model": facts_schema(model), "records": answers})


def named_schema(model: ServedModel, **more: Schema) -> Schema:
    """A code with its label, and its path where codes stand under two parents."""
    text = {"type": "string"}
    path = {"code_path": text} if model.tree.naming.has_repeats else {}
    return object_schema({"code": text, **path, "label": text, **more})


def suggestions_schema(model: ServedModel) -> Schema:
    """The answer of `GET /v1/suggest`."""
    kinds = ["code", "title", "synonym", "dictionary", "notes"]
    found = named_schema(
        model,
        path=list_schema(named_schema(model)),
        matched={"enum": kinds},
        text=TEXT_OR_NULL,
    )
    return object_schema({"suggestions": list_schema(found)})


_NOTES = dict.fromkeys(("description", "includes", "excludes"), TEXT_OR_NULL)


def details_schema(model: ServedModel) -> Schema:
    """The answer of `GET /v1/codes/CODE`."""
    named = named_schema(model)
    return named_schema(
        model,
        level={"type": "integer", "minimum": 1},
        is_full_code={"type": "boolean"},
        path=list_schema(named),
        parent={"anyOf": [named, {"type": "null"}]},
        children=list_schema(named),
        **_NOTES,
        synonyms=list_schema({"type": "string"}),
    )


def question_schema(model: ServedModel) -> Schema:
    """The answer of `POST /v1/question`."""
    number = {"type": "number"}
    examples = list_schema(named_schema(model), maxItems=EXAMPLES)
    option = named_schema(model, **_NOTES, examples=examples, probability=number)
    parent = {"anyOf": [named_schema(model), {"type": "null"}]}
    question = object_schema(
        {
            "parent": parent,
            "gain_bits": number,
            "options": list_schema(option, minItems=1),
            "other_probability": number,
        }
    )
    return object_schema(
        {
            "question": {"anyOf": [question, {"type": "null"}]},
            "candidates": list_schema(named_schema(model, probability=number)),
        }
    )
