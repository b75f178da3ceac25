"""How a service is, and what it counts."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.job_runs import write_job
from support.routed_runs import apply, thresholds
from support.runs import copied_run
from support.served_run import client_of, coded

import han


@pytest.fixture
def job(baseline_run, tmp_path):
    run = copied_run(baseline_run, tmp_path / "own")
    apply(run, thresholds=thresholds(0.2, 0.6))
    return client_of(write_job(tmp_path, run), f"plain={baseline_run}")


def counted(client):
    """Samples by name."""
    text = client.get("/metrics").text
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_the_version_names_package_and_models(job):
    said = job.get("/version").get_json()
    assert said["version"] == han.__version__
    kind, plain = said["models"]
    assert [*kind] == ["name", "run", "code_list", "plan", "tables"]
    assert kind["plan"] and plain == {**plain, "name": "plain", "plan": None}


def test_records_and_requests_are_counted(job):
    texts = ["ns", "martillo grande", "queso fresco de vaca", "queso fresco de vaca"]
    rows = [{"text": text, "old": ""} for text in texts]
    assert coded(job, *rows, address="/v1/code?model=kind").status_code == 200
    assert (
        coded(job, "queso de vaca", address="/v1/code?model=plain").status_code == 200
    )
    assert coded(job, 3, address="/v1/code?model=kind").status_code == 422
    job.get("/v1/secreto/queso")
    job.open("/health", method="QUESO")
    found = counted(job)
    records = {tuple(labels.values()): n for labels, n in found["han_records_total"]}
    assert sum(records.values()) == 5
    assert records["non_answer", "non_answer", "kind", "none"] == 1
    assert records["none", "none", "plain", "none"] == 1
    requests = [tuple(labels.values()) for labels, _ in found["han_requests_total"]]
    assert ("/v1/code", "POST", "422") in requests
    assert ("none", "GET", "404") in requests
    assert ("/health", "other", "405") in requests or (
        "none",
        "other",
        "405",
    ) in requests
    assert dict(found["han_waiting_records"][0][0]) == {}
    assert found["han_model_info"][0][0]["model"] == "kind"
    assert found["process_resident_memory_bytes"][0][1] > 0


def test_no_text_of_a_respondent_is_counted(job):
    coded(
        job, {"text": "zapatero remendón", "old": "x9"}, address="/v1/code?model=kind"
    )
    coded(job, {"zapatero": 1}, address="/v1/code?model=zapatero")
    job.get("/zapatero?q=zapatero")
    assert not re.search("zapatero|x9", job.get("/metrics").text)


def test_a_service_that_is_stopped_is_not_ready(baseline_run):
    client = client_of(baseline_run)
    client.application.config["QUEUE"].end()
    said = client.get("/ready")
    assert (said.status_code, said.get_json()) == (503, {"status": "stopping"})
    assert client.get("/health").status_code == 200
