"""Ten and more mistakes of a user, each one clear line and exit code 2."""

import subprocess
import sys

import pytest
from support.experiments import write_experiment

import han
from han import train


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True
    )


def spoil(folder, old, new, encoding="utf-8"):
    file = folder / "data.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding=encoding)


def wrong_encoding(folder):
    spoil(folder, "pan dulce", "piña dulce", encoding="latin-1")


def missing_column(folder):
    spoil(folder, "level_2", "nivel_2")


def lost_zero(folder):
    (folder / "tree.csv").write_text("code,parent,title\n01,,A\n011,01,B\n")


def cycle(folder):
    (folder / "tree.csv").write_text("code,parent,title\n1,11,A\n11,1,B\n2,,C\n")


def empty_file(folder):
    (folder / "data.csv").write_text("")


def outside_the_tree(folder):
    (folder / "tree.csv").write_text(
        "code,parent,title\n1,,A\n11,1,B\n12,1,C\n2,,D\n21,2,E\n"
    )


def unknown_key(folder):
    file = folder / "experiment.yaml"
    file.write_text(file.read_text() + "trainings: {epochs: 3}\n")


def gap_in_path(folder):
    spoil(folder, "trigo uno,1,11", "trigo uno,,11")


def ragged_row(folder):
    spoil(folder, "trigo uno,1,11", "trigo uno,1,11,9,9")


def nothing_to_validate(folder):
    file = folder / "experiment.yaml"
    file.write_text(file.read_text().replace("validation: 0.2", "validation: 0.0"))


TREE = "{file: %s/tree.csv}"
MISTAKES = [
    (wrong_encoding, None, ["data.csv", "not utf-8", "data.encoding", "latin-1"]),
    (missing_column, None, ["data.csv", "'level_2'", "nivel_2"]),
    (lost_zero, TREE, ["data.csv", "row 1", "leading zeros", "'011'"]),
    (cycle, TREE, ["tree.csv", "cycle", "1 (row 1) -> 11 (row 2) -> 1"]),
    (empty_file, None, ["data.csv", "empty", "header"]),
    (outside_the_tree, TREE, ["data.csv", "not in the code list", "'2/22' (row 10"]),
    (unknown_key, None, ["experiment.yaml, line", "`trainings`", "`training`?"]),
    (gap_in_path, None, ["data.csv, rows 1", "above it is empty"]),
    (ragged_row, None, ["data.csv", "line 2", "double quotes"]),
    (nothing_to_validate, None, ["validation", "data.split"]),
]


@pytest.mark.parametrize(("mistake", "tree", "said"), MISTAKES)
def test_mistake_is_one_clear_line(tmp_path, mistake, tree, said):
    sections = {"taxonomy": tree % tmp_path} if tree else {}
    experiment = write_experiment(tmp_path, **sections)
    mistake(tmp_path)
    done = run("han.train", experiment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("han: ")
    assert "Traceback" not in done.stderr
    for words in said:
        assert words in done.stderr
    assert not (tmp_path / "run").exists()


def test_contradictory_texts_are_reported_by_row_and_not_by_word(tmp_path, capsys):
    experiment = write_experiment(tmp_path)
    with (tmp_path / "data.csv").open("a", encoding="utf-8") as stream:
        stream.write("x,Palabra Secreta,1,11\ny,palabra secreta.,2,22\n")
    assert train.main([str(experiment), "--check"]) == 0
    out = capsys.readouterr().out
    assert "coded in two ways: 1 texts in 2 rows (rows 73, 74)" in out
    assert "ecreta" not in out


def test_blank_row_and_endless_document_are_flagged(tmp_path, capsys):
    experiment = write_experiment(tmp_path, model="{kind: tfidf_svm}")
    with (tmp_path / "data.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"x,,1,11\ny,{'pan ' * 50_000},1,11\n")
    assert train.main([str(experiment)]) == 0
    out = capsys.readouterr().out
    assert "without any word: 1 (rows 73)" in out
    assert "max_sentences: 1 (rows 74)" in out
    table = han.load(tmp_path / "run").predict(["", "pan " * 50_000, "pan"])
    assert table["flag"].tolist() == ["blank", "cut", ""]
    assert table["code"].tolist() == ["", "11", "11"]


def test_no_respondents_word_in_an_error(tmp_path):
    experiment = write_experiment(tmp_path)
    spoil(tmp_path, "pan dulce de trigo uno,1,11", "SECRETO DE JUAN,9,99")
    (tmp_path / "tree.csv").write_text("code,parent,title\n1,,\n11,1,\n12,1,\n")
    done = run("han.train", experiment, f"taxonomy.file={tmp_path}/tree.csv")
    assert done.returncode == 2
    assert "SECRETO" not in done.stderr + done.stdout


def test_missing_tensorflow_is_one_sentence(tmp_path, monkeypatch):
    experiment = write_experiment(tmp_path)
    code = (
        "import sys; sys.modules['tensorflow'] = None\n"
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda n, *a: None if n == 'tensorflow' else find(n, *a)\n"
        "from han.cli import run_command; from han import train\n"
        f"run_command(lambda: train.main([r'{experiment}']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "'.[cpu]'" in done.stderr and "'.[gpu]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["han.train", "nowhere.yaml"], "no such experiment file"),
        (["han.predict", "nowhere", "--text", "x"], "not a trained run"),
        (["han.predict", "nowhere"], "Give INPUT or --text: there"),
        (["han.evaluate", "nowhere"], "not a trained run"),
    ],
)
def test_wrong_names_are_said(arguments, said):
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr
