"""Makes the two pictures of the page of the service, with a headless Chromium.

    python scripts/make_service_screenshots.py
    python scripts/make_service_screenshots.py -o FOLDER --lang es

`service_page.png` is the page with a question and suggestions, `service_phone.png` a
question on a phone. The job is that of `tests/support/trade_runs.py`: all invented.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from make_review_screenshots import DESK, PHONE, ROOT, parser
from make_screenshots import smaller

from han.cli import run_command
from han.errors import InputError


def main(argv: Sequence[str] | None = None) -> int:
    """Serves an invented job and takes the pictures."""
    arguments = parser()
    arguments.description = __doc__
    given = arguments.parse_args(argv)
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
    from support.served_process import service
    from support.trade_runs import trade_job

    options: dict[str, Any] = {"executable_path": chromium, "args": ["--no-sandbox"]}
    with (
        service(folder / "log", trade_job(folder)) as served,
        sync_playwright() as playwright,
        playwright.chromium.launch(**options) as browser,
    ):
        address = f"http://127.0.0.1:{served.port}/?lang={language}"
        for name, window in (("page", DESK), ("phone", PHONE)):
            page = browser.new_context(**window).new_page()
            page.goto(address)
            page.fill("[name='field.oficio']", "vendo cosas en un puesto")
            page.keyboard.press("Enter")
            page.wait_for_selector("#result .asked")
            if name == "page":
                page.focus("#query")
                page.keyboard.type("venta")
                page.wait_for_selector("#suggestions li")
                page.keyboard.press("ArrowDown")
            page.screenshot(path=folder / f"service_{name}.png")


if __name__ == "__main__":
    run_command(main)
