"""Answers are what `/openapi.json` says, whatever is served and asked."""

import re
from types import SimpleNamespace

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from support import routed_runs
from support.job_runs import write_job, write_rows
from support.runs import copied_run
from support.served_run import shelf_of
from support.trade_runs import trade_run

from han.service.model_schemas import answer_schema, record_schema
from han.service.record_answers import record_answers
from han.service.record_fields import RecordFields
from han.service.service_keys import add_key
from han.service.service_settings import ServiceSettings
from han.service_site.service_app import service_app
from han.tables.prediction_columns import PredictionColumns

TRADE = {"oficio": "vendo ropa", "detalle": "en el mercado"}
JOB = {"text": "pan dulce", "old": ""}
CHECKS = [
    *(not_a_server_error, status_code_conformance),
    *(content_type_conformance, response_schema_conformance),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory, baseline_run):
    """A run with notes, one with thresholds, and a task of a job."""
    folder = tmp_path_factory.mktemp("served")
    routed = copied_run(baseline_run, folder / "copy")
    routed_runs.apply(routed)
    write_rows(folder / "rows.csv", 30)
    job = write_job(folder, baseline_run)
    shelf = shelf_of(trade_run(folder), f"routed={routed}", job)
    made = service_app(shelf, ServiceSettings(log=folder / "log.jsonl"))
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture(scope="module")
def document(app):
    return app.test_client().get("/openapi.json").get_json()


def check(document, path, said, status=200, method="post"):
    """What was said is what the document says of this status."""
    assert said.status_code == status, said.text
    answer = document["paths"][path][method]["responses"][str(status)]["content"]
    schema = {**answer[said.mimetype]["schema"], "components": document["components"]}
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(said.get_json())


RECORDS = [
    ("trades", [TRADE, {**TRADE, "key": "7"}, dict.fromkeys(TRADE, "")]),
    ("routed", [{"text": "queso de vaca"}, {"text": None}, {"text": "?"}]),
    ("kind", [JOB, {"text": "ns", "old": "x1"}, {"text": "algo", "old": "x1"}, JOB]),
]


@pytest.mark.parametrize(
    ("model", "records"), RECORDS, ids=lambda given: str(given)[:6]
)
@pytest.mark.parametrize("top_k", [None, 1, 50])
def test_codes_are_as_the_document_says(app, document, model, records, top_k):
    sent = {"records": records, "top_k": top_k}
    said = app.test_client().post(f"/v1/code?model={model}", json=sent)
    check(document, "/v1/code", said)
    body = document["paths"]["/v1/code"]["post"]["requestBody"]["content"]
    validator = Draft202012Validator(body["application/json"]["schema"])
    validator.validate(sent)
    for wrong in ({**records[0], "other": ""}, {}, 3):
        refused = {"records": [wrong]}
        assert not validator.is_valid(refused)
        said = app.test_client().post(f"/v1/code?model={model}", json=refused)
        check(document, "/v1/code", said, 422)


def test_all_else_is_as_the_document_says(app, document):
    client, model = app.test_client(), "?model=trades"
    sent = {"record": TRADE, "within": None, "without": ["721"], "options": 3}
    check(document, "/v1/question", client.post(f"/v1/question{model}", json=sent))
    sent = {"record": dict.fromkeys(TRADE, "")}
    check(document, "/v1/question", client.post(f"/v1/question{model}", json=sent))
    for query, code in (("mec", "522"), ("92", "92"), ("fondas", "5"), ("", "9")):
        said = client.get(f"/v1/suggest{model}&q={query}")
        check(document, "/v1/suggest", said, method="get")
        said = client.get(f"/v1/codes/{code}{model}")
        check(document, "/v1/codes/{name}", said, method="get")
    said = client.get(f"/v1/codes/x{model}")
    check(document, "/v1/codes/{name}", said, 404, "get")
    for path in ("/health", "/ready", "/version", "/openapi.json"):
        check(document, path, client.get(path), method="get")


def test_every_route_is_in_the_document(app, document):
    found = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        if path.startswith("/v1/") or path in document["paths"]:
            methods = rule.methods - {"HEAD", "OPTIONS"}
            found |= {(path, method.lower()) for method in methods}
    assert found == {(p, m) for p, of in document["paths"].items() for m in of}


def test_keys_are_in_the_document_where_they_are_needed(app, document, tmp_path):
    file = tmp_path / "keys.jsonl"
    add_key(file, "a")
    keyed = service_app(app.config["SHELF"], ServiceSettings(keys=file))
    found = keyed.test_client().get("/openapi.json").get_json()
    assert "security" not in document and len(found["security"]) == 2
    assert found["paths"]["/health"]["get"]["security"] == []
    code = found["paths"]["/v1/code"]["post"]
    assert "401" in code["responses"] and "security" not in code
    assert "401" not in document["paths"]["/v1/code"]["post"]["responses"]


def test_sets_of_codes_and_side_features_have_schemas():
    columns = PredictionColumns(2, top_k=2, is_routed=True, gives_sets=True)
    fields = RecordFields(("text", "key"), ("age",), 9)
    model = SimpleNamespace(
        columns=lambda top_k: columns, top_k=2, task=None, fields=fields
    )
    empty = {name: [None] for name in columns.dtypes}
    given = {"code_1": ["11"], "top_1_code": ["11"], "top_1_probability": [0.5]}
    numbers = {"num_codes": [1], "codes": ["11"], "probability_1": [0.5]}
    (answer,) = record_answers({**empty, **given, **numbers}, {"11": "Pan"})
    Draft202012Validator(answer_schema(model)).validate(answer)
    assert set(answer_schema(model)["properties"]) == set(answer)
    valid = Draft202012Validator(record_schema(fields)).is_valid
    assert valid({"text": "", "key": None, "age": 3.5})
    assert not valid({"text": "", "key": None, "age": True})
    assert not valid({"text": "x" * 10, "key": None, "age": None})


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(
    "path", ["/v1/code", "/v1/question", "/v1/suggest", "/v1/codes/{name}"]
)
def test_requests_made_from_the_document_are_answered_as_it_says(app, path, mode):
    """Good ones and, mostly, bad ones."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    (operation,) = (o.ok() for o in schema.get_all_operations() if o.ok().path == path)

    @given(st.data())
    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    def ask(data):
        case = data.draw(operation.as_strategy(generation_mode=mode))
        case.call_and_validate(checks=CHECKS)

    ask()
