"""Makes the two pictures of the page of the service, with a headless Chromium.

    python scripts/make_service_screenshots.py
    python scripts/make_service_screenshots.py -o FOLDER --lang es

`service_page.png` is the page with a question and suggestions, `service_phone.png` a
question on a phone. The job is that of `tests/support/trade_runs.py`: all invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from page_pictures import DESK, PHONE, write_pictures

from han.cli import run_command


def main(argv: Sequence[str] | None = None) -> int:
    """Serves an invented job and takes the pictures."""
    return write_pictures(__doc__, take_pictures, argv)


def take_pictures(browser: Any, folder: Path, language: str) -> None:
    """The pictures, in a folder."""
    from support.served_process import service
    from support.trade_runs import trade_job

    with service(folder / "log", trade_job(folder)) as served:
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
