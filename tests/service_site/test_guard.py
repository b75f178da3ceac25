"""What stands before the routes: keys, limits, headers, errors, the log of access."""

import json
import re
from types import SimpleNamespace

import pytest
from support.served_run import coded, shelf_of

from han.errors import InputError
from han.service.problem import Problem
from han.service.service_keys import add_key, remove_key
from han.service.service_settings import ServiceSettings
from han.service_site.guard import OPEN_ROUTES, check_reach
from han.service_site.safe_headers import check_origin
from han.service_site.service_app import service_app

SECRET = "panadero en Oaxaca"
ORIGIN = "https://survey.example.org"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}


@pytest.fixture(scope="module")
def shelf(baseline_run):
    return shelf_of(baseline_run)


@pytest.fixture
def served(shelf, tmp_path):
    """A client of a service with such settings, and what its log says."""

    def of(**settings):
        log = tmp_path / f"log{len(list(tmp_path.iterdir()))}.jsonl"
        app = service_app(shelf, ServiceSettings(log=log, **settings))
        app.config["PROPAGATE_EXCEPTIONS"] = False

        @app.post("/fault/<name>")
        def fault(name):
            if name == "busy":
                raise Problem(503, "Too many wait.", retry_after=1.2)
            raise ValueError(SECRET)

        def lines():
            return [json.loads(x) for x in log.read_text().splitlines()]

        return SimpleNamespace(client=app.test_client(), app=app, log=log, lines=lines)

    return of


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "keys.jsonl"


def problem(said, status):
    """The members of a problem, which are what RFC 9457 names and two of ours."""
    assert (said.status_code, said.mimetype) == (status, "application/problem+json")
    found = json.loads(said.data)
    assert {*found} - {"field"} == {"type", "title", "status", "detail", "request_id"}
    assert found["status"] == status
    assert found["request_id"] == said.headers["X-Request-ID"]
    return found


def test_a_request_has_a_name_its_own_if_no_word_can_be_in_it(served):
    client = served().client

    def name(given):
        headers = {"X-Request-ID": given} if given is not None else {}
        return client.get("/health", headers=headers).headers["X-Request-ID"]

    good = "7f3a0c1e-0000-4000-8000-1234567890ab"
    assert name(good) == good
    others = [name(bad) for bad in (None, "", "panadero", "a" * 65, "ñ")]
    assert all(re.fullmatch("[0-9a-f]{32}", n) for n in others)
    assert len(set(others)) == len(others)


def test_all_but_a_few_routes_need_a_key(served, keys):
    secret = add_key(keys, "survey")
    app = served(keys=keys)
    routes = [r.rule for r in app.app.url_map.iter_rules()]
    for route in [*routes, "/nowhere", "/v1/suggest"]:
        said = app.client.get(route.replace("<path:filename>", "no.css"))
        assert (said.status_code == 401) == (route not in OPEN_ROUTES), route
    said = coded(app.client, SECRET)
    assert problem(said, 401)["title"] == "Unauthorized"
    assert said.headers["WWW-Authenticate"] == "Bearer"
    for headers in (
        {"Authorization": f"Bearer {secret}"},
        {"authorization": f"bearer  {secret}"},
        {"X-API-Key": secret},
    ):
        assert app.client.get("/version", headers=headers).status_code == 200
    for headers in (
        {"Authorization": f"Basic {secret}"},
        {"Authorization": secret},
        {"X-API-Key": secret[:-1]},
        {"X-API-Key": "survey"},
    ):
        assert app.client.get("/version", headers=headers).status_code == 401
    assert {line.get("key") for line in app.lines()} >= {"survey", None}
    assert secret not in app.log.read_text()


def test_a_key_that_was_taken_away_opens_nothing(served, keys):
    first, _ = add_key(keys, "first"), add_key(keys, "second")
    client = served(keys=keys).client
    headers = {"X-API-Key": first}
    assert client.get("/version", headers=headers).status_code == 200
    remove_key(keys, "first")
    assert client.get("/version", headers=headers).status_code == 401


def test_requests_a_minute(served, keys):
    add_key(keys, "a", 3)
    client = served(requests_a_minute=2).client
    assert [client.get("/version").status_code for _ in range(2)] == [200, 200]
    said = client.get("/version")
    assert "2 requests a minute" in problem(said, 429)["detail"]
    assert 1 <= int(said.headers["Retry-After"]) <= 30
    assert client.get("/health").status_code == 200  # whoever watches it, may
    keyed = served(requests_a_minute=1, keys=keys).client
    b = {"X-API-Key": add_key(keys, "b")}
    said = [keyed.get("/version", headers=b).status_code for _ in range(2)]
    assert said == [200, 429]


def test_records_a_minute(served, keys):
    client = served(records_a_minute=3).client
    assert coded(client, "pan", "queso").status_code == 200
    said = coded(client, "pan", "queso")
    assert "3 records a minute" in problem(said, 429)["detail"]
    assert coded(client, "pan").status_code == 200
    a = {"X-API-Key": add_key(keys, "a", None, 1)}
    keyed = served(keys=keys, records_a_minute=100).client
    sent = {"json": {"records": [{"text": "pan"}]}, "headers": a}
    assert [keyed.post("/v1/code", **sent).status_code for _ in "ab"] == [200, 429]


def test_every_answer_has_the_headers_of_safety(served, keys):
    add_key(keys, "a")
    plain, keyed = served().client, served(keys=keys).client
    answers = [
        *(plain.get("/health"), plain.get("/nowhere"), plain.put("/v1/code")),
        *(keyed.get("/version"), plain.post("/fault/x"), coded(plain, "pan")),
    ]
    for said in answers:
        assert said.headers["X-Content-Type-Options"] == "nosniff"
        assert said.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in said.headers["Content-Security-Policy"]
        assert said.headers["Referrer-Policy"] == "no-referrer"
        assert not {"Access-Control-Allow-Origin", "Vary"} & {*said.headers.keys()}


def test_pages_of_other_sites_may_ask_only_if_they_are_named(served, keys):
    secret = add_key(keys, "a")
    client = served(keys=keys, origins=(ORIGIN,)).client
    said = client.options("/v1/code", headers=PREFLIGHT)
    assert said.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in said.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in said.headers["Access-Control-Allow-Headers"]
    key = {"X-API-Key": secret}
    said = client.get("/version", headers={"Origin": ORIGIN, **key})
    assert said.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert said.vary.to_header() == "Origin"
    assert client.get("/version", headers=key).headers["Vary"] == "Origin"
    for origin in (ORIGIN + ".evil.org", ORIGIN + ":444", "http" + ORIGIN[5:], "null"):
        said = client.options("/v1/code", headers=PREFLIGHT | {"Origin": origin})
        assert said.status_code == 401
        assert "Access-Control-Allow-Origin" not in said.headers
    off = served().client.options("/v1/code", headers=PREFLIGHT)
    assert "Access-Control-Allow-Origin" not in off.headers


@pytest.mark.parametrize(
    "origin", ["*", "null", ORIGIN + "/", ORIGIN.upper(), "survey.example.org", ""]
)
def test_origins_are_such(origin):
    with pytest.raises(InputError, match="--cors"):
        check_origin(origin)


def test_errors_are_problems(served):
    client = served(max_bytes=500).client
    post = client.post
    assert "/openapi.json" in problem(client.get("/v1/" + SECRET), 404)["detail"]
    problem(post("/v1/code", data="{", content_type="application/json"), 400)
    problem(post("/v1/code", data="{}", content_type="text/plain"), 415)
    problem(coded(client, SECRET * 30), 413)
    said = client.get("/v1/code")
    problem(said, 405)
    assert said.headers["Allow"] == "OPTIONS, POST"
    assert problem(coded(client, 3), 422)["field"] == "records[0]"
    said = post("/fault/busy")
    assert problem(said, 503)["detail"] == "Too many wait."
    assert said.headers["Retry-After"] == "2"


def test_a_mistake_of_ours_tells_places_and_no_values(served):
    app = served()
    said = app.client.post("/fault/x", data=SECRET)
    found = problem(said, 500)
    assert SECRET not in said.text
    failed, request = app.lines()
    assert failed["event"] == "failed" and failed["error"] == "ValueError"
    assert failed["request_id"] == request["request_id"] == found["request_id"]
    assert failed["places"].startswith("service_site/test_guard.py:")
    assert request["status"] == 500 and SECRET not in app.log.read_text()


def test_head_and_options(served):
    client = served().client
    said = client.head("/health")
    assert (said.status_code, said.data) == (200, b"")
    assert int(said.headers["Content-Length"]) == len(client.get("/health").data)
    assert client.head("/nowhere").data == b""
    said = client.options("/v1/code")
    assert said.status_code == 200 and set(said.allow) == {"OPTIONS", "POST"}


def test_the_log_has_patterns_and_counts_but_no_address(served):
    app = served()
    coded(app.client, "pan", "queso", address="/v1/code?model=run")
    app.client.get(f"/v1/suggest/{SECRET}?q={SECRET}")
    app.client.open("/health", method="PANADERO")
    app.client.post("/fault/Oaxaca")
    code, lost, odd, _, fault = app.lines()
    assert {"time", "level", "version", "request_id", "ms"} <= set(code)
    said = [code[name] for name in ("event", "route", "method")]
    assert said == ["request", "/v1/code", "POST"]
    assert (code["status"], code["records"], code["model"]) == (200, 2, "run")
    assert (lost["route"], odd["method"], fault["route"]) == ("-", "-", "/fault/<name>")
    assert not re.search("pan|queso|Oaxaca", app.log.read_text(), re.I)


def test_a_name_of_elsewhere_that_leads_here_is_not_answered(served, keys):
    elsewhere = {"Host": "evil.example.org"}
    plain = served().client
    said = plain.get("/health", headers=elsewhere)
    assert "names of this machine" in problem(said, 400)["detail"]
    assert "evil" not in said.text
    add_key(keys, "a")
    assert served(keys=keys).client.get("/health", headers=elsewhere).status_code == 200


def test_behind_a_proxy_a_client_is_whom_the_proxy_names(served):
    app = served(behind_proxy=True, requests_a_minute=1)
    for address in ("192.0.2.1", "192.0.2.2"):
        headers = {
            "X-Forwarded-For": f"10.0.0.1, {address}",
            "X-Forwarded-Prefix": "/c",
        }
        said = [app.client.get("/version", headers=headers).status_code for _ in "ab"]
        assert said == [200, 429]
    direct = served(requests_a_minute=1).client
    for address, status in (("192.0.2.1", 200), ("192.0.2.2", 429)):
        said = direct.get("/version", headers={"X-Forwarded-For": address})
        assert said.status_code == status


@pytest.mark.parametrize(
    ("host", "has_keys", "behind_proxy", "said"),
    [
        ("127.0.0.1", False, False, None),
        ("localhost", True, True, None),
        ("0.0.0.0", True, True, None),
        ("0.0.0.0", False, True, "Without keys"),
        ("127.0.0.1", False, True, "Without keys"),
        ("192.0.2.7", False, False, "Without keys"),
        ("192.0.2.7", True, False, "in clear"),
    ],
)
def test_who_can_reach_a_service(keys, host, has_keys, behind_proxy, said):
    settings = ServiceSettings(
        keys=keys if has_keys else None, behind_proxy=behind_proxy
    )
    if said is None:
        check_reach(host, settings)
    else:
        with pytest.raises(InputError, match=said):
            check_reach(host, settings)
