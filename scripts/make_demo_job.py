#!/usr/bin/env python3
"""Makes experiments/jobs/answers.csv, which experiments/jobs/demo.yaml codes.

    python scripts/make_demo_job.py

1,200 invented answers about products, made of names in data/productos by a fixed seed:
some names stand very often and most once or twice, as in a survey; some are written in
capitals or with a slip, some are blank or no answer, some have a code of an earlier
list. A fifth has the right code, as if clerks had coded a random sample of them.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "experiments" / "jobs" / "answers.csv"
RECORDS = ROOT / "data" / "productos" / "productos.csv.gz"
ROWS, NAMES, SEED = 1200, 400, 20
BLANKS = ("", "ns", "No sabe", "-")
HEADER = ("folio", "producto", "sinonimos", "codigo_anterior", "codigo_revisado")


def main() -> None:
    """Writes the file."""
    draw = random.Random(SEED)
    records = pd.read_csv(RECORDS, dtype=str).fillna("")
    known = list(zip(records["descripcion"], records["level_3"], strict=True))
    names = draw.sample(known, NAMES)
    weights = [1 / (place + 1) for place in range(NAMES)]
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        for number in range(1, ROWS + 1):
            name, code = draw.choices(names, weights)[0]
            writer.writerow([f"{number:06d}", *answer(name, code, draw)])


def answer(name: str, code: str, draw: random.Random) -> list[str]:
    """Cells of an answer: text, synonyms, an earlier code, the code of a clerk."""
    if draw.random() < 0.03:
        return [draw.choice(BLANKS), "", "", ""]
    written = draw.random()
    text = name.upper() if written < 0.2 else name
    if written > 0.93:
        text = slipped(text, draw)
    # The code of an earlier list, which the crosswalk reads.
    before = f"P-{code[:4]}" if draw.random() < 0.08 else ""
    return [text, "", before, code if draw.random() < 0.2 else ""]


def slipped(text: str, draw: random.Random) -> str:
    """A text in which two letters have changed places."""
    if len(text) < 6:
        return text
    place = draw.randrange(2, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


if __name__ == "__main__":
    main()
