"""How much of a network's decisions its encoder takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accuracy.runs import Floats, Run
from han.evaluation.explained_run import explained_run
from han.explanation.explanation_page import encoder_shares

RECORDS = 500  # of the test split, evenly; more would not move a percentage


def shares_by_level(runs: Sequence[Run]) -> str:
    """Percentages by level from the top, means over records and seeds.

    "-" stands for a level on which no record had a choice.
    """
    found = np.mean([encoder_share(run) for run in runs], axis=0)
    return " / ".join("-" if np.isnan(v) else f"{100 * v:.0f} %" for v in found)


def encoder_share(run: Run) -> Floats:
    """Mean share of the encoder in the score of the coded path, `(L,)`."""
    maps = explained_run(run.folder, rows=RECORDS).attention
    shares = encoder_shares(maps)
    known = (~np.isnan(shares)).sum(axis=0)
    sums = np.nansum(shares, axis=0)
    return np.where(known, sums / np.maximum(known, 1), np.nan)
