"""Answers that teach most are measured against random ones."""

import benchmark_active
import numpy as np
import pytest
from benchmark_active import curves_of, saved
from support.experiments import ROOT

from accuracy import sets


def test_records_saved_are_read_off_the_curves():
    random = np.array([0.5, 0.6, 0.7])
    assert saved(random, np.array([0.5, 0.7, 0.8]), 100, 50) == pytest.approx(0.5)
    assert saved(random, np.array([0.5, 0.65, 0.75]), 100, 50) == pytest.approx(0.25)
    assert saved(random, random, 100, 50) == 0
    # One that never comes so far is compared where it ends.
    worse = np.array([0.5, 0.55, 0.6])
    assert saved(random, worse, 100, 50) == pytest.approx(-1.0)


@pytest.mark.slow
def test_active_choice_learns_faster_than_chance_on_the_shipped_data(tmp_path):
    (one,) = sets.find_sets([ROOT / "experiments" / "demo.yaml"], tmp_path)
    asked = "x --pool 4000 --first 800 --step 400 --rounds 3".split()
    given = benchmark_active.parser().parse_args(asked)
    curves = [curves_of(given, one, seed) for seed in (1, 2)]
    ends = {name: np.mean([c[name][-1] for c in curves]) for name in curves[0]}
    assert ends["active"] > ends["random"]
