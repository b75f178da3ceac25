"""`/v1/suggest`, `/v1/question` and `/v1/codes` over a run with titles and notes."""

import numpy as np
import pytest
from support.example_queue import CODES
from support.served_run import client_of
from support.trade_runs import trade_run

RECORD = {"oficio": "vendo ropa", "detalle": "en el mercado"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return client_of(trade_run(tmp_path_factory.mktemp("trades")))


def asked(client, status=200, **members):
    said = client.post("/v1/question", json={"record": RECORD, **members})
    assert said.status_code == status, said.get_json()
    return said.get_json()


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=MECÁ", ["721"]),
        ("q=92&limit=2", ["92", "921"]),
        ("q=fondas", ["511"]),  # what it includes
        ("q=unas", []),
        ("", []),
    ],
)
def test_codes_are_suggested(client, query, codes):
    found = client.get(f"/v1/suggest?{query}").get_json()["suggestions"]
    assert [one["code"] for one in found] == codes
    names = {"code", "label", "path", "matched", "text"}
    assert all(set(one) == names for one in found)


@pytest.mark.parametrize("limit", ["0", "51", "x", "-1", "1e3", "99999", "", "²"])
def test_wrong_limits_are_told(client, limit):
    said = client.get(f"/v1/suggest?q=a&limit={limit}")
    assert (said.status_code, said.get_json()["field"]) == (422, "limit")


def test_a_code_has_its_notes_and_its_place(client):
    found = client.get("/v1/codes/522").get_json()
    assert found["label"] == CODES["522"][0]
    assert (found["includes"], found["excludes"]) == ("Autopartes", "Reparación (721)")
    assert [one["code"] for one in found["path"]] == ["5", "52"]
    said = client.get("/v1/codes/529")
    assert said.status_code == 404 and "Near: 521, 522" in said.get_json()["detail"]
    assert client.get("/v1/codes/a/b").status_code == 404


def test_the_question_separates_the_candidates(client):
    found = asked(client, options=3, top_k=4)
    question, candidates = found["question"], found["candidates"]
    options = question["options"]
    shares = [one["probability"] for one in options]
    assert shares == sorted(shares, reverse=True) and len(shares) <= 3
    assert sum(shares) + question["other_probability"] == pytest.approx(1)
    parts = np.array([*shares, question["other_probability"]])
    assert question["gain_bits"] == pytest.approx(-(parts * np.log2(parts)).sum())
    assert len(candidates) == 4 and candidates[0]["code"] == "521"
    by_code = {one["code"]: one for one in asked(client, top_k=50)["candidates"]}
    assert sum(one["probability"] for one in by_code.values()) == pytest.approx(1)


def test_answers_lead_to_one_code(client):
    found = asked(client, within="72", without=["721", "722"])
    assert found["question"] is None
    assert [one["code"] for one in found["candidates"]] == ["723"]
    assert found["candidates"][0]["probability"] == 1
    other = asked(client, without=["5"])["candidates"]
    assert not [one for one in other if one["code"].startswith("5")]


def test_a_record_without_words_is_not_asked_about(client):
    said = client.post("/v1/question", json={"record": dict.fromkeys(RECORD, "")})
    assert said.get_json() == {"question": None, "candidates": []}


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"record": {"oficio": "x"}}, "record.detalle"),
        ({"record": {**RECORD, "otro": "x"}}, "record.otro"),
        ({"record": {**RECORD, "oficio": 1}}, "record.oficio"),
        ({"record": [RECORD]}, "record"),
        ({"within": "xyz"}, "within"),
        ({"within": 72}, "within"),
        ({"without": "72"}, "without"),
        ({"without": ["72", 5]}, "without"),
        ({"without": ["72", "xyz"]}, "without[1]"),
        ({"without": ["72"] * 1001}, "without"),
        ({"within": "721", "without": ["72"]}, "without"),
        ({"options": 0}, "options"),
        ({"options": True}, "options"),
        ({"top_k": "5"}, "top_k"),
        ({"otro": 1}, "otro"),
    ],
)
def test_wrong_questions_are_told_where(client, members, field):
    said = asked(client, 422, **members)
    assert said["field"] == field and "xyz" not in said["detail"]
