"""How long the page of clerks takes to find codes while somebody types.

    python scripts/benchmark_code_search.py               # 10,000 codes
    python scripts/benchmark_code_search.py --codes 1000

The list is made of words of the shipped data: six in a title, four synonyms of two, a
note of sixty. Each word that is looked for is typed letter by letter, as the page asks
at each letter; every second one goes on with a second word.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import time
from collections.abc import Sequence

import numpy as np

from han.cli import run_command
from han.code_search.code_card import CodeCard
from han.code_search.code_finder import CodeFinder

SHIPPED = "data/productos/productos.csv.gz"
LOOKED_FOR = 100


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("--codes", type=int, default=10_000, help="default: 10,000")
    result.add_argument("--seed", type=int, default=0, help="default: 0")
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Prints what a search takes of a core; others may share it."""
    given = parser().parse_args(argv)
    draw, words = random.Random(given.seed), shipped_words()
    finder = CodeFinder(_code(node, draw, words) for node in range(given.codes))
    spent = []
    for number in range(LOOKED_FOR):
        typed = " ".join(draw.choices(words, k=1 + number % 2))
        for end in range(1, len(typed) + 1):
            began = time.process_time()
            finder.find(typed[:end])
            spent.append(1000 * (time.process_time() - began))
    found = np.percentile(spent, [50, 95, 100])
    print(f"{given.codes:,} codes, {len(spent):,} searches, milliseconds of a core:")
    print("median {:.1f}, 95 of 100 under {:.1f}, longest {:.1f}".format(*found))
    return 0


def shipped_words() -> list[str]:
    """Words as they stand in the shipped texts, the frequent ones often."""
    with gzip.open(SHIPPED, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [word for row in rows[1:5000] for cell in row for word in cell.split()]


def _code(node: int, draw: random.Random, words: list[str]) -> CodeCard:
    def some(count: int) -> str:
        return " ".join(draw.choices(words, k=count))

    synonyms = tuple(some(2) for _ in range(4))
    notes = some(20), some(20), some(20)
    return CodeCard(node, f"{node:06d}", None, 1, some(6), synonyms, *notes, ())


if __name__ == "__main__":
    run_command(main)
