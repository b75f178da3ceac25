"""Whether the figures of a queue of clerks hold, and whether its order pays.

    python scripts/benchmark_review.py coverage --trials 1000
    python scripts/benchmark_review.py priority --trials 100

Populations of answers with known right codes are made up, queues are drawn from them as
`han.review out` does, and coders with known errors code them: most errors go to a
sibling of the right code, and where a suggestion is wrong some coders take it, both
coders of an answer independently of each other. `coverage` says how often the 95 %
intervals of `han.review stats` hold the truth; `priority` how many rows people make
right with one budget, by what the priority is made of.
"""

from __future__ import annotations

import argparse

import numpy as np

from han.cli import run_command
from han.review_making.queue_drawing import QueueShares
from review_trials.coded_queue import Drawing
from review_trials.coverage_trials import Held, Scene, coverage
from review_trials.invented_population import Coders
from review_trials.priority_trials import PRIORITIES, made_right

USUAL, LURED, SURE = Coders(0.04, 0.3), Coders(0.1, 0.6), Coders(0.0, 0.0)
# What the defaults of `out` draw; all checks coded by two; and a larger budget.
DEFAULT = QueueShares()
TWICE = QueueShares(double_checks=1.0)
LARGE = QueueShares(budget=1500, double=0.5, check=0.3)
SCENES = (
    Scene("defaults of `out`", Drawing(DEFAULT), USUAL),
    Scene("all checks by two", Drawing(TWICE), USUAL),
    Scene("1,500 decisions", Drawing(LARGE), USUAL),
    Scene("3 of 10 batches of these", Drawing(LARGE, done=0.3), USUAL),
    Scene("in rows", Drawing(LARGE), USUAL, "rows"),
    Scene("in weight", Drawing(LARGE), USUAL, "weight"),
    Scene("level 1", Drawing(LARGE), USUAL, level=1),
    Scene("coders often lured", Drawing(LARGE), LURED),
    Scene("second coders skip 8 of 10 hard ones", Drawing(LARGE, skips=0.8), USUAL),
    Scene("coders without error", Drawing(LARGE), SURE),
)
SHOWN = 0.05  # share of the trials that a row of the table stands for, at least
BUDGETS = (250, 500, 1000)


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("what", choices=["coverage", "priority"], help="what is tried")
    result.add_argument("--trials", type=int, default=1000, help="how often (1000)")
    return result


def print_coverage(trials: int) -> None:
    """A table row for each scene, figure, and what it was measured against."""
    _print_head(
        "queue", "coders", "figure", "against", "trials", "held", "width", "bias"
    )
    for scene in SCENES:
        coders = f"{scene.coders.error:.0%} / {scene.coders.lured:.0%}"
        for name, held in coverage(scene, trials).items():
            for kind in held.kinds(SHOWN) or ["—"]:
                cells = [scene.name, coders, name, kind, *_cells(held, kind)]
                print("|", " | ".join(cells), "|", flush=True)


def _print_head(*names: str) -> None:
    print("|", " | ".join(names), "|")
    print("|", " | ".join(["---"] * len(names)), "|")


def _cells(held: Held, kind: str) -> list[str]:
    """Share of trials with such a figure, how many held, width and bias in points."""
    chosen = np.array(held.against) == kind
    if not chosen.any():
        return ["0%", "—", "—", "—"]
    return [
        f"{chosen.sum() / held.trials:.0%}",
        f"{np.array(held.held)[chosen].mean():.1%}",
        f"{100 * np.array(held.widths)[chosen].mean():.1f}",
        f"{100 * np.array(held.errors)[chosen].mean():+.1f}",
    ]


def print_priority(trials: int) -> None:
    """A table row for each budget and priority."""
    _print_head("decisions", "priority", "rows", "weight", "weight beyond `doubt`")
    for budget in BUDGETS:
        found = {
            name: np.array([made_right(w, USUAL, budget, s) for s in range(trials)])
            for name, w in PRIORITIES.items()
        }
        for name, gains in found.items():
            rows, weight = gains.mean(0)
            over = gains[:, 1] - found["doubt"][:, 1]
            error = 1.96 * over.std(ddof=1) / np.sqrt(trials)
            cells = [f"{budget:,}", name, f"{rows:,.0f}", f"{weight:,.0f}"]
            beside = "" if name == "doubt" else f"{over.mean():+,.0f} ± {error:.0f}"
            print("|", " | ".join([*cells, beside]), "|", flush=True)


def main() -> int:
    """Tries, and prints a table."""
    given = parser().parse_args()
    if given.what == "coverage":
        print_coverage(given.trials)
    else:
        print_priority(given.trials)
    return 0


if __name__ == "__main__":
    run_command(main)
