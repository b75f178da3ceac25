"""Few periods: the report says how rows fell, and a role without any is refused."""

import numpy as np
import pytest
from support.experiments import write_experiment

from han import train
from han.errors import InputError
from han.experiment.time_periods import check_periods, period_lines


def roles(*names):
    return np.array(names, dtype=object)


def test_rows_of_each_period_by_role():
    years = ["2021", "2020", "2021", "", "2022", "2023", "2023"]
    given = roles("train", "train", "train", "train", "validation", "test", "test")
    assert period_lines(years, given, "year", "a.csv") == [
        "Periods of year, oldest first",
        "  2020: 1 train",
        "  2021: 2 train",
        "  2022: 1 validation",
        "  2023: 2 test",
        "  rows without a period: 1 train",
    ]
    assert period_lines(years, given, "year", "a.csv", "es")[1] == (
        "  2020: 1 de entrenamiento"
    )


def test_of_many_periods_the_ends_of_each_role():
    days = [f"2024-01-{day:02d}" for day in range(1, 31)]
    given = roles(*["train"] * 20, *["validation"] * 5, *["test"] * 5)
    assert period_lines(days, given, "day", "a.csv")[1:] == [
        "  20 train: from 2024-01-01 to 2024-01-20",
        "  5 validation: from 2024-01-21 to 2024-01-25",
        "  5 test: from 2024-01-26 to 2024-01-30",
    ]


@pytest.mark.parametrize(
    "given, shares, empty",
    [
        (("train", "test"), {"validation": 0.1, "test": 0.1}, "validation"),
        (("test", "test"), {"test": 0.1}, "train"),
        (
            ("validation", "test"),
            {"validation": 0.1, "calibration": 0.1, "test": 0.1},
            "train, calibration",
        ),
    ],
)
def test_a_role_without_a_period_is_refused(given, shares, empty):
    with pytest.raises(InputError, match=f"nothing is left for {empty}. Name a column"):
        check_periods(["2020", "2021"], roles(*given), shares, "a.csv")


def test_roles_without_a_share_need_no_period():
    check_periods(["2020", "2021"], roles("train", "test"), {"test": 0.1}, "a.csv")


def test_check_says_it(tmp_path, capsys):
    experiment = write_experiment(tmp_path)
    data = tmp_path / "data.csv"
    head, *lines = data.read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{2019 + i % 4}" for i, line in enumerate(lines)]
    data.write_text("\n".join([f"{head},year", *rows]) + "\n", encoding="utf-8")
    split = "data.split={time_column: year, validation: 0.1, calibration: 0.1}"
    given = [str(experiment), "--check", "--lang", "en"]
    assert train.main([*given, split]) == 0
    assert "Periods of year, oldest first\n  2019: " in capsys.readouterr().out
    rows = [f"{line},{2019 + i % 3}" for i, line in enumerate(lines)]
    data.write_text("\n".join([f"{head},year", *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"has 3 different times.*left for train"):
        train.main([*given, split])
