"""What was measured with this repository, as advice quotes it.

`measurements.json` has the figures of docs/benchmarks; `python
scripts/copy_measurements.py` copies them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("measurements.json")
BENCHMARK = "python scripts/benchmark_accuracy.py"
DEMO, DEMO_EPOCHS, DEMO_CORES = "demo", 10, 2
_CELL = re.compile(r"([+-][\d.]+)(?: \[([+-][\d.]+), ([+-][\d.]+)\])?")


@dataclass(frozen=True)
class Shape:
    """What a set of records is like.

    Attributes:
        language: Of the texts, as `text.language` has it.
        rows: Number of rows that train.
        codes: Number of codes of the deepest level that have such rows.
        words: Half of the records have up to so many words.
    """

    language: str
    rows: int
    codes: int
    words: int

    @property
    def rows_per_code(self) -> float:
        """Training rows of a code, on average."""
        return self.rows / max(self.codes, 1)

    def distance(self, other: Shape) -> float:
        """How unlike another set it is, in doublings.

        Of the rows of a code and of the words of a record; another language counts as
        one.

        Example:
            >>> jobs = Shape("spanish", 8000, 400, 5)
            >>> jobs.distance(Shape("english", 8000, 100, 10))
            4.0
        """
        pairs = (self.rows_per_code, other.rows_per_code), (self.words, other.words)
        unlike = sum(abs(math.log2(max(a, 1) / max(b, 1))) for a, b in pairs)
        return unlike + (self.language != other.language)


@dataclass(frozen=True)
class Effect:
    """What a setting changes.

    Attributes:
        set_name: Where it was measured.
        points: Change of the share of right full codes, in points.
        interval: Its 95 % interval, if there is one.
        date: When it was measured.
        command: What measures it.
    """

    set_name: str
    points: float
    interval: tuple[float, float] | None
    date: str
    command: str

    @property
    def is_sure(self) -> bool:
        """Whether it is more than chance."""
        return self.interval is None or self.interval[0] > 0


@cache
def measurements() -> dict[str, Any]:
    """The figures of the file."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def shape_of(name: str) -> Shape:
    """What a measured set is like."""
    return Shape(*measurements()["sets"][name]["shape"])


def by_likeness(shape: Shape) -> list[str]:
    """Names of the measured sets, the most alike first.

    Example:
        >>> by_likeness(Shape("spanish", 10_000, 400, 4))[0]
        'esco_es'
    """
    names = measurements()["sets"]
    return sorted(names, key=lambda name: shape_of(name).distance(shape))


def command_for(name: str, option: str = "") -> str:
    """What measures a set, with an option of the script.

    Example:
        >>> command_for("demo", "--refit")
        'python scripts/benchmark_accuracy.py experiments/demo.yaml --refit'
    """
    place = f"experiments/{DEMO}.yaml" if name == DEMO else f"FOLDER/{name}"
    return f"{BENCHMARK} {place} {option}".rstrip()


def ablation_effect(
    row: str, names: Sequence[str], *, with_vectors: bool = True
) -> Effect | None:
    """What an ingredient changes, on the first set that has it; None if none has.

    What is lost "without" something is what it brings.

    Args:
        row: Row of the ablation, such as `stems`.
        names: Sets in order of preference; see `by_likeness`.
        with_vectors: Whether to take networks that read pretrained vectors, if the
            ingredient was measured with them; else those that knew none.
    """
    option = f'--ablation "{row}"' if " " in row else f"--ablation {row}"
    sign = -1 if row.startswith("without ") else 1
    is_new = with_vectors and row in measurements()["ablation"]
    page = "ablation" if is_new else "earlier_ablation"
    return _first(measurements()[page].get(row, {}), names, page, option, sign)


def refit_effect(names: Sequence[str]) -> Effect | None:
    """What training again with the validation records brings."""
    return _first(measurements()["refit"], names, "accuracy", "--refit")


def half_effect(names: Sequence[str]) -> Effect | None:
    """What the second half of the words brings."""
    cells = {
        name: f"{100 * (whole - half):+.1f}"
        for name, (whole, half) in measurements()["halves"].items()
    }
    return _first(cells, names, "stress", "--stress")


def _first(
    cells: Mapping[str, str],
    names: Sequence[str],
    page: str,
    option: str,
    sign: int = 1,
) -> Effect | None:
    name = next((name for name in names if name in cells), None)
    found = _CELL.fullmatch(cells[name]) if name else None
    if name is None or found is None:
        return None
    points, *ends = (sign * float(end) for end in found.groups() if end)
    interval = (min(ends), max(ends)) if ends else None
    date = measurements()["measured"][page]
    return Effect(name, points, interval, date, command_for(name, option))


def training_seconds(shape: Shape, epochs: int, cores: int) -> float:
    """About how long a training takes without a GPU: that of the demo, scaled.

    By rows, epochs and words, as short and long documents differ in speed, and by
    cores, as two are faster than one. Codes, and the start of a command, do not count.
    """
    speed = measurements()["speed"]
    (few, fast), (many, slow) = speed["short"], speed["long"]
    per_word = (1 / slow - 1 / fast) / (many - few)
    first = 1 / fast - few * per_word
    demo = shape_of(DEMO)
    work = shape.rows * epochs * (first + shape.words * per_word)
    whole = demo.rows * DEMO_EPOCHS * (first + demo.words * per_word)
    one, two = speed["threads"]
    faster: float = (two / one) ** math.log2(max(cores, 1) / DEMO_CORES)
    seconds: float = speed["demo_seconds"] * work / whole / faster
    return seconds
