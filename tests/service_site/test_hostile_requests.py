"""Whatever is sent: never a mistake of ours, and never a word of it where it stays.

`zxqvb` stands for what a respondent has written. It is in every part of a request.
"""

import gzip
import io
import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.job_runs import write_job, write_rows
from support.served_run import shelf_of
from support.trade_runs import trade_run

from han.service.event_log import library_events
from han.service.service_settings import ServiceSettings
from han.service_site.service_app import service_app

WORD = "zxqvb"
TEXT = f"{WORD} en {WORD}"
JSON = {"Content-Type": "application/json"}
RECORD = {"oficio": TEXT, "detalle": TEXT}
CODE, QUESTION = "/v1/code?model=trades", "/v1/question?model=trades"
PAGE = "/?model=trades"
STEADY = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def app(tmp_path_factory, baseline_run):
    folder = tmp_path_factory.mktemp("hostile")
    write_rows(folder / "rows.csv", 30)
    shelf = shelf_of(trade_run(folder), write_job(folder, baseline_run))
    made = service_app(shelf, ServiceSettings(log=folder / "log.jsonl"))
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def ask(app, caplog, capfd):
    """Asks, and looks at the answer; then at all that stays."""
    client = app.test_client()
    log = app.config["GUARD"].log

    def asked(address, method="POST", **sent):
        said = client.open(address, method=method, **sent)
        assert said.status_code < 500, said.text
        if said.status_code >= 400 and address != PAGE:  # which shows what was typed
            assert said.mimetype == "application/problem+json"
            assert WORD not in f"{said.headers}{said.text}".lower()
        return said

    with caplog.at_level(logging.DEBUG), library_events(log):
        yield asked
    kept = [log.file.read_text(), client.get("/metrics").text, caplog.text]
    assert WORD not in "".join([*kept, *capfd.readouterr()]).lower()
    assert '"request"' in kept[0] and "han_requests_total" in kept[1]


def body_of(**members):
    return json.dumps({"records": [RECORD], **members}).encode()


NESTED = "[" * 100_000 + "]" * 100_000
RECORDS = json.dumps([RECORD] * 1001)
BODIES = {
    "nothing": (b"", 400),
    "no JSON": (TEXT.encode(), 400),
    "half of it": (body_of()[:-2], 400),
    "more than it": (body_of() + TEXT.encode(), 400),
    "a list": (b'["zxqvb"]', 400),
    "deep lists": (f'{{"records": {NESTED}}}'.encode(), 400),
    "deep objects": (b'{"records":' * 50_000 + b"1" + b"}" * 50_000, 400),
    "a member twice": (b'{"records": ["zxqvb"], "records": []}', 400),
    "a member of a record twice": (
        b'{"records": [{"oficio": "zxqvb", "oficio": "", "detalle": ""}]}',
        400,
    ),
    "no number": (b'{"records": [], "top_k": NaN}', 400),
    "an endless number": (b'{"records": [], "top_k": Infinity}', 400),
    "a huge number": (b'{"records": [], "top_k": %s}' % (b"9" * 50_000), 400),
    "a large number": (body_of(top_k=10**300), 422),
    "a large exponent": (b'{"records": [], "top_k": 1e999}', 422),
    "a fraction": (body_of(top_k=1.0), 422),
    "true": (body_of(top_k=True), 422),
    "another member": (body_of(**{TEXT: 1}), 422),
    "another member of a record": (body_of(records=[{**RECORD, TEXT: TEXT}]), 422),
    "no records": (body_of(records=[]), 422),
    "a text for records": (body_of(records=TEXT), 422),
    "a text for a record": (body_of(records=[TEXT]), 422),
    "a list for a text": (body_of(records=[{**RECORD, "oficio": [TEXT]}]), 422),
    "1,001 records": (f'{{"records": {RECORDS}}}'.encode(), 413),
    "half a character": (
        b'{"records": [{"oficio": "zxqvb \\ud800", "detalle": ""}]}',
        422,
    ),
    "a long text": (body_of(records=[{**RECORD, "oficio": TEXT * 10_000}]), 422),
    "a null character": (body_of(records=[{**RECORD, "oficio": TEXT + "\0"}]), 200),
    "a long word": (body_of(records=[{**RECORD, "oficio": WORD * 1999}]), 200),
    "marks of direction": (body_of(records=[{**RECORD, "oficio": "\u202e"}]), 200),
    "a byte order mark": (b"\xef\xbb\xbf" + body_of(), 400),
    "UTF-16": (body_of().decode().encode("utf-16"), 400),
    "Latin-1": ('{"records": ["zxqvb ñ"]}'.encode("latin-1"), 400),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(ask, name):
    body, status = BODIES[name]
    assert ask(CODE, data=body, headers=JSON).status_code == status


def test_other_forms_of_a_body(ask):
    packed = {**JSON, "Content-Encoding": "gzip"}
    assert ask(CODE, data=gzip.compress(body_of()), headers=packed).status_code == 415
    assert ask(CODE, data=gzip.compress(body_of()), headers=JSON).status_code == 400
    for kind in (f"text/{WORD}", "application/x-www-form-urlencoded", "", TEXT):
        headers = {"Content-Type": kind}
        assert ask(CODE, data=body_of(), headers=headers).status_code == 415
    form = {"data": {"file": (io.BytesIO(body_of()), f"{WORD}.json")}}
    assert ask(CODE, **form).status_code == 415


def test_other_addresses_and_headers(ask):
    for address in (
        *(f"/{WORD}", f"//{WORD}//x", f"/v1/code/{WORD}", f"/v1/codes/{WORD}"),
        *(f"/v1/code?model={WORD}", f"/v1/codes/5?model={WORD}", f"/v1/suggest/{WORD}"),
        *(f"/static/{WORD}", f"/static/../{WORD}", f"/v1/codes/%00{WORD}%ff"),
        *(f"/v1/suggest?model=trades&q=x&limit={WORD}", f"/%2e%2e/{WORD}?{WORD}"),
    ):
        for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", WORD.upper()):
            assert ask(address, method).status_code < 500
    suggest = f"/v1/suggest?model=trades&q={WORD}+en&{WORD}={WORD}"
    names = "Authorization X-API-Key X-Request-ID Origin Accept Cookie Referer Range"
    for header in [*names.split(), "X-Forwarded-For", "User-Agent", "If-None-Match"]:
        assert ask(suggest, "GET", headers={header: TEXT}).status_code == 200
    assert ask(suggest, "GET", headers={"Host": f"{WORD}.org"}).status_code == 400


def test_questions(ask):
    for members, status in (
        ({"record": RECORD, "within": TEXT}, 422),
        ({"record": RECORD, "without": [TEXT]}, 422),
        ({"record": RECORD, "without": TEXT}, 422),
        ({"record": RECORD, "options": TEXT}, 422),
        ({"record": {**RECORD, "oficio": 3}}, 422),
        ({"record": RECORD, TEXT: TEXT}, 422),
        ({"record": RECORD}, 200),
    ):
        assert ask(QUESTION, json=members).status_code == status


FORMS = [
    {"field.oficio": TEXT, "field.detalle": TEXT, "do": "code"},
    {"field.oficio": TEXT, "chosen": TEXT, "without": [TEXT], "do": TEXT},
    {"query": TEXT, "do": "find", "key": TEXT},
    {"show": TEXT},
    {"field.oficio": WORD * 5000, "do": "code", TEXT: TEXT},
]


@pytest.mark.parametrize("form", FORMS)
def test_the_page(ask, form):
    assert ask(PAGE, data=form).mimetype == "text/html"


TEXTS = st.text(max_size=20) | st.sampled_from([TEXT, "", "\0", "\ud800", WORD * 50])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
NAMES = st.sampled_from(["records", "oficio", "detalle", "top_k", "record", TEXT])
VALUES = st.recursive(
    LEAVES,
    lambda of: st.lists(of, max_size=4) | st.dictionaries(NAMES, of, max_size=4),
    max_leaves=12,
)
MEMBERS = st.fixed_dictionaries(
    {"records": st.lists(st.fixed_dictionaries(dict.fromkeys(RECORD, LEAVES)))},
    optional={"top_k": LEAVES, "record": VALUES},
)
ADDRESSES = st.sampled_from([CODE, QUESTION, "/v1/code?model=kind"])


@STEADY
@given(address=ADDRESSES, body=st.binary(max_size=60) | VALUES | MEMBERS)
def test_anything_is_answered(ask, address, body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    ask(address, data=data, headers=JSON)


@STEADY
@given(typed=st.text(max_size=30) | st.just(TEXT), limit=TEXTS)
def test_anything_may_be_typed(ask, typed, limit):
    typed, limit = (text.encode("utf-8", "replace").decode() for text in (typed, limit))
    query = {"model": "trades", "q": typed}
    assert ask("/v1/suggest", "GET", query_string=query).status_code == 200
    ask("/v1/suggest", "GET", query_string={**query, "limit": limit})
    ask(f"/v1/codes/{typed.replace('?', '').replace('#', '') or 0}?model=trades", "GET")
