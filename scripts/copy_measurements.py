"""Copies what advice quotes from the tables of docs into the package.

    python scripts/copy_measurements.py

`--check` of `han.train` says what settings were worth where they were measured. The
tables of docs/benchmarks are the source; after a change of them this command writes
`han/experiment/measurements.json` anew, and a test says which figures differ until it
has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from han.cli import run_command
from han.errors import InputError
from han.experiment.measured_effects import FILE

DOCS = Path(__file__).resolve().parents[1] / "docs"
ABLATIONS = ("ablation", "earlier_ablation")
PAGES = ("accuracy", "stress", *ABLATIONS)
Row = dict[str, str]


def parts(page: str) -> Iterator[tuple[str, list[Row]]]:
    """Tables of a page, each with the text since the one before."""
    before, lines = "", []
    for line in [*(DOCS / page).read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            lines.append([cell.strip() for cell in line.strip("|").split("|")])
        elif lines:
            head, _, *rows = lines
            yield before, [dict(zip(head, row, strict=True)) for row in rows]
            before, lines = line, []
        else:
            before += f"{line}\n"


def tables(page: str, *columns: str, after: str = "") -> list[list[Row]]:
    """The tables with these columns, those of one name without the others.

    Args:
        page: File in docs.
        columns: Names of columns that each must have.
        after: What must stand in the text before each.

    Raises:
        InputError: If there is none.
    """
    found = [
        rows
        for before, rows in parts(page)
        if after in before and rows and rows[0].keys() >= {*columns}
    ]
    if not found:
        raise InputError(
            f"docs/{page}: no table has the columns {', '.join(columns)}. Name those "
            "that it has in scripts/copy_measurements.py."
        )
    return found


def sets() -> dict[str, Any]:
    """What the measured sets are like, and the scores on them."""
    whole = "language", "training rows", "full codes", "words"
    scores = "baseline leaf", "baseline hF", "HAN leaf", "HAN hF"
    scored = {
        row["set"]: {name: row[name].split(" ")[0] for name in scores}
        | {"interval": row["HAN leaf"].partition(" ")[2]}
        for row in tables("benchmarks/accuracy.md", "set", *scores)[0]
    }
    return {
        row["set"]: {
            "shape": [row["language"], *(number(row[name]) for name in whole[1:])],
            **scored[row["set"]],
        }
        for row in tables("user_guide/training.md", "set", *whole)[0]
    }


def ablation(page: str) -> dict[str, Row]:
    """Changes of leaf accuracy, by ingredient and set."""
    found: dict[str, Row] = {}
    for rows in tables(f"benchmarks/{page}.md", "changed"):
        for row in rows:
            cells = {
                column.removesuffix(" leaf"): cell
                for column, cell in row.items()
                if column.endswith(" leaf") and cell[:1] in ("+", "-")
            }
            if cells:
                found.setdefault(row["changed"], {}).update(cells)
    return found


def refits() -> Row:
    """Changes of leaf accuracy by training again, by set."""
    column = "points of leaf by the refit"
    rows = tables("benchmarks/accuracy.md", "set", column)[0]
    return {row["set"]: row[column] for row in rows}


def halves() -> dict[str, list[float]]:
    """Leaf accuracy with all words of a text and with the first half, by set."""
    kinds = "as they are", "first half of the words"
    rows = tables("benchmarks/stress.md", "set", "texts", "HAN")[0]
    cells = {(row["set"], row["texts"]): row["HAN"] for row in rows}
    names = dict.fromkeys(name for name, _ in cells)
    return {name: [float(cells[name, kind]) for kind in kinds] for name in names}


def speed() -> dict[str, Any]:
    """Words of a document with documents a second; by threads; seconds of the demo."""
    page, clock = "benchmarks/speed.md", "documents a second by wall clock"
    text = (DOCS / page).read_text(encoding="utf-8")
    rates = {
        name: [
            number(re.search(rf"### {head}\n\n.*?(\d+) words", text)[1]),  # type: ignore[index]
            number(tables(page, "contestant", after=f"### {head}\n")[0][0]["train"]),
        ]
        for name, head in (("short", "Short answers"), ("long", "Long documents"))
    }
    threads = [number(row["train"]) for row in tables(page, clock)[0][:2]]
    command = tables(page, "command", "records", "seconds")[0][0]
    return {**rates, "threads": threads, "demo_seconds": number(command["seconds"])}


def number(cell: str) -> int:
    """A whole number, whose thousands stand apart."""
    return int(cell.replace(",", ""))


def measured(page: str) -> str:
    """Date of a page of docs/benchmarks."""
    text = (DOCS / "benchmarks" / page).read_text(encoding="utf-8")
    found = re.search(r"\| measured \| (\d+ \w+ \d+)", text)
    if found is None:
        raise InputError(f"docs/benchmarks/{page}: no row `measured` with a date.")
    return datetime.strptime(found[1], "%d %B %Y").date().isoformat()


def measurements() -> dict[str, Any]:
    """All that advice quotes, from the tables of docs."""
    return {
        "measured": {page: measured(f"{page}.md") for page in PAGES},
        "sets": sets(),
        **{page: ablation(page) for page in ABLATIONS},
        "refit": refits(),
        "halves": halves(),
        "speed": speed(),
    }


def main() -> int:
    """Writes the file in the package, a line for each entry."""
    sections = []
    for name, found in measurements().items():
        lines = (f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in found.items())
        sections.append(f' "{name}": {{\n' + ",\n".join(lines) + "\n }")
    text = "{\n" + ",\n".join(sections) + "\n}"
    FILE.write_text(f"{text}\n", encoding="utf-8")
    print(FILE)
    return 0


if __name__ == "__main__":
    run_command(main)
