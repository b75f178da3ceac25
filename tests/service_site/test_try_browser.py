"""What an interviewer does at the page of the service, in a headless Chromium."""

import time

import pytest
from support.chromium import NEEDS_CHROMIUM
from support.example_queue import CODES
from support.served_process import service
from support.trade_runs import trade_job

from han.service.service_keys import add_key

pytestmark = NEEDS_CHROMIUM
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return trade_job(tmp_path_factory.mktemp("trades"))


@pytest.fixture(scope="module")
def served(job, tmp_path_factory):
    with service(tmp_path_factory.mktemp("log") / "log", job) as started:
        yield started


@pytest.fixture
def visit(browser, served):
    """Opens the page in a window of its own; whatever a page complains of fails."""
    opened, faults = [], []

    def open_page(at=served, language="en", **window):
        opened.append(browser.new_context(**window))
        page = opened[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: m.type == "error" and faults.append(m.text))
        page.goto(f"http://127.0.0.1:{at.port}/?lang={language}")
        return page

    yield open_page
    for context in opened:
        context.close()
    assert faults == []


def expect(found):
    """What a part of the page must come to be; no words are evaluated in the page."""
    from playwright import sync_api

    return sync_api.expect(found)


def suggested(page, letters, count):
    """Types into the box of suggestions; waits for so many."""
    page.focus("#query")
    page.keyboard.type(letters)
    expect(page.locator("#suggestions:not([hidden]) li")).to_have_count(count)


def shown(page, code):
    expect(page.locator("#card .code").first).to_have_text(code)


def coded(page, trade, place="en mi casa"):
    page.fill("[name='field.oficio']", trade)
    page.fill("[name='field.detalle']", place)
    page.keyboard.press("Enter")
    page.wait_for_selector("#result .candidates")


def test_suggestions_come_as_one_types_and_keys_choose(visit, served):
    page = visit()
    box = page.get_by_role("combobox")
    assert box.get_attribute("aria-expanded") == "false"
    suggested(page, "mec", 1)
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    shown(page, "721")
    assert CODES["721"][0] in page.inner_text("#card")
    assert box.get_attribute("aria-expanded") == "false"
    page.fill("#query", "")
    suggested(page, "92", 3)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    option = page.locator(f"#{active}")
    assert option.get_attribute("aria-selected") == "true"
    assert option.locator(".code").inner_text() == "921"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # from the first to the last
    page.keyboard.press("Enter")
    shown(page, "922")
    assert page.input_value("#query") == CODES["922"][0]
    page.fill("#query", "")
    suggested(page, "vendo ro", 1)  # an answer coded before
    assert page.inner_text("#suggestions .found-by") == "vendo ropa"
    page.keyboard.press("Escape")
    assert page.is_hidden("#suggestions") and page.input_value("#query") == "vendo ro"
    page.keyboard.press("Escape")
    assert page.input_value("#query") == ""
    page.keyboard.type("xyz")
    expect(page.locator("#told")).to_have_text("No code has these words.")
    assert "vendo" not in served.log.read_text()


def test_enter_before_the_suggestions_takes_what_was_typed(visit):
    page = visit()

    def late(route):
        time.sleep(0.2)
        route.continue_()

    page.route("**/v1/suggest**", late)
    page.focus("#query")
    page.keyboard.type("sastr")
    page.keyboard.press("Enter")
    shown(page, "711")


def test_an_interviewer_asks_until_one_code_is_left(visit):
    page = visit(language="es")
    coded(page, "vendo cosas")
    assert "La máquina dice" in page.inner_text("#result")
    asked = 0
    while page.query_selector("[name=another]"):
        offered = page.query_selector_all("[name=chosen]")
        true = [one for one in offered if "513".startswith(one.get_attribute("value"))]
        button = true[0] if true else page.query_selector("[name=another]")
        button.focus()
        with page.expect_response("**/?*"):
            page.keyboard.press("Enter")
        expect(page.locator("#asked")).to_be_focused()
        asked += 1
    assert 1 <= asked <= 6
    assert "513" in page.inner_text("#result .done")
    page.click("#result .candidates [name=show]")
    shown(page, "513")
    assert page.evaluate("document.activeElement.id") == "card-title"
    page.click("#result [name=do]")
    page.wait_for_selector("#result .coded")


def test_a_key_is_kept_in_the_page_alone(visit, job, tmp_path):
    secret = add_key(tmp_path / "keys", "office")
    with service(tmp_path / "log", job, "--keys", tmp_path / "keys") as guarded:
        page = visit(guarded)
        page.fill("#key", secret)
        suggested(page, "sastre", 1)
        page.keyboard.press("Enter")
        shown(page, "711")
        coded(page, "vendo ropa")
        assert secret not in page.content() and page.input_value("#key") == secret
        kept = "[localStorage.length, sessionStorage.length, document.cookie]"
        assert page.evaluate(kept) == [0, 0, ""]
        page.reload()
        assert page.input_value("#key") == ""
    assert secret not in (tmp_path / "log").read_text()


def test_a_service_that_is_gone_is_said(browser, job, tmp_path):
    context = browser.new_context()
    page = context.new_page()
    with service(tmp_path / "log", job) as gone:
        page.goto(f"http://127.0.0.1:{gone.port}/?lang=en")
    page.fill("[name='field.oficio']", "vendo ropa")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result [role=alert]")
    assert page.inner_text("#result") == "The service does not answer."
    context.close()


@pytest.mark.parametrize(
    ("width", "height"), [(360, 740), (640, 400)]
)  # a phone; a window of 1280 at 200 %
def test_nothing_is_cut_off_on_a_phone_or_at_200_percent(visit, width, height):
    page = visit(viewport={"width": width, "height": height})
    coded(page, "vendo cosas")
    page.click("#result .candidates [name=show] >> nth=0")
    page.wait_for_selector("#card article")
    assert page.evaluate(WIDTH) <= width
    suggested(page, "de", 10)
    assert page.evaluate(WIDTH) <= width
    for item in page.locator("#suggestions li, main button:visible").all():
        found = item.bounding_box()
        assert found["x"] >= 0 and found["x"] + found["width"] <= width


def test_it_works_without_a_script(visit):
    page = visit(java_script_enabled=False)
    page.fill("[name='field.oficio']", "vendo ropa")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert CODES["521"][0] in page.inner_text("#result")
    assert page.input_value("[name='field.oficio']") == "vendo ropa"
    page.fill("#query", "soldador")
    with page.expect_navigation():
        page.click("button.go")
    with page.expect_navigation():
        page.click("#card [name=show]")
    assert CODES["723"][0] in page.inner_text("#card")


def test_everything_has_a_name_and_shows_where_the_focus_is(visit):
    page = visit()
    coded(page, "vendo cosas")
    names = page.evaluate(
        "[...document.querySelectorAll('button, a, input:not([type=hidden])')].map("
        "one => one.labels?.[0]?.textContent || one.textContent)"
    )
    assert all(name.strip() for name in names) and len(names) > 10
    for _ in range(3):
        page.keyboard.press("Tab")
        width = "getComputedStyle(document.activeElement).outlineWidth"
        assert page.evaluate(width) == "3px"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
