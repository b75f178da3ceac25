"""Keys of sets of codes that cannot stand together."""

import pytest

from han.config import read_config
from han.errors import InputError

ONE = "label_columns: [a], key_columns: [id]"
SETS = "model: {head: multi_path}\n"


def read(folder, data, more=""):
    file = folder / "experiment.yaml"
    data = f"data: {{train: x.csv, fields: {{text: {{}}}}, {data}}}\n"
    file.write_text(data + more, encoding="utf-8")
    return read_config(file)


@pytest.mark.parametrize(
    ("data", "more", "message"),
    [
        (f"{ONE}, more_codes: [[b]]", "", "`data.more_codes`: a record has several"),
        (f"{ONE}, codes_file: c.csv", "", "`data.codes_file`: a record has several"),
        (f'{ONE}, more_codes: [[b]], label_sets: "|"', SETS, "give one of them"),
        (f"{ONE}, more_codes: [[b, c]]", SETS, "as many columns as"),
        (f"{ONE}, more_codes: [[b], [b]]", SETS, "names a column twice"),
        (f"{ONE}, more_codes: [[a]]", SETS, "names a column twice"),
        ("label_columns: [a], codes_file: c.csv", SETS, "whose code a row is"),
        (f"{ONE}, other_coders: [[b]]", SETS, "several opinions on one code"),
        (
            ONE,
            "model: {head: multi_path, kind: majority}\n",
            "is for `model.kind: han`",
        ),
        (
            ONE,
            "model: {head: multi_path, kind: tfidf_linear, scope: per_level}\n",
            "one code on each level",
        ),
        (f'{ONE}, label_sets: "."', SETS, "may stand in a number"),
        (f'{ONE}, label_sets: "e-"', SETS, "may stand in a number"),
        (ONE, SETS + "training: {class_weights: sqrt}\n", "weighs a record by its one"),
        (ONE, SETS + "training: {sampling: class}\n", "weighs a record by its one"),
        (ONE, SETS + "logging: {projector: true}\n", "shows one code of each record"),
    ],
)
def test_what_cannot_be_is_said(tmp_path, data, more, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, data, more)


@pytest.mark.parametrize(
    "data",
    [
        ONE,
        f'{ONE}, label_sets: "|"',
        f"{ONE}, more_codes: [[b]]",
        f"{ONE}, codes_file: c.csv",
    ],
)
def test_each_way_to_write_sets_can_be(tmp_path, data):
    assert read(tmp_path, data, SETS).model.gives_sets
