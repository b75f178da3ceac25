"""Records of requests are read strictly, and what is wrong is named by its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.service.problem import Problem
from han.service.record_fields import RecordFields, check_members, read_json

FIELDS = RecordFields(("job", "firm"), ("age",), max_characters=10)
WHOLE = {"job": "pan", "firm": "", "age": 3}
SECRET = "panadera"


def refused(call, status, place=None):
    with pytest.raises(Problem) as found:
        call()
    assert (found.value.status, found.value.field) == (status, place)
    assert SECRET not in found.value.detail
    return found.value.detail


def read(*records):
    return FIELDS.read([*records], 3)


def test_records_are_read_as_texts():
    (found,) = read({"job": "Pan", "firm": None, "age": 3.5, "key": "7"})
    assert found == {"job": "Pan", "firm": "", "age": "3.5", "key": "7"}
    ages = [WHOLE | {"age": age} for age in (None, " NA", "12 ")]
    assert [record["age"] for record in read(*ages)] == ["", "NA", "12"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"job": 3}, "job"),
        ({"job": True}, "job"),
        ({"firm": [SECRET]}, "firm"),
        ({"job": SECRET * 2}, "job"),
        ({"job": "\ud800"}, "job"),
        ({"age": SECRET}, "age"),
        ({"age": "3,5"}, "age"),
        ({"age": True}, "age"),
        ({"age": 1e999}, "age"),
        ({"age": [3]}, "age"),
        ({"key": 7.5}, "key"),
        ({"jobs": "x"}, "jobs"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change, place):
    said = refused(lambda: read(WHOLE, WHOLE | change), 422, f"records[1].{place}")
    assert "xpected" in said or "Known: job, firm, age, key." in said


def test_a_member_that_is_missing_is_named():
    missing = {name: cell for name, cell in WHOLE.items() if name != "firm"}
    said = refused(lambda: read(missing), 422, "records[0].firm")
    assert "A record has job, firm, age" in said and "null" in said


def test_there_are_some_records_and_not_too_many():
    refused(lambda: FIELDS.read(None, 3), 422, "records")
    refused(lambda: FIELDS.read("pan", 3), 422, "records")
    refused(lambda: read(), 422, "records")
    assert "Received: 4" in refused(lambda: read(*[WHOLE] * 4), 413, "records")
    refused(lambda: read("pan"), 422, "records[0]")


def test_a_field_that_is_called_key_is_a_field():
    fields = RecordFields(("key",))
    assert not fields.has_key
    assert fields.read([{"key": "pan"}], 3) == [{"key": "pan"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[1]",
        b"3",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": ' + b"1" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        b"{" * 100_000,
        b"[" * 100_000,
        f'{{"{SECRET}": {SECRET}}}'.encode(),
    ],
)
def test_what_is_no_json_object_is_refused(body):
    refused(lambda: read_json(body), 400)


def test_a_member_of_a_request_that_is_not_known_is_named():
    refused(lambda: check_members({"topk": 3}, ["top_k"]), 422, "topk")
    assert refused_place({"x" * 500: 3}) is None
    assert refused_place({"what a person has said": 3}) is None


def refused_place(members):
    with pytest.raises(Problem) as found:
        check_members(members, ["top_k"])
    return found.value.field


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.binary() | VALUES.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_sent_is_read_or_refused(body):
    try:
        found = read_json(body)
        FIELDS.read(found.get("records"), 3)
    except Problem as problem:
        assert 400 <= problem.status < 500


@given(VALUES, VALUES, VALUES)
def test_a_record_becomes_texts_or_a_problem(job, firm, age):
    try:
        (found,) = read({"job": job, "firm": firm, "age": age})
    except Problem as problem:
        assert problem.field.startswith("records[0].")
    else:
        assert all(isinstance(cell, str) for cell in found.values())
