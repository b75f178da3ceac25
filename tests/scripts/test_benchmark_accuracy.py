"""The benchmark of accuracy: sets that are there, honest intervals, the table."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS, write_experiment
from support.scripts import load_script

from accuracy import (
    ablation,
    comparison,
    coverage,
    encoder_share,
    intervals,
    refits,
    sets,
    stressing,
)
from accuracy.runs import Scores, split
from accuracy.stressing import STRESSES
from han.config import read_config
from han.errors import InputError

LIST = "code,parent,title\n1,,Comida\n11,1,\n12,1,\n2,,Ferretería\n21,2,\n22,2,\n"


def make_set(folder: Path, name: str = "tiny", **columns) -> sets.LabelledSet:
    """Four splits of the rows of every test, with another word each."""
    rows = [
        (f"{text} {role} {i}", a, b, role)
        for role in ("train", "train", "validation", "calibration", "test")
        for i, (text, a, b) in enumerate(ROWS)
    ]
    table = pd.DataFrame(rows, columns=["text", "level_1", "level_2", "split"])
    (folder / name).mkdir()
    table.assign(**columns).to_parquet(folder / name / f"{name}.parquet")
    return sets.LabelledSet(folder / name)


# Sets


def test_sets_that_are_missing_are_named_and_skipped(tmp_path, capsys):
    there = make_set(tmp_path)
    found = sets.find_sets([tmp_path / "none", tmp_path / "tiny"])
    assert [one.table for one in found] == [there.table.resolve()]
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and "none.parquet is not there" in said[0]
    with pytest.raises(InputError, match="None of the sets is there"):
        sets.find_sets([tmp_path / "none"])


def test_an_experiment_file_stands_for_its_records_and_splits(tmp_path):
    file = write_experiment(tmp_path, repeat=10)
    (one,) = sets.find_sets([file], tmp_path / "sets")
    table = pd.read_parquet(one.table)
    assert list(table) == ["text", "level_1", "level_2", "split"]
    assert len(table) == 10 * len(ROWS)
    assert one.experiment()["data"]["label_columns"] == ["level_1", "level_2"]
    config = read_config(one.write_experiment(tmp_path / "again"), ["seed=2"])
    texts, labels = split(one, "test", config)  # whatever the seed
    tests = table[table["split"] == "test"]
    assert texts == {"text": tests["text"].tolist()}
    assert [label[1] for label in labels] == tests["level_2"].tolist()
    data = f"{{train: {tmp_path}/data.csv, test: {tmp_path}/data.csv, fields: "
    data += "{text: {}}, label_columns: [level_1, level_2]}"
    with pytest.raises(InputError, match=r"`data\.train` can be measured"):
        sets.find_sets([write_experiment(tmp_path, data=data)], tmp_path)


def test_columns_beside_the_text_are_not_read(tmp_path):
    assert list(make_set(tmp_path, kind="a").experiment()["data"]["fields"]) == ["text"]


def test_notes_are_joined_to_the_code_list(tmp_path, monkeypatch):
    monkeypatch.setattr(sets, "SETS", tmp_path / "sets")
    data = make_set(tmp_path)
    (data.folder / "taxonomy.csv").write_text(LIST, encoding="utf-8")
    notes = "code,title,includes\n12,Otro,pies\n"
    (data.folder / "notes.csv").write_text(notes, encoding="utf-8")
    joined = pd.read_csv(data.experiment()["taxonomy"]["file"], dtype=str)
    assert list(joined) == ["code", "parent", "title", "includes"]
    assert joined["includes"].dropna().to_dict() == {2: "pies"}


def test_each_of_several_fields_is_missing_in_turn():
    assert "without tasks" in stressing.stresses(["title", "tasks"])
    assert stressing.stresses(["text"]) == stressing.STRESSES


def test_an_experiment_is_the_default_but_for_language_and_lengths(tmp_path):
    data = make_set(tmp_path)
    config = read_config(data.write_experiment(tmp_path / "runs"), [])
    assert config.data.label_columns == ("level_1", "level_2")
    assert config.data.split.column == "split"
    assert config.data.fields["text"].max_words == sets.DEFAULT["words"]
    assert config.taxonomy.file is None
    least = {
        "data": {"train": "a.csv", "fields": {"text": {}}, "label_columns": ["a"]},
        "text": {"language": "english"},
    }
    file = tmp_path / "least.yaml"
    file.write_text(json.dumps(least), encoding="utf-8")
    plain = read_config(file, [])
    for section in ("text", "embeddings", "model", "training", "augmentation"):
        assert getattr(config, section) == getattr(plain, section)


@pytest.mark.parametrize("name", sets.SETTINGS)
def test_settings_of_known_sets_can_be_read(tmp_path, name):
    config = read_config(make_set(tmp_path, name).write_experiment(tmp_path), [])
    assert config.text.language == sets.SETTINGS[name]["language"]


@pytest.mark.parametrize("changes", [{}, {"level_2": None}], ids=["full", "partial"])
def test_a_code_list_is_used_if_it_has_all_codes(tmp_path, changes):
    data = make_set(tmp_path, **changes)
    (data.folder / "taxonomy.csv").write_text(LIST, encoding="utf-8")
    assert "taxonomy" in data.experiment()
    lacking = LIST.replace("2,,Ferretería\n", "")
    (data.folder / "taxonomy.csv").write_text(lacking, encoding="utf-8")
    assert "taxonomy" not in data.experiment()


def test_a_code_list_is_not_used_if_a_code_stands_elsewhere(tmp_path):
    data = make_set(tmp_path, level_1="2", level_2="11")
    (data.folder / "taxonomy.csv").write_text(LIST, encoding="utf-8")
    assert "taxonomy" not in data.experiment()


def test_a_table_of_another_form_is_refused(tmp_path):
    data = make_set(tmp_path)
    pd.read_parquet(data.table).drop(columns="split").to_parquet(data.table)
    with pytest.raises(InputError, match=r"expected columns of text, split and"):
        data.experiment()


@pytest.mark.parametrize(
    "overrides",
    [
        *comparison.BASELINES.values(),
        *comparison.VECTORS.values(),
        *(comparison.NETWORKS[name] for name in ("plain", "distilled")),
        *ablation.VARIANTS.values(),
    ],
    ids=str,
)
def test_every_baseline_and_ingredient_is_a_config(tmp_path, overrides):
    file = make_set(tmp_path).write_experiment(tmp_path)
    # Some know Spanish alone, some change what is done to several fields.
    spanish = ["text.language=spanish", "data.fields={title: {}, tasks: {}}"]
    plain = [*spanish, *ablation.QUIET]
    assert read_config(file, [*plain, *overrides]) != read_config(file, plain)


# Numbers


def scores(*rights):
    return [Scores(np.array(r, float), np.array(r, float) / 2) for r in rights]


def test_seeds_are_averaged_for_each_record_first():
    two = scores([1, 0, 1], [1, 1, 0])
    assert intervals.mean(two, "leaf").tolist() == [1, 0.5, 0.5]
    assert intervals.mean(two, "hF").tolist() == [0.5, 0.25, 0.25]
    assert intervals.spread(two, "leaf") == 0  # both have two of three
    assert intervals.spread(two[:1], "leaf") == 0
    apart = scores([1, 1], [0, 0])
    assert intervals.spread(apart, "leaf") == pytest.approx(np.sqrt(0.5))


def test_intervals_are_those_of_the_normal_law_for_many_records():
    values = (np.random.default_rng(0).random(4000) < 0.8).astype(float)
    low, high = intervals.interval(values)
    error = 1.96 * values.std() / np.sqrt(4000)
    assert low == pytest.approx(values.mean() - error, abs=0.1 * error)
    assert high == pytest.approx(values.mean() + error, abs=0.1 * error)
    assert intervals.interval(np.full(9, 0.25)) == (0.25, 0.25)


def test_differences_are_paired():
    theirs = (np.random.default_rng(0).random(500) < 0.5).astype(float)
    assert intervals.difference(theirs, theirs) == "+0.0 [+0.0, +0.0]"
    assert intervals.difference(theirs - 0.02, theirs) == "-2.0 [-2.0, -2.0]"
    assert intervals.with_interval(np.ones(3)) == "1.000 [1.000, 1.000]"


def test_an_ablation_shows_what_each_ingredient_changes(monkeypatch):
    right = {"without noise": [1, 1, 0, 0], "no letters": [1, 0, 0, 0]}

    def networks(data, seeds, model, overrides):
        changes = ablation.VARIANTS.get(model, ())
        assert overrides == ("augmentation.share=0", *changes)
        (found,) = scores(right[model])
        errors = {"1": 0.5, "2": 0.02}
        result = {"leaf_macro_f1": found.leaf.mean(), "level_calibration_error": errors}
        run = SimpleNamespace(
            scores={"validation": found}.__getitem__,
            results={"validation": result}.__getitem__,
        )
        return [run] * len(seeds)

    monkeypatch.setattr(ablation, "networks", networks)
    variant = "no letters"
    monkeypatch.setitem(ablation.VARIANTS, variant, ("embeddings.subword_buckets=0",))
    one_field = {"data": {"fields": {"text": {}}}}
    data = SimpleNamespace(name="tiny", experiment=lambda: one_field)
    asked = [variant, "field dropout"]
    table = ablation.ablation_table([data, data], [1, 2], asked).split("\n")
    head, _, default, row, fields = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in table
    ]
    measures = ["tiny leaf", "tiny hF", "tiny macro-F1", "tiny ECE"]
    assert head == ["changed", *measures * 2]
    assert default[0] == "nothing" and default[1].startswith("0.500 [")
    assert row[0] == "no letters" and row[1].startswith("-25.0 [")
    assert row[2].startswith("-12.5 [") and row[5:] == row[1:5]
    assert default[3:5] == ["0.500", "0.020"] and row[3:5] == ["0.250", "0.020"]
    assert fields == ["field dropout", *[""] * 8]


# Tables of contests


def cells_of(line):
    return [cell.strip() for cell in line.split("|")[1:-1]]


@pytest.fixture
def tiny_contest():
    """Four records: a baseline with 2 right, with vectors 3, networks 3, 2 and 4."""
    rights = [[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 0, 0, 1], [1, 1, 1, 1]]
    names = [*comparison.RIVALS, *comparison.NETWORKS]
    found = {name: scores(one) for name, one in zip(names, rights, strict=True)}
    runs = {name: [SimpleNamespace(model=f"run of {name}")] for name in names}
    return comparison.Contest(SimpleNamespace(name="tiny"), runs, found)


def test_the_main_table_has_both_baselines_and_all_networks(tiny_contest):
    head, _, row = map(
        cells_of, comparison.comparison_table([tiny_contest]).split("\n")
    )
    assert row[:2] == ["tiny", "4"] and len(row) == len(head)
    assert row[2:7] == [
        *("0.500 / 0.250", "0.750 / 0.375", "0.750 / 0.375"),
        *("0.500 / 0.250", "1.000 / 0.500"),
    ]
    won = [float(cell.split()[0]) for cell in row[7:]]
    assert won == [50, 25, 25, 12.5]
    assert head[7:9] == [
        "leaf won over baseline",
        "leaf won over baseline with vectors",
    ]


def test_points_are_won_by_each_network_over_each_baseline(tiny_contest, monkeypatch):
    monkeypatch.setattr(comparison, "shares_by_level", lambda runs: "40 % / 50 %")
    head, _, *rows = map(cells_of, comparison.points_table([tiny_contest]).split("\n"))
    assert {len(row) for row in rows} == {len(head)}
    leaf = {row[1]: [cell.split()[:1] for cell in row[4:8:2]] for row in rows}
    assert leaf["run of baseline"] == [[], []]
    assert leaf["run of baseline with vectors"] == [["+25.0"], []]
    assert leaf["distilled"] == [["+0.0"], ["-25.0"]]
    assert leaf["han"] == [["+50.0"], ["+25.0"]]
    assert [row[-1] for row in rows] == ["", "", *["40 % / 50 %"] * 3]


def test_shares_of_the_encoder_are_means_of_records_and_seeds(monkeypatch):
    nothing = [np.nan] * 3
    of_runs = {
        "a": [[0.2, 0.5, np.nan], [0.4, np.nan, np.nan]],
        "b": [[0.5, 0.7, np.nan]],
    }
    monkeypatch.setattr(
        encoder_share,
        "explained_run",
        lambda folder, rows: SimpleNamespace(attention=folder),
    )
    monkeypatch.setattr(
        encoder_share, "encoder_shares", lambda folder: np.array(of_runs[folder])
    )
    runs = [SimpleNamespace(folder=name) for name in of_runs]
    assert encoder_share.shares_by_level(runs) == "40 % / 60 % / -"
    of_runs["a"] = [nothing]
    assert encoder_share.shares_by_level(runs[:1]) == "- / - / -"


def test_coverage_is_the_mean_of_seeds_beside_what_is_right(tiny_contest, monkeypatch):
    covered = {"run of han": (0.5, 1), "run of baseline": (0.2, 1)}

    def planned(run, targets, confidence):
        assert targets == {2: 0.95} and confidence == 0.95
        share, right = covered.get(run.model, (0.0, 0))
        level = {"level": 2, "records": right, "data": {"accuracy": 0.97}}
        return {"routes": {"auto": {"share": share}}, "levels": [level]}

    for (run,) in tiny_contest.runs.values():
        run.classifier = SimpleNamespace(taxonomy=SimpleNamespace(num_levels=2))
    monkeypatch.setattr(coverage, "planned", planned)
    head, _, row = map(cells_of, coverage.coverage_table([tiny_contest]).split("\n"))
    found = dict(zip(head, row, strict=True))
    assert found["han"] == "50.0 % (0.970)" and found["plain"] == "0.0 %"
    assert found["points won over baseline"] == "+30.0"
    assert found["points won over baseline with vectors"] == "+50.0"


def test_a_baseline_that_reads_vectors_is_needed():
    assert comparison.with_vectors(["fasttext", "flat"]) == ["flat with vectors"]
    with pytest.raises(InputError, match="Add flat or per_parent"):
        comparison.with_vectors(["fasttext"])


# All of it


def write_vectors(folder):
    """A file of vectors, one of them of a text; the setting that names it."""
    file = folder / "vectors.csv"
    file.write_text("text,v_0,v_1\npan blanco de caja test 1,1,0\n", encoding="utf-8")
    return f"pretrained.encoder={file}"


def results_of(name):
    file = Path("runs/accuracy/tiny") / f"{name}-1" / "metrics.json"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_benchmark_of_a_tiny_set(tmp_path, monkeypatch, capsys):
    make_set(tmp_path)
    monkeypatch.chdir(tmp_path)
    limits = {"language": "spanish", "words": 5, "sentences": 1, "epochs": 2}
    monkeypatch.setitem(sets.SETTINGS, "tiny", limits)
    vectors = write_vectors(tmp_path)
    flat, distilled = "flat with vectors", ("pretrained.mode=distill", vectors)
    own = (*comparison.BASELINES["flat"], "model.C=1", vectors)
    monkeypatch.setitem(comparison.VECTORS, flat, own)
    monkeypatch.setitem(comparison.NETWORKS, "distilled", distilled)
    monkeypatch.setitem(comparison.NETWORKS, "han", (vectors,))
    script = load_script("benchmark_accuracy")
    words = [
        "tiny",
        "none",
        "--seeds",
        "1",
        "--baselines",
        "flat",
        "--stress",
        "--recipe",
        "--coverage",
    ]
    monkeypatch.setattr(sys, "argv", ["benchmark_accuracy.py", *words, "-o", "t.md"])
    assert script.main() == 0
    printed = capsys.readouterr()
    assert printed.err.count("== ") == 6 and "Skipped" in printed.err
    text = Path("t.md").read_text("utf-8").strip()
    table, points, covered, stress, conditions = text.split("\n\n")
    assert table in printed.out and conditions.endswith("seeds [1]")
    cells = cells_of(table.split("\n")[2])
    runs = ["recipe", "flat", "flat_with_vectors", *comparison.NETWORKS]
    tests = [results_of(name)["test"] for name in runs]
    both = [(test["leaf_accuracy"], test["hierarchical"]["f1"]) for test in tests]
    assert cells[:8] == ["tiny", "12", *(f"{a:.3f} / {b:.3f}" for a, b in both)]
    rows = [cells_of(line) for line in points.split("\n")[2:]]
    assert [row[1] for row in rows] == ["flat", flat, *comparison.NETWORKS]
    for row, (leaf, path) in zip(rows, both[1:], strict=True):
        assert row[2].startswith(f"{leaf:.3f} [") and row[3].startswith(f"{path:.3f} [")
    assert all(row[-1].count("%") == 2 for row in rows[2:])
    assert len(cells_of(covered.split("\n")[2])) == 1 + 5 + 2
    assert len(stress.split("\n")) == 2 + len(STRESSES)
    monkeypatch.setattr(subprocess, "run", lambda *_: pytest.fail("trained again"))
    comparison.networks(sets.LabelledSet(tmp_path / "tiny"), [1])
    decisions = load_script("benchmark_decisions")
    words = ["tiny", "--full", "0.5", "--confidence", "0.6", "--baselines", "flat"]
    monkeypatch.setattr(sys, "argv", ["benchmark_decisions.py", *words])
    assert decisions.main() == 0
    rows = capsys.readouterr().out.strip().split("\n")
    assert [row.split("|")[2].strip() for row in rows[2:]] == ["flat", "han"]
    for row in rows[2:]:
        shares = [float(cell.strip(" %")) for cell in row.split("|")[4:7]]
        assert sum(shares) == pytest.approx(100, abs=0.2)


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_refit_of_a_tiny_set(tmp_path, monkeypatch):
    data = make_set(tmp_path)
    monkeypatch.chdir(tmp_path)
    limits = {"language": "spanish", "words": 5, "sentences": 1, "epochs": 2}
    monkeypatch.setitem(sets.SETTINGS, "tiny", limits)
    monkeypatch.setitem(
        comparison.BASELINES, "flat", (*comparison.BASELINES["flat"], "model.C=1")
    )
    cells = cells_of(refits.refit_table([data], [1], ["flat"]).split("\n")[2])
    again = results_of("han_refit")
    assert list(again) == ["test", "time"]
    assert cells[3].startswith(f"{again['test']['leaf_accuracy']:.3f} [")
    assert len(cells) == 11 and Path("runs/accuracy/tiny/flat_refit-1").is_dir()
