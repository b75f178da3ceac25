"""Plans from other calibration records: their units, their weights, partial truth."""

import pandas as pd
import pytest
from support.planned_runs import planned
from support.repeated_runs import repeated_texts, train_repeated

from han import plan
from han.errors import InputError

TARGET = "--target", "leaf=0.85"


@pytest.fixture
def run(repeated_run):
    return repeated_run


@pytest.fixture
def new(run):
    return run.parent / "new.csv"


@pytest.fixture
def other(run):
    """Labelled records that the run has not seen; a firm has three of them."""
    return changed(repeated_texts(7), run.parent / "other.csv")


def changed(table, file, drop=(), **columns):
    """A file of a table with other columns."""
    table.drop(columns=list(drop)).assign(**columns).to_csv(file, index=False)
    return file


def test_equal_texts_of_a_file_are_units(run, new, other, capsys):
    found = planned(run, str(new), *TARGET, "--calibration", str(other))
    [population] = found["populations"]
    assert population["unit"] == "text" and population["seen"] == 0
    assert 300 < population["units"] < population["records"] / 2
    assert found["frequent"]["records"] > 0 == found["frequent"]["promised_units"]
    assert f"like those of {other}: " in capsys.readouterr().out


def test_a_file_with_seen_texts_promises_a_mixture(run, new, other, capsys):
    some = pd.concat([repeated_texts(1), repeated_texts(7)])
    both = changed(some.sample(1500, random_state=1), other)
    found = planned(run, str(new), *TARGET, "--calibration", str(both))
    assert 0.1 < found["populations"][0]["seen"] < 0.5
    assert not found["frequent"]["excuses_seen"]  # these count, too
    said = capsys.readouterr().out
    assert "the promise is about records mixed as those were" in said
    assert "nothing is promised" not in said


def test_a_column_is_the_unit(run, new, other, capsys):
    given = "--calibration", str(other), "--cluster", "firm"
    found = planned(run, str(new), *TARGET, *given)
    [population] = found["populations"]
    assert population["unit"] == "firm"
    assert population["records"] <= 3 * population["units"]
    assert found["frequent"]["tested_rows"] == 3 and not found["frequent"]["units"]
    assert " values of firm tested it" in capsys.readouterr().out
    few = changed(pd.read_csv(new).head(60), run.parent / "few.csv")
    assert planned(run, str(few), *TARGET, *given)["frequent"]["units"] == 0


def test_larger_units_than_were_tested_are_left_to_a_person(run, new, other, capsys):
    table = pd.read_csv(new)
    firms = table["firm"].mask(table.index < 20, "large")
    given = "--calibration", str(other), "--cluster", "firm"
    file = str(changed(table, new, firm=firms))
    found = planned(run, file, *TARGET, *given)
    frequent = found["frequent"]
    assert (frequent["units"], frequent["records"]) == (1, 20)
    assert found["manual_records"] >= 20
    assert found["decisions"] == found["manual_records"]  # their texts are not equal
    assert "1 value of firm has 4 records or more here" in capsys.readouterr().out
    budget = planned(run, file, "--budget", "60", *given)
    assert 57 < budget["decisions"] <= 60


def test_records_that_do_not_say_their_unit(run, new, other, capsys):
    table = changed(pd.read_csv(new), new, drop=["firm"])
    given = "--calibration", str(other), "--cluster", "firm"
    found = planned(run, str(table), *TARGET, *given)
    assert found["frequent"]["most_rows"] is None
    assert "none of them has more than 3 records" in capsys.readouterr().out


def test_records_drawn_one_by_one(run, new, other, capsys):
    given = "--calibration", str(other), "--cluster", "none"
    found = planned(run, str(new), *TARGET, *given)
    assert found["decisions"] == found["manual_records"]
    assert found["frequent"]["unit"] is None
    assert "drawn one by one, tested it" in capsys.readouterr().out


def test_mistakes_about_units_are_one_clear_line(run, new, other):
    lacks = str(changed(repeated_texts(7), other, drop=["firm"]))
    file = "--calibration", lacks
    cases = [
        ([*file, "--cluster", "firm"], r"no column 'firm' \(`--cluster`\)"),
        ([*file, "--cluster", " "], "--cluster is blank"),
        (["--cluster", "firm"], "were set aside by text"),
        (["--cluster", "none"], "were set aside by text"),
    ]
    for given, message in cases:
        with pytest.raises(InputError, match=message):
            plan.main([str(run), str(new), *TARGET, *given])


# Weights


def test_ordinary_weights_are_promised(run, new, capsys):
    found = planned(run, str(new), *TARGET, "--weighted")
    assert found["weights_up_to"] == 3
    assert found["routes"]["auto"]["weighted_share"] > 0.3
    assert found["populations"][0]["is_weighted"]
    said = capsys.readouterr().out
    assert "Records count by their weights." in said
    assert "weighted by survey weights" not in said


def test_weights_of_the_records_are_not_known(run, new, capsys):
    file = changed(pd.read_csv(new), new, drop=["weight"])
    planned(run, str(file), *TARGET, "--weighted")
    assert "none of them weighs more than 3, the largest" in capsys.readouterr().out


@pytest.mark.parametrize("goal", [TARGET, ("--budget", "400")])
def test_a_few_weights_that_carry_all_promise_nothing(run, new, capsys, goal):
    table = pd.read_csv(new)
    file = changed(table, new, weight=table["weight"].mask(table.index < 5, 5000))
    found = planned(run, str(file), *goal, "--weighted")
    said = capsys.readouterr().out
    if goal == TARGET:
        assert found["routes"]["auto"]["records"] == 0
        assert found["frequent"]["promised_units"] == 0
        [refusal] = found["refusals"]
        assert refusal["largest"] > 1000 and refusal.get("reachable") is None
        assert "average records, and could be all wrong" in said
    else:
        assert found["levels"][-1]["at_least"] < 0.1


def test_weights_of_a_band_are_said_with_it(run, new, other, capsys):
    """Texts that stand once have light weights; a few others carry all."""
    table = repeated_texts(7)
    often = table["text"].map(table["text"].value_counts()) == 3
    heavy = table["weight"].mask(often & (often.cumsum() < 5), 5000)
    file = str(changed(table, other, weight=heavy))
    found = planned(run, str(new), *TARGET, "--weighted", "--calibration", file)
    assert found["routes"]["auto"]["records"] > 0
    [refusal] = found["refusals"]
    assert refusal["repeats"][:2] == [2, 3] and "reachable" not in refusal
    said = capsys.readouterr().out
    assert "of texts that stand 2 to 3 times in" in said
    assert "None of them is coded at that level" in said


def test_a_run_without_weights_promises_none(tmp_path):
    run = train_repeated(tmp_path, "data.weight_column=null", "model.kind=majority")
    with pytest.raises(InputError, match="--weighted: the experiment names no column"):
        plan.main([str(run), *TARGET, "--weighted"])


# Partial truth


def test_the_share_that_can_be_judged_is_said_at_each_level(run, new, other, capsys):
    def without_every_third(table):
        return table["level_2"].astype(str).mask(table.index % 3 == 0, "")

    table, tested = pd.read_csv(new, dtype=str), repeated_texts(7)
    changed(table, new, level_2=without_every_third(table))
    changed(tested, other, level_2=without_every_third(tested))
    goals = "--target", "1=0.85", "--target", "leaf=0.8"
    found = planned(run, str(new), *goals, "--calibration", str(other))
    upper, leaf = found["levels"]
    assert upper["data"]["judged"] == upper["calibration"]["judged"] == 1
    for part in (leaf["data"], leaf["calibration"]):
        assert part["judged"] == pytest.approx(2 / 3, abs=0.05)
    header, _, *rows = capsys.readouterr().out.split("How well")[1].split("\n")[2:6]
    place = [cell.strip() for cell in header.split("|")].index("can be judged")
    cells = [row.split("|")[place].strip() for row in rows]
    assert cells == ["100.0%", f"{leaf['data']['judged']:.1%}"]
