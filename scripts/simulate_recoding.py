"""How often intervals of `han.recode matrix` and `backcast` hold the truth.

    python scripts/simulate_recoding.py --trials 1000

Three old codes go to two or three new ones by known shares. Samples of records with
both codes are drawn again and again, with and without weights, alone or in units whose
members go the same way every other time. *shares* is how often the interval of a share
holds that share, *totals* the same of a total by new code; 0.95 is promised of each.
"""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt

from han.revision.backcast_totals import ShareMatrix, backcast
from han.revision.dual_matrix import DualSample, dual_matrix
from speed.tables import markdown

SHARES = {
    "1": {"a": 0.6, "b": 0.3, "c": 0.1},
    "2": {"b": 0.9, "c": 0.1},
    "3": {"c": 0.5, "d": 0.5},
}
TARGETS = {old: tuple(shares) for old, shares in SHARES.items()}
TOTALS = {"1": 1000.0, "2": 500.0, "3": 200.0}
CASES = ((20, 1, False), (60, 1, False), (60, 1, True), (60, 4, False), (200, 4, True))


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("--trials", type=int, default=300, help="samples of each case")
    return result


def main() -> None:
    """Prints a row for each case."""
    trials, rows = parser().parse_args().trials, []
    for records, size, weighted in CASES:
        random = np.random.default_rng(1)
        held = [_held(drawn(random, records, size, weighted)) for _ in range(trials)]
        shares, totals = np.mean(held, axis=0)
        said = "weights of 1 and 3" if weighted else "none"
        rows.append([records, size, said, f"{shares:.3f}", f"{totals:.3f}"])
    head = [
        "records of an old code",
        "records of a unit",
        "weights",
        "shares",
        "totals",
    ]
    print(markdown(head, rows))


def drawn(
    random: np.random.Generator, records: int, size: int, weighted: bool
) -> DualSample:
    """A sample: as many records of each old code."""
    old: list[str] = []
    new: list[str] = []
    unit = np.repeat(np.arange(records // size), size)
    for code, shares in SHARES.items():
        chances = list(shares.values())
        own = random.choice(len(shares), records, p=chances)
        of_unit = random.choice(len(shares), records // size, p=chances)[unit]
        together = random.random(records) < (0.5 if size > 1 else 0.0)
        old += [code] * records
        new += [TARGETS[code][k] for k in np.where(together, of_unit, own)]
    number = len(old)
    weights = random.choice([1.0, 3.0], number) if weighted else np.ones(number)
    units = np.concatenate([unit + k * number for k in range(len(SHARES))])
    return DualSample(old, new, weights, units.astype(np.int64))


def _held(sample: DualSample) -> tuple[float, float]:
    """Share of the intervals that hold the truth: of shares, of totals."""
    matrix = dual_matrix(sample, allowed=TARGETS)
    truth = [SHARES[o][n] for o, n in zip(matrix["old"], matrix["new"], strict=True)]
    groups = {str(old): part for old, part in matrix.groupby("old")}
    shares: dict[str, npt.NDArray[np.float64]] = {
        old: part["share"].to_numpy() for old, part in groups.items()
    }
    worth = {old: float(part["effective"].iloc[0]) for old, part in groups.items()}
    targets = {old: tuple(part["new"]) for old, part in groups.items()}
    found = backcast(TOTALS, ShareMatrix(targets, shares, worth))
    expected = [
        sum(TOTALS[old] * SHARES[old].get(new, 0.0) for old in SHARES)
        for new in found["new"]
    ]
    return (
        float(((matrix["low"] <= truth) & (matrix["high"] >= truth)).mean()),
        float(((found["low"] <= expected) & (found["high"] >= expected)).mean()),
    )


if __name__ == "__main__":
    main()
