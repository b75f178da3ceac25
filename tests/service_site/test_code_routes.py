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
