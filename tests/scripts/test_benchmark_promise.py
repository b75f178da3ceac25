"""The benchmarks of promises and of the choice of thresholds."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from support.scripts import load_script

from han.decisions.guarantee import Promise
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.path_probabilities import CodedPaths
from han.decisions.threshold_bands import POOL, Thresholds
from han.errors import InputError
from han.experiment.row_sources import find_source
from han.planning.calibration_records import read_calibration
from han.planning.planned_records import read_workload
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from promises import populations
from promises.drawings import drawings, kept_promises
from promises.methods import METHODS
from promises.populations import Population, labelled_set, zipf_population


@pytest.fixture
def run_script(monkeypatch, capsys):
    """Runs a script in this process; gives the rows of its table."""

    def run(name, *options):
        script = load_script(name)
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *options])
        assert script.main() == 0
        lines = capsys.readouterr().out.split("\n")
        table = [line for line in lines if line.startswith("|")]
        return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table]

    return run


def population_of(texts, right):
    """Records of one level, all with the same confidence."""
    paths = CodedPaths(np.zeros((len(texts), 1), np.int32), np.full((len(texts), 1), 1))
    truth = np.where(right, 0, 1).astype(np.int32)[:, None]
    return Population("own", LabelledPaths(paths, truth), np.array(texts), 3, 4)


def accept_all(tested, reference, targets):
    (level,) = targets
    promise = Promise(targets[level], 0.5, 1, 1, 1)
    return Thresholds((level,), 0.95, {POOL: (promise,)}, most_rows=2)


def test_a_drawn_text_has_all_its_rows_and_is_a_unit_each_time():
    population = population_of([0, 1, 1, 2, 1], [1, 0, 0, 1, 1])
    for drawn in drawings(population, "texts", 20):
        assert drawn.repeats.tolist() == [1, 3, 3, 1, 3]
        units = 0
        for part in (drawn.tested, drawn.reference):
            sizes = np.bincount(part.units)
            assert (sizes > 0).all() and set(sizes) <= {1, 3}
            frequent = part.outcomes[part.repeats == 3, 0].reshape(-1, 3)
            assert (frequent == [0, 0, 1]).all()
            units += len(sizes)
        assert units == 3
    for drawn in drawings(population, "rows", 3):
        assert len(drawn.tested) + len(drawn.reference) == 4
        assert set(drawn.tested.repeats) <= {1}
        assert set(drawn.repeats) == {1}


def test_promises_are_held_against_all_records_that_may_be_accepted():
    population = population_of([0, 1, 1, 2, 1], [1, 0, 0, 1, 1])
    given = drawings(population, "texts", 4)
    kept = kept_promises(population, given, accept_all, 1, 0.9)
    assert (kept.failed, kept.coded) == (0, 0.4)  # the text of three rows is not
    assert (kept.frequent_rows, kept.frequent_units) == (0.6, 1)
    given = drawings(population, "rows", 4)
    kept = kept_promises(population, given, accept_all, 1, 0.9)
    assert (kept.failed, kept.coded, kept.frequent_units) == (1, 1, 0)


def test_the_exact_binomial_fails_where_texts_repeat_and_units_do_not():
    population = zipf_population(2)
    assert population.repeats.max() == 1_000

    def kept(method, unit):
        given = drawings(population, unit, 60)
        return kept_promises(population, given, METHODS[method], 2, 0.95)

    assert kept("binomial", "texts").failed > 0.3
    assert kept("binomial", "rows").failed <= 0.1
    found = kept("units", "texts")
    assert found.failed <= 0.1 and found.coded > 0
    assert 0.05 <= found.frequent_rows < 1  # the largest text, and no few others
    with pytest.raises(InputError, match=r"largest of 10 units may have 0\.1 to"):
        zipf_population(1, texts=10)


def test_the_population_of_a_set_is_its_calibration_and_test_records(
    run_to_plan, monkeypatch
):
    class Trained(SimpleNamespace):
        folder, classifier = run_to_plan, load_classifier(run_to_plan)

        def train(self):
            pass

    monkeypatch.setattr(populations, "Run", lambda *_, seed: Trained())
    found = labelled_set(SimpleNamespace(name="tiny"))
    folder, classifier = RunFolder(run_to_plan), Trained.classifier
    known = read_calibration(folder, folder.config(), classifier, None)
    source = find_source(folder, folder.config(), None, "test")
    workload, _ = read_workload(folder.config(), classifier, source)
    rows = len(known.tested) + len(known.reference)
    assert (found.drawn_rows, found.drawn_texts) == (rows, rows)  # no text twice
    assert len(found) == found.texts.max() + 1 == rows + len(workload)
    outcomes = found.labelled.outcomes
    assert outcomes.shape == (len(found), 2) and 0.85 < outcomes[:, 1].mean() < 0.95


def test_the_table_of_promises(run_script):
    options = "--zipf 1 --drawings 5 --targets 0.5 0.9 --level 1".split()
    head, _, *rows = run_script("benchmark_promise", *options, "--method", "binomial")
    assert [row[5:7] for row in rows] == [
        [unit, target] for unit in ("texts", "rows") for target in ("50 %", "90 %")
    ]
    assert all(len(row) == len(head) for row in rows)
    assert rows[0][:4] == ["Zipf, seed 1", "20,180", "6,000", "1,000 (5.0 %)"]
    assert rows[0][7] == "0.0 %" and float(rows[0][8].strip(" %")) > 99


@pytest.mark.parametrize(
    "options, message",
    [
        ([], "give FOLDERs of sets, or --zipf 1"),
        (["--zipf", "1", "--level", "3"], "has the levels 1 to 2"),
        (["--zipf", "1", "--drawings", "0"], "--drawings: 1 or more"),
    ],
)
def test_bad_options_are_said(run_script, options, message):
    with pytest.raises(InputError, match=message):
        run_script("benchmark_promise", *options)


def test_the_table_of_time_and_memory(run_script):
    options = "--rows 500 --units 100 --rounds 1 --method binomial".split()
    head, _, row = run_script("benchmark_planning", *options)
    assert row[0] == "binomial" and row[2] == "100"
    assert float(row[head.index("seconds")]) >= 0
    assert int(row[head.index("peak MB")]) >= int(row[head.index("peak MB before")]) > 9
    with pytest.raises(InputError, match="--units: from 2"):
        run_script("benchmark_planning", "--units", "0")
