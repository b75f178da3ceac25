"""Makes the two pictures of the docs from the demo, with a headless Chromium.

    python scripts/make_screenshots.py              # runs/demo -> notebooks/images
    python scripts/make_screenshots.py --run RUN --lang es -o FOLDER

`explain.png` is the page of `han.explain`, `report.png` that of `han.evaluate`. Only
the data that the repository ships are shown; the run is copied and stays as it is.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from han import evaluate, explain
from han.cli import run_command
from han.errors import InputError
from han.runs.run_folder import RunFolder
from han.tables.whole_files import whole_file

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHIPPED = "data/productos/productos.csv.gz"
SIZES = {"explain": (1100, 1400), "report": (1100, 1400)}
COLOURS = 256
MOST_BYTES = 200_000


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("--run", type=Path, default=Path("runs/demo"), help="default: runs/demo")
    add("-o", "--output", type=Path, default=Path("notebooks/images"), help="folder")
    add("--lang", choices=["es", "en"], default="en", help="default: en")
    add("--rows", type=int, default=60, help="records of the page (default: 60)")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the pages and takes their pictures."""
    given = parser().parse_args(argv)
    browser = find_browser()
    _check(RunFolder(given.run))
    given.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        for page, html in pages(given, Path(name)).items():
            picture = Path(name) / f"{page}.png"
            photograph(browser, html, picture, SIZES[page])
            target = given.output / f"{page}.png"
            print(f"{target}: {smaller(picture, target):,} bytes")
    return 0


def find_browser() -> str:
    """Path of a Chromium.

    Raises:
        InputError: If there is none.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise InputError(
            f"No browser was found: expected one of {', '.join(BROWSERS)} on the PATH. "
            "Install it, for example with apt-get install chromium."
        )
    return found


def _check(run: RunFolder) -> None:
    trained = run.config().data.train
    if trained != SHIPPED:
        raise InputError(
            f"{run.folder}: it was trained on {trained}, and the docs show nothing but "
            f"{SHIPPED}. Give the run of make demo."
        )


def pages(given: argparse.Namespace, folder: Path) -> dict[str, Path]:
    """The two pages as files."""
    run = folder / given.run.resolve().name
    skipped = shutil.ignore_patterns("tensorboard", "backup", "*.lock")
    shutil.copytree(given.run, run, ignore=skipped)
    why, language = folder / "explain.html", ["--lang", given.lang]
    rows = ["--rows", str(given.rows), "--faithfulness"]
    explain.main([str(run), SHIPPED, "-o", str(why), *rows, *language])
    evaluate.main([str(run), *language])
    return {"explain": why, "report": run / "report.html"}


def photograph(browser: str, page: Path, picture: Path, size: tuple[int, int]) -> None:
    """Takes a picture of the top of a page.

    Raises:
        InputError: If the browser makes none.
    """
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    window = f"--window-size={size[0]},{size[1]}"
    shot = f"--screenshot={picture}"
    command = [browser, *options, window, shot, page.resolve().as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode or not picture.is_file():
        raise InputError(
            f"{browser} made no picture of {page.name} (exit code {done.returncode}): "
            f"{done.stderr.strip()[-300:]}"
        )


def smaller(picture: Path, target: Path) -> int:
    """Writes the picture with few colours, whole or not at all; its size in bytes.

    Raises:
        InputError: If it is too large for a repository all the same.
    """
    with Image.open(picture) as whole:
        few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    with whole_file(target) as temporary:
        few.save(temporary, format="PNG", optimize=True)
        size = temporary.stat().st_size
        if size > MOST_BYTES:
            raise InputError(
                f"{target}: {size:,} bytes are too many, expected {MOST_BYTES:,} at "
                "most. Take a smaller window (SIZES in this script)."
            )
    return size


if __name__ == "__main__":
    run_command(main)
