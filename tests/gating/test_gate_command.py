"""`han.gate` on two small runs: what it says, writes, and its exit code."""

import json

import numpy as np
import pandas as pd
import pytest
from support.experiments import ROWS

import han
from han import gate, plan, train
from han.errors import InputError

EXPERIMENT = """
data:
  train: {file}
  fields: {{text: {{}}}}
  label_columns: [level_1, level_2]
  split: {{validation: 0.1, calibration: 0.3, test: 0.1}}
model: {{kind: tfidf_linear, C: 1}}
logging: {{run_folder: {run}}}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Two runs that code three texts differently, and records to hold them against."""
    folder = tmp_path_factory.mktemp("gate")
    for name, moved in (("old", False), ("new", True)):
        lines = ["text,level_1,level_2"]
        for number in range(600):
            text, one, two = ROWS[number % len(ROWS)]
            if moved and text == ROWS[0][0]:
                one, two = ROWS[-1][1:]
            lines.append(f"{text} n{number},{one},{two}")
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        file = folder / f"{name}.yaml"
        file.write_text(
            EXPERIMENT.format(file=folder / f"{name}.csv", run=folder / name)
        )
        assert train.main([str(file)]) == 0
    assert plan.main([str(folder / "old"), "--target", "leaf=0.8", "--apply"]) == 0
    rows = [
        f"{k:03d},{ROWS[k % len(ROWS)][0]} x{k},{1 + k % 3},h{k // 2}"
        for k in range(240)
    ]
    (folder / "wave.csv").write_text("id,text,w,home\n" + "\n".join(rows) + "\n")
    return folder


def asked(office, *more):
    given = [str(office / "old"), str(office / "new"), "--on", str(office / "wave.csv")]
    return gate.main([*given, "--lang", "en", *more])


def test_what_would_change_is_what_predictions_say(office, tmp_path, capsys):
    weight = ["--weight", "w", "--unit", "home", "--key", "id"]
    protected = ["--protected", ROWS[0][2]]
    code = asked(office, *weight, *protected, "-o", str(tmp_path / "out"))
    said = capsys.readouterr().out
    assert code == gate.BROKEN and "does not pass" in said and "broken" in said
    table = pd.read_csv(office / "wave.csv", dtype=str)
    codes = [
        han.load(office / name).decode(han.load(office / name).encode(table[["text"]]))
        for name in ("old", "new")
    ]
    tree = han.load(office / "old").taxonomy
    old, new = ([tree.code_path(n)[-1] for n in one.top_nodes[:, 0]] for one in codes)
    weights = table["w"].astype(float)
    totals = pd.read_csv(tmp_path / "out" / "totals.csv", dtype={"code": str})
    leaves = totals[totals["level"] == 2].set_index("code")
    for name, given in (("old", old), ("new", new)):
        expected = weights.groupby(np.array(given)).sum()
        for leaf, total in expected.items():
            assert leaves[name][leaf] == pytest.approx(total)
    changed = pd.read_csv(tmp_path / "out" / "changed.csv", dtype=str)
    rows = [k for k, pair in enumerate(zip(old, new, strict=True)) if len({*pair}) > 1]
    assert changed["id"].tolist() == table["id"][rows].tolist() and rows
    assert changed["new_code"].tolist() == [new[k] for k in rows]
    found = json.loads((tmp_path / "out" / "gate.json").read_text())
    assert not found["passed"] and len(found["rules"]) == 4
    share = weights[rows].sum() / weights.sum()
    assert found["rules"][0]["value"] == pytest.approx(share)
    assert not any("x1" in p.read_text() for p in (tmp_path / "out").iterdir())


def test_a_run_passes_its_own_gate_and_wide_limits_pass(office, capsys):
    own = [str(office / "old"), str(office / "old"), "--on", str(office / "wave.csv")]
    assert gate.main([*own, "--lang", "es"]) == 0
    assert "La corrida nueva pasa." in capsys.readouterr().out
    assert asked(office, "--most-changed", "1", "--most-points", "100") == 0


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["--protected", "99"], "'99' is not in the code list"),
        (["--most-points", "-1"], "expected 0 or more"),
        (["--weight", "nothing"], "nothing"),
        (["--unit", "nothing"], "nothing"),
    ],
)
def test_mistakes_are_said(office, more, expected):
    with pytest.raises(InputError, match=expected):
        asked(office, *more)


def test_other_code_lists_are_refused(office, tmp_path):
    lines = ["text,level_1,level_2", *(f"pan n{k},3,3{k % 2}" for k in range(200))]
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n")
    run, file = tmp_path / "run", tmp_path / "other.yaml"
    file.write_text(EXPERIMENT.format(file=tmp_path / "data.csv", run=run))
    assert train.main([str(file)]) == 0
    given = [str(office / "old"), str(run), "--on", str(office / "wave.csv")]
    with pytest.raises(InputError, match=r"its code list is not that of"):
        gate.main(given)
