"""Experiment files that are built, or have grown, to bring a reader down."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

import pytest

from han.config import Config, read_config
from han.config.run_names import stays_inside
from han.errors import InputError

HEAD = "data: {train: a.csv, fields: {text: {}}, label_columns: [code]}\n"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{below}: &{below} [{', '.join([f'*{above}'] * 10)}]\n"
    for above, below in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}model: &m {{kind: *m}}", r"line 2: `model\.kind` grows without end"),
        (f"{HEAD}model: &m [*m]", "line 2: `model` grows without end"),
        (HEAD + LAUGHS, r"`\w` grows without end by aliases"),
        ("[" * 3000, "without end. Expected 40 levels"),
        ("{a: " * 50 + "1" + "}" * 50, "more than 40 levels"),
        ("#" * 5_000_000, "more than 4,194,304 bytes"),
        (f"{HEAD}seed: {2**70}", "`seed` must be at most 4294967295"),
        (f"{HEAD}seed: {'9' * 5000}", r"`seed` must be a whole .*'9{60}\.\.\.'\.$"),
        (f"{HEAD}training: {{epochs: {10**18}}}", r"training\.epochs` must be at most"),
        (f"{HEAD}training: {{epochs: {2**31}}}", "must be at most 2147483647"),
        (f"{HEAD}taxonomy: {{digits: [2, {2**70}]}}", r"digits` must be at most"),
        (f"{HEAD}training: {{learning_rate: 1e39}}", "rate` must be at most 3e"),
        (f"{HEAD}training: {{warm_up_epochs: inf}}", "epochs` must be a number"),
        (f"{HEAD}training: {{loss_q: nan}}", "`training.loss_q` must be a number"),
        (
            f'{HEAD}logging: {{run_folder: "a\\0b"}}',
            "folder` holds the character NUL",
        ),
        (f"{HEAD}logging: {{run_folder: ~/runs/a}}", "write the whole path"),
        (f"{HEAD}name: ../../etc", "stays in the folder runs"),
    ],
)
def test_it_is_refused_in_one_line(tmp_path, text, said):
    file = tmp_path / "experiment.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=said) as raised:
        read_config(file)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 600


def numeric_keys(kind: type, above: str = "") -> list[str]:
    """All keys that take a number, from the declarations."""
    found, types = [], get_type_hints(kind)
    for option in fields(kind):
        if is_dataclass(types[option.name]):
            found += numeric_keys(types[option.name], f"{above}{option.name}.")
        elif option.type in {"int", "float", "int | None", "float | None"}:
            found.append(f"{above}{option.name}")
    return found


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", ".nan", ".inf", "1e400"])
def test_no_number_is_beyond_numbers(tmp_path, number):
    file = tmp_path / "experiment.yaml"
    file.write_text(HEAD)
    keys = numeric_keys(Config)
    assert {"seed", "training.learning_rate", "data.split.test"} <= set(keys)
    for key in keys:
        with pytest.raises(InputError, match=f"`{key}` must be"):
            read_config(file, [f"{key}={number}"])


def test_aliases_that_say_something_once_stay(tmp_path):
    file = tmp_path / "experiment.yaml"
    file.write_text(f"{HEAD}name: &n spring\nlogging: {{run_folder: *n}}\n")
    config = read_config(file)
    assert (config.name, config.run_folder) == ("spring", Path("spring"))


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("occupations-2026", True),
        ("Encuesta de ocupación, ola 2", True),
        ("2026/wave 2", True),
        ("a..b", True),
        ("", False),
        (".", False),
        ("..", False),
        ("../runs2", False),
        ("a/../../b", False),
        ("a\\..\\..\\b", False),
        ("/tmp/a", False),
        ("C:a", False),
        ("\\\\server\\share", False),
        ("nul", False),
        ("a/COM1.txt", False),
        ("a\nb", False),
        ("a\x1b[2J", False),
        ("ñ" * 101, False),
    ],
)
def test_the_name_of_an_experiment_stays_in_its_folder(name, inside):
    assert stays_inside(name) is inside
