"""Pictures of a page for the docs, taken by a headless Chromium."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from make_screenshots import smaller

from han.errors import InputError

ROOT = Path(__file__).parents[1]
DESK: dict[str, Any] = {"viewport": {"width": 1180, "height": 860}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


def parser(description: str | None) -> argparse.ArgumentParser:
    """Describes the command line of a script that takes pictures."""
    result = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = Path("docs/user_guide/images")
    result.add_argument("-o", "--output", type=Path, default=folder, help="folder")
    result.add_argument(
        "--lang", choices=["es", "en"], default="en", help="default: en"
    )
    return result


def write_pictures(
    description: str | None,
    take: Callable[[Any, Path, str], None],
    argv: Sequence[str] | None,
) -> int:
    """Takes pictures as the command line asks, and writes them small.

    Args:
        description: Of the script.
        take: Gets a browser, a folder for the pictures and the language of the page.
        argv: The command line.

    Raises:
        InputError: If there is no Chromium.
    """
    given = parser(description).parse_args(argv)
    sys.path.insert(0, str(ROOT / "tests"))
    from support.chromium import CHROMIUM, chromium

    if not CHROMIUM:
        raise InputError("No Chromium was found: apt-get install chromium.")
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        take(browser, Path(name), given.lang)
        for picture in sorted(Path(name).glob("*.png")):
            target = given.output / picture.name
            print(f"{target}: {smaller(picture, target):,} bytes")
    return 0
