"""The page of the service, without its script."""

import re
from html import unescape
from io import BytesIO

import pytest
from support.example_queue import CODES
from support.served_run import client_of
from support.trade_runs import trade_run

from han.service.service_keys import add_key

ANSWER = {"field.oficio": "vendo ropa", "field.detalle": "en el mercado"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return trade_run(tmp_path_factory.mktemp("trades"))


@pytest.fixture(scope="module")
def client(run):
    return client_of(run)


def sent(client, part=None, address="/?lang=en", status=200, **form):
    headers = {"X-Part": part} if part else {}
    said = client.post(address, data=form, headers=headers)
    assert said.status_code == status
    return unescape(said.get_data(as_text=True))


def values(page, name):
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def test_the_page_needs_nothing_from_elsewhere_and_has_no_script_in_it(client):
    said = client.get("/")
    page = said.get_data(as_text=True)
    assert "default-src 'self'" in said.headers["Content-Security-Policy"]
    assert not re.search(r"https?://|<style|style=|<script>|\son\w+=", page)
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        with client.get(address) as part:
            assert part.status_code == 200


def test_it_speaks_what_the_reader_does(client):
    spanish = client.get("/", headers={"Accept-Language": "es-MX,en;q=0.5"})
    assert '<html lang="es">' in spanish.get_data(as_text=True)
    assert '<html lang="en">' in client.get("/?lang=en").get_data(as_text=True)
    assert '<html lang="en">' in client.get("/?lang=xx").get_data(as_text=True)


def test_an_answer_is_coded_by_a_plain_form(client):
    page = sent(client, do="code", **ANSWER)
    assert 'value="vendo ropa"' in page and page.startswith("<!DOCTYPE html>")
    assert "The machine says" in page and CODES["521"][0] in page
    assert values(page, "chosen") == values(page, "offered")
    assert len(values(page, "another")) == 1
    # An interviewer reads which of the two holds; bits are for the API.
    assert "If nobody asks" in page and "bits" not in page


def test_questions_are_answered_until_one_code_is_left(client):
    page = sent(client, "result", do="code", **ANSWER)
    form = dict(ANSWER)
    for _ in range(20):
        if not values(page, "chosen"):
            break
        offered = values(page, "offered")
        true = [code for code in offered if "722".startswith(code)]
        form["without"] = values(page, "without")
        form["within"] = "".join(values(page, "within"))
        answer = {"chosen": true[0]} if true else {"another": "1", "offered": offered}
        page = sent(client, "result", **form, **answer)
    assert "Nothing is left to ask" in page and "722" in page
    assert not page.startswith("<!DOCTYPE") and "Start again" in page


def test_codes_are_found_and_shown(client):
    page = sent(client, do="find", query="peluquer", **dict.fromkeys(ANSWER, ""))
    assert "No code has these words" in page  # a run alone has no synonyms
    page = sent(client, query="cabello", do="code", **dict.fromkeys(ANSWER, ""))
    assert values(page, "show") == ["921"]
    card = sent(client, "card", show="522")
    assert CODES["522"][0] in card and "Reparación (721)" in card
    assert values(sent(client, "card", show="52"), "show") == ["521", "522"]


def test_what_is_wrong_is_said(client):
    blank = sent(client, "result", do="code", **dict.fromkeys(ANSWER, " "))
    assert "There is no word to code" in blank
    long = {**ANSWER, "field.oficio": "secreto" * 2000}
    page = sent(client, "result", status=422, do="code", **long)
    assert "cannot be read: oficio" in page and "secreto" not in page
    wrong = sent(client, "result", status=422, within="999", chosen="999", **ANSWER)
    assert "cannot be read: within" in wrong
    assert "cannot be read" in sent(client, "card", status=422, show="999")
    unknown = client.post("/?model=otro", data=ANSWER)
    assert unknown.status_code == 404


def test_texts_are_no_markup(client):
    evil = {**ANSWER, "field.oficio": '"><script>x</script> ropa'}
    said = client.post("/", data={"do": "code", "query": "<b>", **evil})
    page = said.get_data(as_text=True)
    assert "<script>x" not in page and "<b>" not in page.partition("<article")[0]


def test_a_key_is_asked_for_and_never_given_back(run, tmp_path):
    file = tmp_path / "keys"
    secret = add_key(file, "office")
    client = client_of(run, keys=file)
    assert 'type="password"' in client.get("/").get_data(as_text=True)
    page = sent(client, status=401, do="code", **ANSWER)
    assert "needs a key" in page
    page = sent(client, do="code", key=secret, **ANSWER)
    assert "The machine says" in page and secret not in page
    assert client.get("/v1/suggest?q=a").status_code == 401


def test_several_models_are_chosen_by_links(run):
    client = client_of(f"one={run}", f"two={run}")
    page = unescape(client.get("/?lang=en").get_data(as_text=True))
    assert "/?model=two&lang=en" in page and 'aria-current="page">one' in page
    page = unescape(client.get("/?model=two").get_data(as_text=True))
    assert 'aria-current="page">two' in page


def test_a_form_in_parts_is_refused_before_it_is_read(client):
    """Its parts could stand in a temporary file."""
    form = {"field.oficio": "vendo ropa", "field.detalle": (BytesIO(b"x"), "f")}
    said = client.post("/?lang=en", data=form, content_type="multipart/form-data")
    assert said.status_code == 415
    assert "application/x-www-form-urlencoded" in said.json["detail"]


def test_a_code_without_title_is_not_asked_about_as_if_it_had_one(baseline_run):
    client = client_of(baseline_run)
    page = sent(client, **{"field.text": "queso", "within": "1"})
    assert "Within the code 1, which has no title: which of these is it?" in page
