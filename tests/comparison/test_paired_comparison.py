"""Comparing runs: paired intervals, protected codes, what is refused."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.experiments import write_experiment
from support.slow_starts import slow_first_calls

from han import combine, compare, evaluate, train
from han.code_list.taxonomy import Taxonomy
from han.comparison import compared_records
from han.comparison.comparison_files import all_warnings, as_json, markdown
from han.comparison.comparison_result import CodeChange, ComparedRun, Comparison
from han.comparison.paired_comparison import protected_nodes
from han.errors import InputError
from han.evaluation import coded_scores
from han.experiment.row_sources import Source
from han.metrics.paired_scores import (
    PairedScore,
    code_parts,
    paired_ratios,
)
from han.metrics.pairs import pair
from han.metrics.partial_truth import contradicted_paths

# Paired scores


def accuracy(*columns):
    return [{"accuracy": (np.array(c, float), np.ones(len(c)))} for c in columns]


def test_a_model_does_not_differ_from_itself():
    right = np.random.default_rng(0).random(50) < 0.7
    first, second = paired_ratios(accuracy(right, right), np.arange(50))["accuracy"]
    assert second.difference == 0 and second.difference_interval == [0, 0]
    assert first.interval == second.interval and not second.is_lower


def test_pairs_are_narrower_than_two_samples():
    random = np.random.default_rng(1)
    one = random.random(400) < 0.7
    two = one & (random.random(400) < 0.95)
    first, second = paired_ratios(accuracy(one, two), np.arange(400))["accuracy"]
    width = np.diff(second.difference_interval)[0]
    assert width < np.diff(first.interval)[0] / 2
    assert second.is_lower


def test_records_of_a_cluster_are_no_evidence_of_their_own():
    random = np.random.default_rng(2)
    one, two = random.random((2, 60)) < [[0.8], [0.7]]
    alone = paired_ratios(accuracy(one, two), np.arange(60))["accuracy"][1]
    copies = [np.repeat(c, 10) for c in (one, two)]
    together = np.repeat(np.arange(60), 10)
    grouped = paired_ratios(accuracy(*copies), together)["accuracy"][1]
    assert grouped.difference_interval == pytest.approx(alone.difference_interval)
    apart = paired_ratios(accuracy(*copies), np.arange(600))["accuracy"][1]
    assert np.diff(apart.difference_interval) < np.diff(grouped.difference_interval)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_values_are_those_of_all_records(pairs):
    one, two = map(np.array, zip(*pairs, strict=True))
    found = paired_ratios(accuracy(one, two), np.arange(len(one)), resamples=5)
    first, second = found["accuracy"]
    assert first.value == pytest.approx(one.mean())
    assert second.difference == pytest.approx(two.mean() - one.mean())


def test_undefined_scores_have_no_interval():
    parts = [{"recall": (np.zeros(3), np.zeros(3))}] * 2
    score = paired_ratios(parts, np.arange(3))["recall"][1]
    assert np.isnan(score.value) and score.interval is None and not score.is_lower


def test_a_code_is_judged_with_all_below_it():
    tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
    true, given_ = np.array([2, 3, 1, 2]), np.array([3, 3, 2, 1])
    parts = code_parts(tree.paths[true], tree.paths[given_], np.ones(4), {0: 1, 2: 2})
    ratio = {name: np.sum(a) / np.sum(b) for name, (a, b) in parts.items()}
    assert ratio["recall.0"] == pytest.approx(2 / 3)
    assert ratio["f1.0"] == pytest.approx(2 * 2 / (3 + 3))
    assert ratio["recall.2"] == 0


def test_what_may_be_right_below_a_partial_code_is_no_fault_of_a_code():
    """True 1, 1 and 21; given 11 (may be right), 21 (surely wrong) and 21."""
    tree = Taxonomy(["1", "2", "11", "21"], [-1, -1, 0, 1])
    pairs = pair([0, 0, 3], [2, 3, 3], tree)
    parts = code_parts(pairs.true_paths, contradicted_paths(pairs), np.ones(3), LEVELS)
    sums = {name: (np.sum(a), np.sum(b)) for name, (a, b) in parts.items()}
    assert sums["f1.0"] == (2, 3)  # 2 true, 1 given, 1 both
    assert sums["f1.2"] == (0, 0)
    assert sums["f1.3"] == (2, 3)


LEVELS = {0: 1, 2: 2, 3: 2}


def test_the_f1_to_be_read_first_is_marked():
    same = PairedScore(0.9, [0.8, 1.0], 0.0, [0.0, 0.0])
    runs = [ComparedRun(name, "han", 10.0, 1.0) for name in ("a", "b")]
    scores = {"hierarchical.f1": [same, same]}
    tree, source = Taxonomy(["1"], [-1]), Source(None, "test")
    full = Comparison(source, tree, 9, 9, 9.0, 0.95, runs, scores, [], [])
    assert full.headline == "hierarchical.f1" and "*" not in markdown(full)
    scores = {**scores, "hierarchical_to_truth.f1": [same, same]}
    found = Comparison(source, tree, 9, 9, 9.0, 0.95, runs, scores, [], [])
    assert json.loads(as_json(found))["headline"] == "hierarchical_to_truth.f1"
    for language, words in (("en", "true code"), ("es", "código verdadero")):
        marked = [
            line for line in markdown(found, language).splitlines() if "*" in line
        ]
        assert len(marked) == 2 and all(words in line for line in marked)


def test_protected_codes_that_stand_twice_are_named_by_their_path():
    tree = Taxonomy(["1", "2", "8", "9", "9"], [-1, -1, 0, 0, 1])
    codes = ["2 > 9", "1", "8", "1 > 8", "2 > 9"]
    assert protected_nodes(codes, tree) == [4, 0, 2]
    with pytest.raises(InputError, match=r"'9' stands .* 2 .*: '1 > 9', '2 > 9'\."):
        protected_nodes(["1", "9"], tree)
    with pytest.raises(InputError, match=r"not in the code list.*77"):
        protected_nodes(["9", "77"], tree)


# The command


def trained(folder, name, model="kind: tfidf_svm", **sections):
    more = {"logging": f"{{run_folder: {folder}/{name}, tensorboard: false}}"}
    file = write_experiment(folder, model=f"{{{model}}}", **more, **sections)
    assert train.main([str(file)]) == 0
    return folder / name


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two runs over one split, and their mixture; nothing writes there."""
    folder = tmp_path_factory.mktemp("compare")
    one = trained(folder, "svm")
    two = trained(folder, "linear", "kind: tfidf_linear, C: 1.0")
    assert combine.main([str(one), str(two), "-o", str(folder / "both")]) == 0
    return folder


def result_of(tmp_path, *arguments):
    file = tmp_path / "compared.json"
    code = compare.main([*map(str, arguments), "-o", str(file)])
    return code, json.loads(file.read_text())


def test_scores_are_those_of_evaluate(made, tmp_path, capsys):
    runs = [made / "svm", made / "linear", made / "both"]
    code, found = result_of(tmp_path, *runs)
    assert code == 0 and len(found["runs"]) == 3
    for run, entry in zip(runs, found["runs"], strict=True):
        copy = tmp_path / run.name
        shutil.copytree(run, copy)
        assert evaluate.main([str(copy), "--no-report"]) == 0
        known = json.loads((copy / "metrics.json").read_text())["test"]
        own = {name: score["value"] for name, score in entry["scores"].items()}
        assert own["leaf_accuracy"] == pytest.approx(known["leaf_accuracy"])
        assert own["level_accuracy.1"] == pytest.approx(known["level_accuracy"]["1"])
        assert own["hierarchical.f1"] == pytest.approx(known["hierarchical"]["f1"])
        assert own["coverage"] == known["selective"]["coverage"]["leaf"]
        assert entry["megabytes"] > 0 and entry["documents_per_second"] is None
    assert [entry["kind"] for entry in found["runs"]][2] == "mixture"
    out = capsys.readouterr().out
    assert "| leaf accuracy" in out and "coverage at 95% full codes right" in out


def test_speed_is_of_a_warm_model_and_of_enough_records(made, tmp_path, monkeypatch):
    few, enough = (compared_records.measured(made / "svm", 9.0, n) for n in (499, 500))
    assert few.documents_per_second is None and enough.documents_per_second == 9.0
    slow_first_calls(monkeypatch, coded_scores)
    runs = [made / "svm", made / "linear"]
    _, found = result_of(tmp_path, *runs)
    assert [one["documents_per_second"] for one in found["runs"]] == [None, None]
    monkeypatch.setattr(compared_records, "FEWEST_TIMED", 1)
    _, found = result_of(tmp_path, *runs)
    speeds = [one["documents_per_second"] for one in found["runs"]]
    assert speeds == [found["records"]] * 2


def test_other_data_and_clusters(made, tmp_path, capsys):
    data = tmp_path / "golden.csv"
    rows = [("queso de vaca", "1", "12"), ("clavo de acero", "2", "22")]
    lines = [f"{i},{t},{a},{b},h{i % 3}" for i, (t, a, b) in enumerate(rows * 6)]
    data.write_text("id,text,level_1,level_2,household\n" + "\n".join(lines) + "\n")
    _, found = result_of(tmp_path, made / "svm", made / "linear", "--on", data)
    assert (found["records"], found["clusters"]) == (12, 2)  # two different texts
    assert found["effective_rows"] == 2.0
    assert "Effective number of records: 2, as if" in capsys.readouterr().out
    cluster = ["--cluster", "household"]
    _, found = result_of(
        tmp_path, made / "svm", made / "linear", "--on", data, *cluster
    )
    assert (found["clusters"], found["effective_rows"]) == (3, 3.0)
    arguments = ["--on", data, "--cluster", "none"]
    _, found = result_of(tmp_path, made / "svm", made / "linear", *arguments)
    assert found["clusters"] == found["effective_rows"] == 12
    assert "Effective number" not in capsys.readouterr().out.split("groups.")[-1]
    with pytest.raises(InputError, match="village"):
        compare.main([str(made / "svm"), str(made / "linear"), "--cluster", "village"])


def test_partial_truth(made, tmp_path):
    data = tmp_path / "diary.csv"
    rows = [f"{i},queso {i},1," for i in range(4)] + ["5,clavo de acero,2,22"]
    data.write_text("id,text,level_1,level_2\n" + "\n".join(rows) + "\n")
    _, found = result_of(tmp_path, made / "svm", made / "linear", "--on", data)
    assert found["headline"] == "hierarchical_to_truth.f1"
    scores = found["runs"][0]["scores"]
    assert scores["hierarchical_to_truth.f1"]["value"] == 1.0
    assert scores["hierarchical.f1"]["value"] < 1.0


def test_all_formats(made, tmp_path):
    runs = [str(made / "svm"), str(made / "linear")]
    for ending in (".md", ".csv"):
        file = tmp_path / f"found{ending}"
        assert compare.main([*runs, "-o", str(file), "--must-not-regress", "1,12"]) == 0
    table = pd.read_csv(tmp_path / "found.csv")
    assert set(table["run"]) == set(runs) and "recall 12" in set(table["score"])
    assert (tmp_path / "found.md").read_text().startswith("| score")
    with pytest.raises(InputError, match=r"\.md, \.csv, \.json"):
        compare.main([*runs, "-o", str(tmp_path / "found.xlsx")])


def test_a_worse_code_ends_with_one(made, tmp_path, capsys):
    """A run that never gives one of the codes."""
    rows = [(t, a, b) for t, a, b in ROWS_OF_TWO for _ in range(12)]
    train_rows = [row for row in rows if row[2] != "12"] + [("queso", "1", "12")]
    folder = tmp_path / "poor"
    folder.mkdir()
    file = write_experiment(folder, model="{kind: tfidf_svm}")
    lines = [f"{i},{t} {i},{a},{b}" for i, (t, a, b) in enumerate(train_rows)]
    (folder / "data.csv").write_text("id,text,level_1,level_2\n" + "\n".join(lines))
    assert train.main([str(file)]) == 0
    golden = tmp_path / "golden.csv"
    lines = [f"{i},{t} {i},{a},{b}" for i, (t, a, b) in enumerate(rows)]
    golden.write_text("id,text,level_1,level_2\n" + "\n".join(lines))
    codes = tmp_path / "codes.txt"
    codes.write_text("# what the press looks at\n12\n\n11  # bread\n")
    options = ["--on", golden, "--must-not-regress", codes]
    code, found = result_of(tmp_path, made / "svm", folder / "run", *options)
    assert code == 1
    worse = {c["code"][-1]: c["worse"] for c in found["runs"][1]["must_not_regress"]}
    assert worse == {"12": True, "11": False}
    assert "code 12 got worse" in capsys.readouterr().out
    code, _ = result_of(tmp_path, folder / "run", made / "svm", *options)
    assert code == 0  # the other way round it got better


ROWS_OF_TWO = [
    ("queso fresco de vaca", "1", "12"),
    ("pan dulce de trigo", "1", "11"),
    ("martillo de acero", "2", "21"),
    ("clavo de concreto", "2", "22"),
]


def test_trained_records_are_refused(made, tmp_path):
    other = tmp_path / "seed"
    other.mkdir()
    run = trained(other, "run", seed="5")  # the same data, split otherwise
    with pytest.raises(InputError, match=r"seed/run was trained on \d+ of the"):
        compare.main([str(made / "svm"), str(run)])
    mixture = tmp_path / "mixed"
    data = str(made / "data.csv")
    runs = [str(made / "svm"), str(made / "linear")]
    assert combine.main([*runs, "-o", str(mixture), "--data", data]) == 0
    with pytest.raises(InputError, match=r"mixed was trained on"):
        compare.main([str(made / "svm"), str(mixture)])


def test_records_that_chose_something_are_a_warning(tmp_path, capsys):
    one = trained(tmp_path, "one")
    lines = (tmp_path / "data.csv").read_text().splitlines()
    held = tmp_path / "held.csv"
    held.write_text("\n".join([lines[0], *(line + " x" for line in [])]) + "\n")
    held.write_text("id,text,level_1,level_2\n1,queso de oveja,1,12\n2,clavo,2,22\n")
    data = (
        f"{{train: {tmp_path}/data.csv, validation: {held}, fields: {{text: {{}}}}, "
        "label_columns: [level_1, level_2], key_columns: [id], split: {test: 0.2}}"
    )
    two = trained(tmp_path, "two", data=data)
    _, found = result_of(tmp_path, one, two, "--on", held)
    assert any("2 of 2 records are its validation" in w for w in found["warnings"])
    assert "a little too good" in capsys.readouterr().out


def test_other_code_lists_are_refused(made, tmp_path):
    file = write_experiment(tmp_path, model="{kind: tfidf_svm}")
    data = tmp_path / "data.csv"
    data.write_text(
        data.read_text() + "".join(f"x{i},pan {i},3,31\n" for i in range(9))
    )
    assert train.main([str(file)]) == 0
    golden = tmp_path / "golden.csv"
    golden.write_text("id,text,level_1,level_2\n1,queso,1,12\n")
    with pytest.raises(InputError, match=r"different code lists.*31.*be compared"):
        compare.main([str(made / "svm"), str(tmp_path / "run"), "--on", str(golden)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{svm}"], "at least two runs"),
        (["{svm}", "{svm}"], "each of them once"),
        (["{svm}", "{linear}", "--target", "95"], "expected above 0, at most 1"),
        (["{svm}", "{linear}", "--encoding", "latin-1"], "goes with --on"),
        (["{svm}", "{linear}", "--must-not-regress", "99"], "not in the code list"),
        (
            ["{svm}", "{linear}", "--must-not-regress", "no.txt"],
            "no such file of codes",
        ),
        (["{svm}", "{linear}", "--must-not-regress", ","], "there is no code in it"),
        (["{svm}", "nowhere"], "not a trained run"),
    ],
)
def test_mistakes_are_explained(made, arguments, message):
    names = {"svm": made / "svm", "linear": made / "linear"}
    with pytest.raises(InputError, match=message):
        compare.main([argument.format(**names) for argument in arguments])


# The table


def test_falls_by_chance_and_absent_codes_are_warnings():
    tree = Taxonomy(["1", "2"], [-1, -1])
    same = PairedScore(0.9, [0.8, 1.0], 0.0, [0.0, 0.0])
    lower = PairedScore(0.8, [0.7, 0.9], -0.1, [-0.3, 0.05])
    gone = PairedScore(float("nan"), None, float("nan"), None)
    codes = [
        CodeChange(0, 12, [same, lower], [same, same]),
        CodeChange(1, 0, [gone, gone], [gone, gone]),
    ]
    runs = [ComparedRun("a|b", "han", 10.0, 1.0), ComparedRun("c", "han", None, 1.0)]
    scores = {"leaf_accuracy": [same, lower]}
    found = Comparison(
        Source(None, "test"), tree, 12, 12, 12.0, 0.95, runs, scores, codes, []
    )
    assert not found.is_worse
    warnings = all_warnings(found)
    assert "code 1 fell, but not beyond what chance may do, in c." in warnings
    assert any("code 2 has no record here" in warning for warning in warnings)
    text = markdown(found)
    assert re.search(r"records per second +\| 10 +\| - +\|", text)
    assert "0.800 (-10.0 [-30.0, +5.0])" in text and "a\\|b" in text
