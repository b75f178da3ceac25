"""The page of clerks, without a browser: its rules and its safety."""

import logging
import re
import shutil
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from support.example_queue import NODES, make_example_queue
from support.site_visits import PASSWORD, Visitor, site, with_people

from han.review_site import sign_in_limit
from han.review_site.sign_in_limit import ATTEMPTS
from han.reviewing import assignment
from han.reviewing.assignment import HELD
from han.reviewing.people import deactivate
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import decisions, seats, sessions, skips


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A queue with people; passwords take their time."""
    queue = make_example_queue(tmp_path_factory.mktemp("queue") / "review.db", 60)
    with_people(queue, ana="coder", eva="coder", luz="adjudicator")
    queue.engine.dispose()
    return queue.place


@pytest.fixture
def queue(made, tmp_path):
    return QueueDatabase(shutil.copy(made, tmp_path / "review.db"))


@pytest.fixture
def app(queue):
    return site(queue)


def kept(queue, table=decisions):
    with queue.reading() as connection:
        return connection.execute(sa.select(table)).all()


def test_work_from_the_first_page_to_a_decision(app, queue):
    ana = Visitor(app, "ana")
    assert ana.answer == 1 and ana.page.text.count("data-key=") >= 11
    first = re.search(r'value="(candidate:\d+)" data-key="2"', ana.page.text)[1]
    ana.act("decide", take=first, comment="no veo bien")
    (row,) = kept(queue)
    assert (row.answer, row.seat, row.outcome) == (1, 1, "code")
    assert (row.way, row.rank, row.suggestions) == ("candidate", 2, True)
    assert f"candidate:{row.node}" == first and row.seconds is not None
    assert ana.answer == 2 and "Guardado:" in ana.page.text


@pytest.mark.parametrize(
    ("take", "way", "code"),
    [
        (f"search:{NODES['721']}", "search", "721"),
        (f"tree:{NODES['72']}", "tree", "72"),  # a partial code
        (f"equal:{NODES['513']}", "equal", "513"),
        ("none:", "none", None),
    ],
)
def test_other_ways_to_decide(app, queue, take, way, code):
    ana = Visitor(app, "ana")
    ana.act("decide", take=take)
    (row,) = kept(queue)
    assert (row.way, row.rank, row.node) == (way, None, code and NODES[code])
    assert row.outcome == ("code" if code else "uncodable")


@pytest.mark.parametrize(
    "take",
    " none candidate:0 candidate:99 candidate:x search:-1 search:² tree:9999999999 "
    "coder:1 import:3".split(" "),
)
def test_what_the_page_has_not_is_refused(app, queue, take):
    ana = Visitor(app, "ana")
    said = ana.post("/code/1/decide", take=take)
    assert said.status_code == 400 and kept(queue) == []


def test_going_back_changes_a_decision_and_leads_to_the_work_again(app, queue):
    ana = Visitor(app, "ana")
    for node in (5, 6):
        ana.act("decide", take=f"search:{node}", comment=f"nota {node}")
    ana.get("/code/2")
    assert ana.answer == 2 and "nota 6" in ana.page.text
    assert 'href="/code/1"' in ana.page.text  # one further back
    replaces = re.search(r'name="replaces" value="(\d+)"', ana.page.text)[1]
    ana.act("decide", take="search:8", replaces=replaces)
    assert ana.answer == 3
    standing = [row for row in kept(queue) if row.replaced_at is None]
    assert sorted((row.answer, row.node) for row in standing) == [(1, 5), (2, 8)]
    assert Visitor(app, "eva").get("/code/2").request.path == "/code"  # not hers


def test_what_was_stored_last_may_be_a_change_further_back(app):
    ana = Visitor(app, "ana")
    for code in ("721", "711"):
        ana.act("decide", take=f"search:{NODES[code]}")
    ana.get("/code/1")
    replaces = re.search(r'name="replaces" value="(\d+)"', ana.page.text)[1]
    ana.act("decide", take=f"search:{NODES['513']}", replaces=replaces)
    said = 'id="last">Guardado, en lugar de su decisión anterior: 513'
    assert said in ana.page.text


def test_a_decision_sent_twice_is_one(app, queue):
    ana = Visitor(app, "ana")
    for _ in range(2):
        said = ana.post("/code/1/decide", take="search:5")
    assert said.location == "/code?said=known"
    assert "ya estaba guardada" in ana.get(said.location).text
    assert len(kept(queue)) == 1


def test_two_clerks_never_see_the_same_answer_nor_each_others_decisions(app, queue):
    ana, eva = Visitor(app, "ana"), Visitor(app, "eva")
    assert (ana.answer, eva.answer) == (1, 2)
    said = eva.post("/code/1/decide", take="search:5")
    assert said.location == "/code?said=lost" and kept(queue) == []
    said = eva.post("/code/1/codes", query="taller")
    assert said.status_code == 303  # the page of an answer that she does not hold
    assert eva.post("/code/59/decide", take="search:5").location.endswith("lost")
    assert eva.post("/code/99/decide", take="search:5").status_code == 404


def test_addresses_do_not_tell_the_place_in_the_queue(queue):
    app = site(queue, numbered=True)
    ana, found = Visitor(app, "ana"), []
    for _ in range(5):
        found.append(ana.answer)
        ana.act("decide", take="search:5")
    assert [row.answer for row in kept(queue)] == [1, 2, 3, 4, 5]
    assert found != sorted(found) and min(found) > 60
    sixth = ana.answer
    ana.get(f"/code/{found[1]}")
    assert ana.answer == found[1]
    assert Visitor(site(queue, numbered=True), "ana").answer == sixth  # a restart


def test_no_suggestions_means_none_of_the_machine(app, queue):
    ana = Visitor(app, "ana")
    while ana.answer != 7:
        ana.act("decide", take="search:5")
    page = ana.page.text
    assert "sin sugerencias" in page and "candidate:" not in page
    assert "<mark" not in page and "la máquina dice" not in page
    assert ana.post("/code/7/decide", take="candidate:5").status_code == 400
    ana.act("decide", take="search:5")
    assert [r.suggestions for r in kept(queue) if r.answer == 7] == [False]


def test_nothing_betrays_a_hidden_check_or_a_second_coder(app):
    ana = Visitor(app, "ana")
    pages = {}
    for _ in range(12):
        text = re.sub(r"\d+", "", re.sub(r"<dd>.*?</dd>", "", ana.page.text))
        pages[ana.answer] = set(re.findall(r'class="([^"]*)"', text))
        assert not re.search(r"\b(check|sample|exact|gold|seats?)\b", text)
        ana.act("decide", take="none:")
    del pages[7]  # without suggestions
    assert pages[3] <= pages[12] | pages[4]


def test_skip_gives_an_answer_back(app, queue):
    ana = Visitor(app, "ana")
    said = ana.post("/code/1/skip", comment="¿es en su casa?")  # it would be lost
    assert not kept(queue, skips) and "¿es en su casa?" in said.text
    assert "un comentario se guarda solo con una decisión" in said.text
    ana.act("skip")
    assert ana.answer == 2 and len(kept(queue, skips)) == 1
    assert Visitor(app, "eva").answer == 1


def test_an_adjudicator_sees_both_without_names_and_decides(app, queue, monkeypatch):
    at_once = SimpleNamespace(random=lambda: 0.0)  # second seats come first
    monkeypatch.setattr(assignment, "CHANCE", at_once)
    for name, node in (("ana", 5), ("eva", 6)):
        visitor = Visitor(app, name)
        while visitor.answer and visitor.answer < 14:
            visitor.act("decide", take=f"search:{node}", comment=f"razón {node}")
    luz = Visitor(app, "luz")
    assert luz.page.request.path == "/adjudicate" and luz.answer == 3
    page = luz.page.text
    assert "<progress" not in page  # coders' batches are not hers
    assert "razón 5" in page and "razón 6" in page
    assert "ana" not in re.findall(r"\w+", page) and "candidate:" not in page
    assert "2 respuestas esperan a quien arbitra" in page
    first = re.search(r'value="(coder:\d+)" data-key="1"', page)[1]
    eva = Visitor(app, "eva")
    eva.get("/code/3")
    replaces = re.search(r'name="replaces" value="(\d+)"', eva.page.text)[1]
    eva.act("decide", take="search:8", replaces=replaces)
    luz.act("decide", take=first)  # what eva says no longer
    assert "entretanto alguien cambió esa decisión" in luz.page.text
    first = re.search(r'value="(coder:\d+)" data-key="1"', luz.page.text)[1]
    luz.act("decide", take=first)
    last = kept(queue)[-1]
    assert (last.answer, last.seat, last.way, last.node) == (3, 3, "coder", 8)
    assert "1 respuesta espera a quien arbitra" in luz.page.text
    eva.get("/code/3")
    replaces = re.search(r'name="replaces" value="(\d+)"', eva.page.text)[1]
    eva.act("decide", take="search:9", replaces=replaces)
    assert "Su cambio no se tomó" in eva.page.text and eva.answer == 3
    assert f"Queda su decisión anterior: {list(NODES)[8]}" in eva.page.text
    luz.act("decide", take="search:7")
    assert "Por ahora no queda nada" in luz.page.text
    assert 'id="last">Guardado: ' in luz.page.text
    assert Visitor(app, "ana").get("/adjudicate").status_code == 403
    luz.get("/code")
    assert luz.answer == 16  # adjudicators code, too


@pytest.mark.parametrize("replaces", ["", "0"])
def test_a_coder_takes_no_decision_of_another(app, queue, replaces):
    ana, eva = Visitor(app, "ana"), Visitor(app, "eva")
    with queue.writing() as connection:
        for person in (1, 2):
            row = {"answer": 3, "seat": person, "person": person, "taken_at": now()}
            connection.execute(sa.insert(seats), row | {"until": now() + HELD})
    assert ana.post("/code/3/decide", take="search:5").status_code == 303
    said = eva.post("/code/3/decide", take="coder:1", replaces=replaces)
    assert said.status_code == 400 and len(kept(queue)) == 1


@pytest.mark.parametrize("what", ["decide", "skip", "codes"])
@pytest.mark.parametrize("number", ["9" * 23, "9" * 5000, "٣"])
def test_a_number_that_no_database_holds_is_no_address(app, what, number):
    ana = Visitor(app, "ana")
    assert ana.post(f"/code/{number}/{what}", take="none:").status_code == 404


@pytest.mark.parametrize("under", ["²", "9" * 5000, "x"])
def test_what_is_no_code_has_none_below(app, under):
    assert Visitor(app, "ana").post("/code/1/codes", under=under).status_code == 400


def test_codes_are_found_as_a_part_and_without_a_script(app):
    ana = Visitor(app, "ana")
    part = ana.post("/code/1/codes", {"X-Part": "codes"}, query="mecán").text
    assert "<html" not in part and f'value="search:{NODES["721"]}"' in part
    assert "data-found>1 código<" in part
    whole = ana.post("/code/1/codes", query="mecán", comment="<b>espera").text
    assert "<html" in whole and f'value="search:{NODES["721"]}"' in whole
    assert "&lt;b&gt;espera" in whole and 'value="mecán"' in whole
    top = ana.post("/code/1/codes", {"X-Part": "codes"}, under="").text
    assert re.findall(r'class="code">(\w+)', top) == ["5", "7", "9"]
    under = str(NODES["72"])
    below = ana.post("/code/1/codes", {"X-Part": "codes"}, under=under).text
    found = re.findall(r'value="tree:\d+"><span class="code">(\w+)', below)
    assert found == ["72", "721", "722", "723"]
    assert f'class="plain up" name="under" value="{NODES["7"]}"' in below
    assert ana.post("/code/1/codes", under="x").status_code == 400
    # What Enter presses without a script comes first in the form, and takes nothing.
    form = whole.partition('<form id="answer"')[2]
    assert 'formaction="/code/1/codes"' in re.search(r"<button.*?>", form)[0]


def test_both_languages(app):
    ana = Visitor(app, "ana")
    assert '<html lang="es">' in ana.page.text
    said = ana.post("/language", language="en")
    assert "HttpOnly" in said.headers["Set-Cookie"]
    assert '<html lang="en">' in ana.get("/").text and "Candidates" in ana.page.text
    assert ana.post("/language", language="de").status_code == 400


@pytest.mark.parametrize("address", ["/", "/code", "/adjudicate", "/code/1"])
def test_nobody_sees_anything_without_signing_in(app, address):
    said = app.test_client().get(address)
    assert (said.status_code, said.location) == (303, "/sign-in")


@pytest.mark.parametrize(
    "address",
    "/sign-in /sign-out /language /code/1/decide /code/1/skip /code/1/codes".split(),
)
def test_every_form_needs_the_token_of_its_browser(app, queue, address):
    ana, eva = Visitor(app, "ana"), Visitor(app, "eva")
    form = {"take": "none:", "language": "en", "name": "ana", "password": PASSWORD}
    for token in ("", "ñ", eva.token, ana.client.get_cookie(_cookie(app)).value):
        said = ana.client.post(address, data={**form, "csrf": token})
        assert said.status_code == 400, address
    assert kept(queue) == [] and ana.get("/code").status_code == 200


def _cookie(app):
    return app.config["COOKIE"]


def test_a_session_ends_for_good_and_its_token_was_new(app, queue):
    ana = Visitor(app)
    before = ana.client.get_cookie(_cookie(app)).value
    ana.post("/sign-in", name="ana", password=PASSWORD)
    token = ana.client.get_cookie(_cookie(app)).value
    assert token != before and len(kept(queue, sessions)) == 1
    ana.get("/code")
    ana.post("/sign-out")
    ana.client.set_cookie(_cookie(app), token)
    assert ana.client.get("/code").location == "/sign-in"
    assert kept(queue, sessions) == []
    assert Visitor(app, "eva").answer == 1  # it was given back


def test_who_is_deactivated_is_out(app, queue):
    ana = Visitor(app, "ana")
    deactivate(queue, "ana")
    assert ana.post("/code/1/decide", take="none:").location == "/sign-in"
    assert kept(queue) == []


def test_guessing_passwords_is_slow(app):
    guest = Visitor(app)
    tries = [guest.post("/sign-in", name="zoe", password="?") for _ in range(ATTEMPTS)]
    assert {said.status_code for said in tries} == {403}
    assert 'name="name" value="zoe"' in tries[0].text  # to be corrected
    for name in ("zoe", " zoe", "ZOE  "):
        assert guest.post("/sign-in", name=name, password="?").status_code == 429
    assert Visitor(app, "ana").answer == 1  # others may


def test_other_names_do_not_end_a_lock(monkeypatch):
    monkeypatch.setattr(sign_in_limit, "_MOST_NAMES", 3)
    limit = sign_in_limit.SignInLimit()
    for name in [*["ana"] * ATTEMPTS, *"abcdef"]:
        limit.failed(name)
    assert limit.is_over("ana") and not limit.is_over("f")
    assert len(limit._failures) == 3


def test_headers_of_every_page(app):
    ana = Visitor(app, "ana")
    for address in ("/code", "/nowhere", "/static/site.js", "/sign-in"):
        headers = ana.get(address).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        is_static = address.startswith("/static")
        assert headers["Cache-Control"] == ("no-cache" if is_static else "no-store")
    guest = app.test_client().get("/sign-in")
    for part in ("HttpOnly", "SameSite=Strict"):
        assert part in guest.headers["Set-Cookie"]


def test_nothing_comes_from_elsewhere_or_stands_within_the_page(app):
    page = Visitor(app, "ana").page.text
    assert not re.search(r"https?://|<style|style=|<script>|\son\w+=", page)


def test_only_this_machine_is_answered_unless_a_proxy_is_before_it(app, queue):
    guest = app.test_client()
    assert guest.get("/sign-in", base_url="http://evil.example").status_code == 400
    assert guest.get("/sign-in", base_url="http://127.0.0.1:8321").status_code == 200
    other = site(queue, behind_proxy=True).test_client()
    said = other.get("/sign-in", base_url="http://office.example")
    assert said.status_code == 200 and "Secure" in said.headers["Set-Cookie"]


def test_the_log_has_routes_alone_and_mistakes_no_text(app, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    ana = Visitor(app, "ana")
    ana.act("decide", take="none:", comment="secreto")
    ana.post("/code/2/codes", query="secreto")
    ana.get("/code?said=secreto")

    def fails(*_):
        raise ValueError("secreto")

    monkeypatch.setattr("han.review_site.desk_pages.decide", fails)
    said = ana.post("/code/2/decide", take="none:", comment="secreto")
    assert said.status_code == 500 and "Algo falló" in said.text
    lines = [f"{r.getMessage()}{r.exc_text or ''}" for r in caplog.records]
    assert "secreto" not in "\n".join(lines)
    assert any("ValueError at test_site.py" in line for line in lines)
    posted = [line for line in lines if "/<answer:answer>/decide" in line]
    assert len(posted) == 2 and re.fullmatch(r"POST \S+ \S+ 303 \d+ ms", posted[0])
