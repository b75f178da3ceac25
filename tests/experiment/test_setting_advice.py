"""Advice is short, names a key with its value, and is silent where all is well."""

from types import SimpleNamespace

import pytest
from support.experiments import write_experiment

from han.config import read_config
from han.data.quality_report import LevelReport
from han.experiment.setting_advice import advice_lines


def report(rows=1000, cut=0, half=9):
    return SimpleNamespace(
        rows=rows,
        cut_rows=list(range(cut)),
        word_quantiles={"50%": half},
    )


def level(few=0, seen=20):
    return LevelReport(1, seen, [str(i) for i in range(few)], [])


def advice(tmp_path, report, level, *settings, units=90, language="en"):
    (tmp_path / "codes.csv").write_text("code,parent,title\n", encoding="utf-8")
    given = [f"taxonomy.file={tmp_path}/codes.csv", *settings]
    config = read_config(write_experiment(tmp_path), given)
    return advice_lines(config, [report], [level], units, language)


def test_where_all_is_well_nothing_is_said(tmp_path):
    assert advice(tmp_path, report(), level()) == []


@pytest.mark.parametrize(
    "report, level, settings, setting",
    [
        (report(), level(), ("taxonomy.file=null",), "taxonomy.file: FILE"),
        (report(cut=51), level(), (), "data.fields.text.max_words: 80"),
        (report(half=3), level(), (), "text.word_form: stem"),
        (report(), level(few=11), (), "training.sampling: sqrt"),
    ],
)
def test_each_advice_names_a_key_and_its_value(
    tmp_path, report, level, settings, setting
):
    settings = ("data.fields={text: {}}", *settings)
    head, line = advice(tmp_path, report, level, *settings)
    assert head == "Worth trying" and line.startswith(f"  {setting}: ")
    read_config(write_experiment(tmp_path), [setting.replace(": ", "=")])


def test_calibration_records_count_by_units(tmp_path):
    """A thousand records of a few texts are too few for a promise."""
    _, line = advice(tmp_path, report(), level(), units=89)
    assert line.startswith("  data.split.calibration: 0.2: 89 calibration records are")


def test_three_pieces_at_most(tmp_path):
    found = report(cut=500, half=2), level(few=20)
    lines = advice(tmp_path, *found, "taxonomy.file=null", units=0, language="es")
    assert len(lines) == 4 and lines[0] == "Vale la pena probar"


def test_what_is_set_is_not_advised(tmp_path):
    chosen = "text.word_form=stem", "training.class_weights=sqrt"
    assert advice(tmp_path, report(half=2), level(few=20), *chosen) == []
    assert advice(tmp_path, report(half=2), level(), "text.language=english") == []
