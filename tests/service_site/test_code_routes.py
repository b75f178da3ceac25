"""`POST /v1/code` over a small run."""

import pytest
from support.served_run import client_of, coded


@pytest.fixture(scope="module")
def client(baseline_run):
    return client_of(baseline_run)


def test_a_record_gets_its_code(client):
    said = coded(client, {"text": "queso de vaca", "key": "7"}, top_k=2)
    assert said.status_code == 200
    answer = said.get_json()["records"][0]
    assert (answer["key"], answer["code"], answer["level"]) == ("7", "12", 2)
    assert answer["candidates"][0]["code"] == "12"
    assert len(answer["candidates"]) == 2


def test_the_service_says_how_it_is(client):
    assert client.get("/health").get_json() == {"status": "alive"}
    assert client.get("/ready").get_json() == {"status": "ready"}
    (model,) = client.get("/version").get_json()["models"]
    assert model["name"] == "run" and len(model["run"]) == 12 and model["plan"] is None


def test_keys_come_back_as_they_were_sent(baseline_run):
    keys = [7, "", "a", None]
    records = [{"text": "queso", "key": key} for key in keys]
    answers = coded(client_of(baseline_run), *records).get_json()["records"]
    assert [answer["key"] for answer in answers] == keys
    refused = coded(client_of(baseline_run), {"text": "queso", "key": True})
    assert refused.get_json()["field"] == "records[0].key"


def test_what_can_never_be_coded_is_not_told_to_come_again(baseline_run):
    client = client_of(baseline_run, max_waiting=2)
    assert coded(client, *["queso"] * 3).status_code == 413
    assert coded(client, *["queso"] * 2).status_code == 200
    sent = {"data": b"{}", "content_type": "application/json; charset=latin-1"}
    assert client.post("/v1/code", **sent).status_code == 415
