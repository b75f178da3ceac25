"""Makes the two pictures of the page of clerks, with a headless Chromium.

    python scripts/make_review_screenshots.py
    python scripts/make_review_screenshots.py -o FOLDER --lang es

`review_desk.png` is a coder's desk while a code is looked for, `review_phone.png` the
same page on a phone. The answers are those of `tests/support/example_queue.py`: all
invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from page_pictures import DESK, PHONE, write_pictures

from han.cli import run_command


def main(argv: Sequence[str] | None = None) -> int:
    """Serves an invented queue and takes the pictures."""
    return write_pictures(__doc__, take_pictures, argv)


def take_pictures(browser: Any, folder: Path, language: str) -> None:
    """The pictures, in a folder."""
    from support.example_queue import make_example_queue
    from support.served_queues import Clerk, served
    from support.site_visits import with_people

    queue = make_example_queue(folder / "review.db", 60)
    with_people(queue, Ana="coder", Eva="coder")
    queue.engine.dispose()
    with served(folder / "review.db") as server:
        desk = Clerk(browser, server, "Ana", **DESK)
        speak(desk, language)
        for key in "131":
            desk.press(key)
        desk.look_for("com")
        desk.page.screenshot(path=folder / "review_desk.png")
        phone = Clerk(browser, server, "Eva", **PHONE)
        speak(phone, language)
        phone.page.screenshot(path=folder / "review_phone.png")


def speak(clerk: Any, language: str) -> None:
    """Changes the language of the page, unless it is that of the queue."""
    if button := clerk.page.query_selector(f"button[value={language}]"):
        with clerk.page.expect_navigation():
            button.click()
        clerk.settle()


if __name__ == "__main__":
    run_command(main)
