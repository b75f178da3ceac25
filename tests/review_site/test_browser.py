"""What clerks do at the page, in a headless Chromium."""

import signal

import pytest
import sqlalchemy as sa
from support.chromium import NEEDS_CHROMIUM
from support.example_queue import NODES, make_example_queue
from support.served_queues import Clerk, served
from support.site_visits import with_people

from han.reviewing.answer_states import answer_states
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import answers, decisions

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def place(tmp_path):
    queue = make_example_queue(tmp_path / "review.db", 120)
    with_people(queue, ana="coder", eva="coder", luz="adjudicator")
    queue.engine.dispose()
    return tmp_path / "review.db"


@pytest.fixture
def server(place):
    with served(place) as started:
        yield started


def kept(place):
    with QueueDatabase(place).reading() as connection:
        wanted = sa.select(decisions).where(decisions.c.replaced_at.is_(None))
        return connection.execute(wanted.order_by(decisions.c.id)).all()


def only_first_candidates(place, suggestions=True):
    """All answers are coded by one, with candidates."""
    with QueueDatabase(place).writing() as connection:
        values = {"suggestions": suggestions, "seats": 1}
        connection.execute(sa.update(answers).values(values))


def test_a_hundred_decisions_by_keyboard_and_a_kill_in_the_middle(
    browser, place, server
):
    only_first_candidates(place)
    ana = Clerk(browser, server, "ana")
    seen = []
    for number in range(100):
        seen.append(ana.answer)
        if number == 50:  # the answer is on the page, the server is gone
            server.end(signal.SIGKILL)
            assert len(kept(place)) == 50
            server.start()
        ana.press(str(number % 9 + 1))
    assert len(set(seen)) == 100 and ana.answer not in seen
    found = kept(place)
    assert [row.answer for row in found] == seen
    assert [row.rank for row in found] == [number % 9 + 1 for number in range(100)]
    assert {row.way for row in found} == {"candidate"} and ana.faults == []


def test_keys_find_codes_move_in_the_tree_comment_and_go_back(browser, place, server):
    only_first_candidates(place)
    ana = Clerk(browser, server, "ana")
    ana.look_for("mecan")
    ana.press("Enter")
    ana.look_for("72")
    ana.page.keyboard.press("ArrowDown")
    ana.page.keyboard.press("ArrowDown")
    ana.press("Enter")  # the second
    ana.page.keyboard.press("t")
    ana.page.wait_for_selector("#codes .parent")
    ana.page.keyboard.press("ArrowUp")
    ana.press("Enter")  # the parent: a partial code
    ana.page.keyboard.press("c")
    ana.page.keyboard.type("1 2 u e: no es claro")  # letters, no keys
    ana.page.keyboard.press("Escape")
    ana.press("u")
    ana.press("b")  # the one before
    assert ana.answer == 4
    assert ana.page.input_value("#comment") == "1 2 u e: no es claro"
    ana.press("b")
    assert ana.answer == 3
    ana.press("n")
    assert ana.answer == 5
    ana.press("b")
    ana.press("1")
    ana.press("s")
    assert ana.answer == 6
    ana.press("e")
    found = {row.answer: row for row in kept(place)}
    codes = {node: code for code, node in NODES.items()}
    assert codes[found[1].node] == "721" and codes[found[2].node] == "721"
    assert found[3].way == "tree" and len(codes[found[3].node]) == 2
    assert found[4].rank == 1 and found[6].way == "equal"
    assert set(found) == {1, 2, 3, 4, 6} and ana.faults == []


def test_a_comment_is_not_lost_without_a_question(browser, place, server):
    only_first_candidates(place)
    ana, asked = Clerk(browser, server, "ana"), []
    ana.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    ana.press("1")
    for _ in range(2):
        ana.page.keyboard.press("c")
        ana.page.keyboard.type("no es claro")
        ana.page.keyboard.press("Escape")
        ana.page.keyboard.press("b")  # a link: no form takes the comment along
        ana.settle()
        assert asked == ["beforeunload"] and ana.answer == 2
        ana.press("s")  # not skipped, the comment stays
        ana.page.keyboard.press("b")
        ana.settle()
        assert asked == ["beforeunload"] * 2 and ana.answer == 2
        asked.clear()
    ana.press("u")
    assert ana.answer == 3 and asked == [] and ana.faults == []


def test_keys_held_down_or_pressed_too_early_decide_nothing(browser, place, server):
    only_first_candidates(place)
    ana = Clerk(browser, server, "ana")
    with ana.page.expect_navigation():
        ana.page.keyboard.press("1")
    ana.page.keyboard.press("1")  # meant for the page before
    ana.settle()
    ana.page.keyboard.down("2")
    ana.settle()
    for _ in range(5):
        ana.page.keyboard.down("2")  # repeats
    ana.page.keyboard.up("2")
    ana.settle()
    assert [row.answer for row in kept(place)] == [1, 2] and ana.answer == 3
    ana.page.keyboard.type("xyq")  # no keys
    ana.page.keyboard.press("?")
    assert ana.page.is_visible("#keys dl") and ana.answer == 3


def test_two_browsers_code_doubly_and_a_third_decides(browser, place, server):
    with QueueDatabase(place).writing() as connection:
        drop = sa.delete(answers).where(answers.c.place > 12)
        connection.execute(drop)
        connection.execute(sa.update(answers).values(suggestions=True))
    ana, eva = (Clerk(browser, server, name) for name in ("ana", "eva"))
    seen = {"ana": [], "eva": []}
    while ana.answer or eva.answer:
        for clerk, key in ((ana, "1"), (eva, "2")):
            name = "ana" if clerk is ana else "eva"
            if clerk.answer:
                seen[name].append(clerk.answer)
                clerk.press(key)
            else:
                clerk.page.reload()
                clerk.settle()
    assert sorted(seen["ana"] + seen["eva"]) == [1, 2, 3, 3, *range(4, 13)]
    luz = Clerk(browser, server, "luz")
    assert luz.answer == 3
    both = {row.node for row in kept(place) if row.answer == 3}
    luz.press("2")
    last = kept(place)[-1]
    assert (last.seat, last.way) == (3, "coder") and last.node in both
    with QueueDatabase(place).reading() as connection:
        assert answer_states(connection)[3].state == "settled"
    assert luz.answer is None and ana.faults == eva.faults == luz.faults == []


def test_a_clerk_works_on_a_phone_and_without_a_script(browser, place, server):
    phone = {"viewport": {"width": 360, "height": 640}, "has_touch": True}
    ana = Clerk(browser, server, "ana", **phone, java_script_enabled=False)
    wide = ana.page.locator("main").bounding_box()["width"]
    assert wide <= 360
    for box in ana.page.locator("main button:visible").all():
        found = box.bounding_box()
        assert found["x"] + found["width"] <= 360
    ana.page.fill("#query", "mecan")
    ana.page.press("#query", "Enter")
    ana.page.wait_for_selector("#codes .take")
    assert kept(place) == []
    ana.page.click("#codes .take")
    ana.page.wait_for_url("**/code")
    assert [row.node for row in kept(place)] == [NODES["721"]]


def test_every_button_has_a_name_and_shows_where_the_focus_is(browser, place, server):
    ana = Clerk(browser, server, "ana")
    names = ana.page.evaluate(
        "[...document.querySelectorAll('button:not([aria-hidden]), a, input:not("
        "[type=hidden]), textarea')].map(one => one.ariaLabel || one.labels?.[0]"
        "?.textContent || one.textContent || one.labels?.length)"
    )
    assert all(str(name).strip() for name in names) and len(names) > 15
    ana.page.keyboard.press("Tab")
    width = "getComputedStyle(document.activeElement).outlineWidth"
    assert ana.page.evaluate(width) == "3px"
