"""Where a plan lies: plans for other goals or records stay beside each other."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from han.experiment.row_sources import Source
from han.languages.words import Words
from han.runs.run_folder import RunFolder
from han.tables.file_access import make_folder

PLAN_FILE = "plan.json"
MOST_LETTERS = 80  # of the name of a folder


@dataclass(frozen=True)
class PlanFolder:
    """The folder of a plan.

    Attributes:
        folder: Where it is written.
        beside: The folder of another plan, which stays; None if there is none.
        other: What that plan was asked, or the one that is replaced; "" if neither.
    """

    folder: Path
    beside: Path | None = None
    other: str = ""


def plan_folder(usual: Path, asked: str, output: Path | None) -> PlanFolder:
    """The folder for a plan: the usual one, unless another plan is in it.

    Args:
        usual: Where a plan lies if nobody asks for another folder.
        asked: The goals and records of the plan, in words.
        output: The folder that the user gave, whose plan may be replaced.

    Example:
        >>> plan_folder(Path("runs/none/plan"), "leaf=0.9", None).folder.name
        'plan'
    """
    if output is not None:
        before = asked_in(output)
        return PlanFolder(output, other="" if before == asked else before)
    before = asked_in(usual)
    if before in ("", asked):
        return PlanFolder(usual)
    name = re.sub(r"[^\w.=-]+", "_", asked).strip("_.")[:MOST_LETTERS] or "other"
    names = itertools.chain([name], (f"{name}_{n}" for n in itertools.count(2)))
    free = (usual / n for n in names if asked_in(usual / n) in ("", asked))
    return PlanFolder(next(free), usual, before)


def asked_in(folder: Path) -> str:
    """What the plan in a folder was asked; "" if there is none that can be read."""
    return _asked(folder / PLAN_FILE)


def applied_plan(file: Path) -> str:
    """What the plan was asked whose thresholds a run routes by; "" if there is none."""
    return _asked(file)


def _asked(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8")).get("asked", ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""


def write_plan(folder: Path, found: Mapping[str, Any], text: str, table: Any) -> None:
    """Writes `plan.md`, `plan.csv` and `plan.json`, each whole or not at all.

    Raises:
        InputError: If the folder cannot be made.
    """
    make_folder(folder, "the folder of the plan", "Give another folder with -o.")
    target = RunFolder(folder)
    target.write_text("plan.md", text)
    target.write("plan.csv", lambda file: table.to_csv(file, index=False))
    target.write_json(PLAN_FILE, dict(found))


def where_written(place: PlanFolder, words: Words) -> list[str]:
    """Where the plan lies, and what is with another one that was there."""
    lines = [words.say("written", folder=place.folder)]
    if place.beside:
        lines.append(words.say("beside", first=place.beside, asked=place.other))
    elif place.other:
        lines.append(words.say("replaced", asked=place.other))
    return lines


def data_name(source: Source, words: Words) -> str:
    """The records, as the plan calls them."""
    if not source.name:
        return str(source.file)
    part = words.say("own_part", role=words.say(f"role_{source.name}"))
    return f"{source.file}{part}"
