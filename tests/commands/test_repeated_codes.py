"""A code that stands under two parents keeps its identity in every output."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

import han
from han import compare, evaluate, explain, plan, predict, train
from han.errors import InputError
from han.evaluation.coded_run import coded_run
from han.evaluation.explained_run import explained_run
from han.reports.error_tables import branch_table, pair_table, record_table

ROWS = [
    ("pan de trigo", "1", "9"),
    ("queso de vaca", "1", "8"),
    ("martillo de goma", "2", "9"),
    ("clavo de acero", "2", "7"),
]
PATHS = {"1 > 9", "2 > 9"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run over a list with 9 under both 1 and 2, and records without codes."""
    folder = tmp_path_factory.mktemp("repeated")
    rng = np.random.default_rng(0)
    lines = ["id,text,level_1,level_2"]
    for i in range(800):
        text, *_ = ROWS[rng.integers(4)]
        # A few are coded wrongly, so that there are errors to name.
        _, *codes = ROWS[rng.integers(4)] if rng.random() < 0.1 else ROWS_BY[text]
        lines.append(f"{i},{text} n{i},{','.join(codes)}")
    (folder / "data.csv").write_text("\n".join(lines) + "\n")
    (folder / "new.csv").write_text(
        "id,text\n0,\n1,pan de trigo\n2,martillo de goma\n3,queso de vaca\n"
    )
    (folder / "experiment.yaml").write_text(
        f"""
data:
  train: {folder}/data.csv
  fields: {{text: {{}}}}
  label_columns: [level_1, level_2]
  key_columns: [id]
  split: {{validation: 0.1, calibration: 0.4, test: 0.2}}
model: {{kind: tfidf_linear, C: 1}}
logging: {{run_folder: {folder}/run}}
"""
    )
    assert train.main([str(folder / "experiment.yaml")]) == 0
    return folder


ROWS_BY = {text: (text, *codes) for text, *codes in ROWS}


@pytest.fixture
def run(made, tmp_path):
    """A copy of the run, for what writes into it."""
    return shutil.copytree(made / "run", tmp_path / "run")


def test_a_prediction_has_paths(made, tmp_path, capsys):
    target = tmp_path / "coded.csv"
    arguments = [str(made / "run"), str(made / "new.csv")]
    assert predict.main([*arguments, "-o", str(target)]) == 0
    table = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert table.columns[:4].tolist() == ["id", "code", "code_path", "level"]
    assert table["code"].tolist() == ["", "9", "9", "8"]
    assert table["code_path"].tolist() == ["", "1 > 9", "2 > 9", "1 > 8"]
    assert table["top_1_code_path"].tolist() == table["code_path"].tolist()
    top = table.loc[1, [f"top_{k}_code_path" for k in range(1, 5)]]
    assert set(top) == {"1 > 9", "2 > 9", "1 > 8", "2 > 7"}
    capsys.readouterr()
    assert predict.main(arguments) == 0
    out = capsys.readouterr().out
    assert "top_2_code_path" in out and "2 > 9" in out


def test_from_python_it_is_the_same(made):
    classifier = han.load(made / "run")
    table = classifier.predict(["pan de trigo", ""])
    assert table.columns.tolist() == classifier.columns().names
    assert table["code_path"].tolist() == ["1 > 9", ""]
    assert table["level"].isna().tolist() == [False, True]


def test_a_plan_names_paths_in_groups_and_lists(run, made, tmp_path, capsys):
    arguments = ["--target", "leaf=0.6", "--by-group", "2", "--sets", "0.95"]
    assert plan.main([str(run), *arguments, "--apply", "--lang", "en"]) == 0
    thresholds = json.loads((run / "thresholds.json").read_text())["thresholds"]
    codes = {group["code"] for group in thresholds["groups"]}
    assert codes >= PATHS and "9" not in codes
    own = re.search("promise of their own: (.*)\\. All", capsys.readouterr().out)
    assert own and set(own[1].split(", ")) >= PATHS
    target = tmp_path / "coded.parquet"
    assert predict.main([str(run), str(made / "new.csv"), "-o", str(target)]) == 0
    table = pd.read_parquet(target)
    assert table["route"].tolist() == ["review", "auto", "auto", "auto"]
    assert table["code_path"].tolist() == ["", "1 > 9", "2 > 9", "1 > 8"]
    listed = set("|".join(table["set_codes"][1:]).split("|"))
    assert PATHS <= listed <= PATHS | {"1 > 8", "2 > 7"}
    assert not table["set_codes"][0]


def test_reports_and_tables_name_paths(run, capsys):
    assert evaluate.main([str(run)]) == 0
    page = (run / "report.html").read_text()
    named = set(re.findall(r'<span class="code">([^<]*)</span>', page))
    assert named >= {"1 &gt; 9", "2 &gt; 9"} and "9" not in named
    coded = coded_run(run)
    records = record_table(coded)
    shown = set(records["true_code"]) | set(records["given_code"])
    assert shown == {*PATHS, "8", "7"}
    assert set(branch_table(coded, level=2).index) == shown
    assert set(pair_table(coded)["true_code"]) <= shown


def test_compared_runs_name_the_path(made, run, tmp_path, capsys):
    runs = [str(made / "run"), str(run)]
    for ending in (".csv", ".json"):
        output = ["-o", str(tmp_path / f"found{ending}")]
        protected = ["--must-not-regress", "2 > 9,8"]
        assert compare.main([*runs, *protected, *output]) == 0
    assert "| 2 > 9 " in capsys.readouterr().out
    assert {"recall 2 > 9", "f1 8"} <= set(pd.read_csv(tmp_path / "found.csv")["score"])
    found = json.loads((tmp_path / "found.json").read_text())
    codes = [code["code"] for code in found["runs"][0]["must_not_regress"]]
    assert codes == [["2", "9"], ["1", "8"]]
    codes = tmp_path / "codes.txt"
    codes.write_text("2 > 9  # tools\n9\n")
    with pytest.raises(InputError, match="'1 > 9', '2 > 9'"):
        compare.main([*runs, "--must-not-regress", str(codes)])


def test_explanations_name_the_path(made, tmp_path):
    arguments = [str(made / "run"), str(made / "data.csv"), "--split", "test"]
    page, classes = tmp_path / "why.html", tmp_path / "classes.csv"
    assert explain.main([*arguments, "-o", str(page), "--classes", str(classes)]) == 0
    text = page.read_text()
    assert 'data-code="2 &gt; 9"' in text and 'data-code="9"' not in text
    assert set(pd.read_csv(classes, dtype=str)["code"]) >= PATHS
    explained = explained_run(made / "run", rows=40)
    table = explained.table()
    assert set(table["code"]) | set(table["true_code"]) == {*PATHS, "8", "7"}
    assert {found.code for found in explained.maps("deletion")} >= PATHS
