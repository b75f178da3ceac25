"""Figures that advice quotes are those of the docs, and commands that it names run."""

import shlex

import pytest
from support.scripts import load_script

from accuracy.ablation import VARIANTS
from han.errors import InputError
from han.experiment import measured_effects as effects
from han.experiment import setting_advice as advice

script = load_script("copy_measurements")
parser = load_script("benchmark_accuracy").parser()
DEMO = effects.shape_of("demo")


def flat(found, place=""):
    if not isinstance(found, dict):
        return {place: found}
    parts = (flat(value, f"{place}/{name}") for name, value in found.items())
    return {name: value for part in parts for name, value in part.items()}


def test_every_figure_is_that_of_the_docs():
    quoted, docs = flat(effects.measurements()), flat(script.measurements())
    differ = {
        name: f"quoted {quoted.get(name)}, docs {docs.get(name)}"
        for name in quoted.keys() | docs.keys()
        if quoted.get(name) != docs.get(name)
    }
    assert not differ, "run python scripts/copy_measurements.py"


def test_the_script_writes_what_is_in_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr(script, "FILE", tmp_path / "measurements.json")
    assert script.main() == 0
    assert script.FILE.read_bytes() == effects.FILE.read_bytes()


def test_a_table_that_is_gone_is_said():
    with pytest.raises(InputError, match=r"accuracy\.md: no table has the columns set"):
        script.tables("benchmarks/accuracy.md", "set", "luck")


def test_rows_that_advice_names_are_ingredients_of_the_benchmark():
    rows = {*advice.FOR_RARE_CODES, *advice.FOR_NOISY_CODES, "stems", "without titles"}
    known = effects.measurements()
    assert rows <= known["ablation"].keys() | known["earlier_ablation"].keys()
    assert rows | {advice.NOTES, advice.PRETRAINED} <= VARIANTS.keys()


@pytest.mark.parametrize("settings", [advice.FOR_RARE_CODES, advice.FOR_NOISY_CODES])
def test_what_is_advised_is_what_was_measured(settings):
    advised = {row: (one.replace(": ", "="),) for row, one in settings.items()}
    assert advised == {row: VARIANTS[row] for row in settings}


@pytest.mark.parametrize("row", ["stems", "label smoothing"])
def test_the_command_of_an_effect_measures_it(row):
    found = effects.ablation_effect(row, ["esco_es"])
    given = parser.parse_args(shlex.split(found.command)[2:])
    assert given.ablation == [row] and [str(one) for one in given.sets] == [
        "FOLDER/esco_es"
    ]
    for one in (effects.refit_effect(["demo"]), effects.half_effect(["demo"])):
        given = parser.parse_args(shlex.split(one.command)[2:])
        assert [str(place) for place in given.sets] == ["experiments/demo.yaml"]


def test_what_is_lost_without_something_is_what_it_brings(monkeypatch):
    cells = {"without x": {"a": "-1.8 [-2.8, -0.8]"}, "x": {"b": "+0.4"}}
    dates = {"ablation": "2026-11-22", "earlier_ablation": "2026-11-21"}
    old = {"x": {"b": "-2.0"}, "z": {"b": "+1.0"}}
    known = {"ablation": cells, "earlier_ablation": old, "measured": dates}
    monkeypatch.setattr(effects, "measurements", lambda: known)
    lost = effects.ablation_effect("without x", ["b", "a"])
    assert (lost.set_name, lost.points, lost.interval) == ("a", 1.8, (0.8, 2.8))
    found = effects.ablation_effect("x", ["b", "a"])
    assert (found.points, found.interval, found.is_sure) == (0.4, None, True)
    earlier = effects.ablation_effect("x", ["b"], with_vectors=False)
    assert (earlier.points, earlier.date) == (-2.0, "2026-11-21")
    assert effects.ablation_effect("z", ["b"]).date == "2026-11-21"
    assert effects.ablation_effect("x", ["a"]) is None
    assert effects.ablation_effect("y", ["a", "b"]) is None


def test_likeness_counts_rows_of_a_code_words_and_language():
    """Not rows and codes by themselves."""
    twin = effects.Shape("spanish", 10 * DEMO.rows, 10 * DEMO.codes, DEMO.words)
    assert effects.by_likeness(twin)[0] == "demo" and twin.distance(DEMO) == 0
    posts = effects.Shape("german", 50_000, 60, 120)
    assert effects.by_likeness(posts)[0] == "ng20_en"
    nothing = effects.Shape("german", 0, 0, 0)
    assert nothing.distance(DEMO) > 3 and len(effects.by_likeness(nothing)) == 8


def test_time_grows_with_rows_epochs_and_words_and_falls_with_cores():
    def seconds(rows=DEMO.rows, words=DEMO.words, epochs=10, cores=2):
        shape = effects.Shape("spanish", rows, 1, words)
        return effects.training_seconds(shape, epochs, cores)

    speed = effects.measurements()["speed"]
    assert seconds() == pytest.approx(speed["demo_seconds"])
    assert seconds(rows=2 * DEMO.rows) == pytest.approx(2 * seconds())
    assert seconds(epochs=20) == pytest.approx(2 * seconds())
    (few, fast), (many, slow) = speed["short"], speed["long"]
    assert seconds(words=many) / seconds(words=few) == pytest.approx(fast / slow)
    one, two = speed["threads"]
    assert seconds(cores=1) / seconds() == pytest.approx(two / one)
    assert seconds(cores=8) < seconds(cores=4) < seconds()
