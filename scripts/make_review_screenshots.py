"""Makes the two pictures of the page of clerks, with a headless Chromium.

    python scripts/make_review_screenshots.py
    python scripts/make_review_screenshots.py -o FOLDER --lang es

`review_desk.png` is a coder's desk while a code is looked for, `review_phone.png` the
same page on a phone. The answers are those of `tests/support/example_queue.py`: all
invented.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from make_screenshots import smaller

from han.cli import run_command
from han.errors import InputError

ROOT = Path(__file__).parents[1]
DESK: dict[str, Any] = {"viewport": {"width": 1180, "height": 860}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = Path("docs/user_guide/images")
    result.add_argument("-o", "--output", type=Path, default=folder, help="folder")
    result.add_argument(
        "--lang", choices=["es", "en"], default="en", help="default: en"
    )
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Serves an invented queue and takes the pictures."""
    given = parser().parse_args(argv)
    sys.path.insert(0, str(ROOT / "tests"))
    from support.served_queues import CHROMIUM

    if not CHROMIUM:
        raise InputError("No Chromium was found: apt-get install chromium.")
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        take_pictures(CHROMIUM, Path(name), given.lang)
        for picture in sorted(Path(name).glob("*.png")):
            target = given.output / picture.name
            print(f"{target}: {smaller(picture, target):,} bytes")
    return 0


def take_pictures(chromium: str, folder: Path, language: str) -> None:
    """The pictures, in a folder."""
    from playwright.sync_api import sync_playwright
    from support.example_queue import make_example_queue
    from support.served_queues import Clerk, served
    from support.site_visits import with_people

    queue = make_example_queue(folder / "review.db", 60)
    with_people(queue, Ana="coder", Eva="coder")
    queue.engine.dispose()
    options: dict[str, Any] = {"executable_path": chromium, "args": ["--no-sandbox"]}
    with (
        served(folder / "review.db") as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(**options) as browser,
    ):
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
