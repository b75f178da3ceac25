"""The script that measures the linear planes beside scikit-learn's."""

import sys

import numpy as np
import pytest
from support.experiments import write_experiment
from support.scripts import load_script

from han.errors import InputError


@pytest.fixture(scope="module")
def script():
    return load_script("benchmark_planes")


def test_all_solvers_minimise_the_same(script):
    random = np.random.default_rng(3)
    values = np.abs(random.normal(size=(90, 12))).astype(np.float32)
    values[random.random(values.shape) < 0.5] = 0
    labels = random.choice([4, 6, 9], 90)
    split = script.Split(script.sparse.csr_array(values), labels)
    found = [split.objectives(solve(split)) for solve in script.SOLVERS.values()]
    assert all(part.shape == (3,) for part in found)
    np.testing.assert_allclose(found, [found[0]] * len(found), rtol=0.02)
    zeros = split.objectives((np.zeros((3, 12)), np.zeros(3)))
    np.testing.assert_allclose(zeros, 90)  # each record is wrong by 1
    assert (np.array(found) < 90).all()


def test_two_siblings_have_opposite_planes(script):
    split = script.Split(
        script.sparse.csr_array(np.eye(2, dtype=np.float32)), np.array([3, 5])
    )
    for solve in script.SOLVERS.values():
        weights, offsets = solve(split)
        np.testing.assert_allclose(weights[0], -weights[1], atol=0.05)
        np.testing.assert_allclose(offsets[0], -offsets[1], atol=0.05)


def test_the_table_has_a_row_for_each_solver(script, tmp_path, monkeypatch, capsys):
    experiment = write_experiment(tmp_path)
    arguments = ["benchmark_planes.py", str(experiment), "--rounds", "1"]
    monkeypatch.setattr(sys, "argv", arguments)
    assert script.main() == 0
    printed = capsys.readouterr().out
    assert "planes of" in printed
    assert all(f"| {name} |" in printed for name in script.SOLVERS)
    monkeypatch.setattr(sys, "argv", [*arguments[:-1], "0"])
    with pytest.raises(InputError, match="--rounds"):
        script.main()
