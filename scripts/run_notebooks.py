"""Runs the notebooks in a copy of what they need, and stops at the first error.

    python scripts/run_notebooks.py
    python scripts/run_notebooks.py notebooks/3_*.ipynb --html FOLDER --folder KEPT

The copy is thrown away; `--folder` names one to keep, so that the demo is trained once.
`--html` keeps each notebook with its outputs as a page, to be looked at. The notebooks
of the repository stay as they are, without outputs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from han.cli import run_command
from han.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("experiments", "data", "notebooks")
SECONDS = 900  # of one cell: training the demo on a slow machine


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("notebooks", type=Path, nargs="*", help="default: all of them")
    add("--folder", type=Path, help="where to copy to and run (default: thrown away)")
    add("--html", type=Path, metavar="FOLDER", help="keep what they show as pages")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Runs them one after the other."""
    given = parser().parse_args(argv)
    files = given.notebooks or all_notebooks()
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise InputError(f"{missing[0]}: there is no such notebook. Check its path.")
    if others := [file for file in files if file.suffix != ".ipynb"]:
        raise InputError(f"{others[0]}: not a notebook (.ipynb).")
    with contextlib.ExitStack() as stack:
        folder = given.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory())
        )
        copied = copy_of_repository(folder)
        for file in files:
            begun = time.perf_counter()
            book = executed(copied / "notebooks" / file.name)
            print(f"{file.name}: {time.perf_counter() - begun:.0f} s", flush=True)
            if given.html:
                given.html.mkdir(parents=True, exist_ok=True)
                page = given.html / f"{file.stem}.html"
                page.write_text(as_html(book), encoding="utf-8")
    return 0


def all_notebooks() -> list[Path]:
    """The notebooks of the repository, in their order."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def copy_of_repository(folder: Path) -> Path:
    """Copies what notebooks need into a folder; a run that is there stays."""
    for name in NEEDED:
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    return folder


def executed(file: Path) -> Any:
    """The notebook with its outputs.

    Raises:
        InputError: If a cell fails, with what it said.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed. Install it with pip install -e '.[dev]'."
        ) from None
    book = nbformat.read(file, as_version=4)
    place = {"metadata": {"path": str(file.parent)}}
    client = NotebookClient(
        book, kernel_name="python3", timeout=SECONDS, resources=place
    )
    try:
        with _package_on_path():
            client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        raise InputError(f"{file.name}: a cell failed.\n{error}") from None
    return book


@contextlib.contextmanager
def _package_on_path() -> Any:
    """Lets kernels import this repository's `han`, whatever is installed."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def as_html(book: Any) -> str:
    """A page of a notebook."""
    from nbconvert import HTMLExporter

    return str(HTMLExporter().from_notebook_node(book)[0])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    run_command(main)
