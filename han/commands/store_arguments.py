"""Arguments of the parts of `python -m han.store`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from han.cli import OF_TERMINAL, add_language

VARIABLE = "HAN_STORE"
KINDS = "source file vectors code_list model run job queue".split()
STAGES = ("candidate", "approved", "retired")
_WHAT = "a run folder, job folder, queue or file; or the name, or the beginning of the "
_WHAT += "SHA-256, of something in the catalogue"


def add_parts(parts: argparse._SubParsersAction[Any]) -> None:
    """Adds all parts."""
    _part(parts, "init", "make a catalogue")
    _part(parts, "upgrade", "bring a catalogue of an older han up to date")
    add = _part(parts, "add", "add runs, jobs, queues and files, with what they are of")
    add.add_argument("what", nargs="+", metavar="PLACE", help="a folder or file")
    shown = _part(parts, "list", "list what is in a catalogue")
    shown.add_argument("--kind", choices=KINDS, help="things of this kind alone")
    shown.add_argument("--stage", choices=STAGES, help="runs of this stage alone")
    show = _part(parts, "show", "print all that is known of one thing as JSON")
    show.add_argument("what", metavar="WHAT", help=_WHAT)
    for name, means in (
        ("approve", "say that a run may be used"),
        ("retire", "say that a run must no longer be used"),
    ):
        decide = _part(parts, name, means)
        decide.add_argument("what", metavar="RUN", help="a run folder, or its SHA-256")
        decide.add_argument("--why", required=True, help="the reason, kept with it")
        decide.add_argument("--who", help="who decides (default: who runs the command)")
    _add_lineage(parts)


def _add_lineage(parts: argparse._SubParsersAction[Any]) -> None:
    lineage = _part(
        parts,
        "lineage",
        "print where something comes from, and what has come of it",
        "A catalogue is not needed for what the files themselves say.",
    )
    add = lineage.add_argument
    add("what", metavar="WHAT", help=_WHAT)
    add(
        "--row",
        nargs="+",
        default=[],
        metavar="KEY",
        help="one coded row of a job: its key, or COLUMN=KEY for each of several",
    )
    add("--task", metavar="NAME", help="which question, of a job of several")
    add(
        "--queue",
        action="append",
        default=[],
        metavar="QUEUE",
        help="a queue of clerks that was made of the job; those of the catalogue are "
        "asked anyway",
    )
    add("--json", action="store_true", help="print it as JSON")
    add(
        "--openlineage",
        type=Path,
        metavar="FILE",
        help="write the steps as events of OpenLineage, one JSON object a line",
    )


def _part(
    parts: argparse._SubParsersAction[Any], name: str, means: str, more: str = ""
) -> argparse.ArgumentParser:
    arguments: argparse.ArgumentParser = parts.add_parser(
        name,
        help=means,
        description=f"{means.capitalize()}. {more}".rstrip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.add_argument(
        "--store",
        default=os.environ.get(VARIABLE),
        metavar="STORE",
        help="the catalogue: a file such as catalogue.db, or an address such as "
        f"postgresql+psycopg://user@server/name (default: the variable {VARIABLE})",
    )
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments
