"""What README says can be done, can be done."""

import importlib
import re
import shlex
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from support.experiments import ROOT

from han.config import ModelConfig, read_config

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.S)
KINDS = get_args(get_type_hints(ModelConfig)["kind"])
INLINE = re.findall(r"`(python -m han\.[^`]*)`", README.replace("\n", " "))


def commands():
    lines = [line for kind, text in BLOCKS if not kind for line in text.splitlines()]
    lines = [line.split("#")[0].strip() for line in lines] + INLINE
    # Capitals stand for something the reader puts in.
    return sorted({line for line in lines if line.startswith("python -m han.")})


@pytest.mark.parametrize("line", commands())
def test_command_is_accepted(line):
    _, _, module, *arguments = shlex.split(line)
    arguments = [word.strip("[]") for word in arguments]
    parser = importlib.import_module(module).parser()
    parser.parse_intermixed_args(arguments)
    for word in arguments:
        if word.startswith("experiments/"):
            assert (ROOT / word).is_file()


def test_overrides_shown_are_known(monkeypatch):
    monkeypatch.chdir(ROOT)
    settings = set(re.findall(r"\b((?:training|model|logging)\.\w+=[\w/]+)", README))
    assert len(settings) >= 3
    read_config(Path("experiments/demo.yaml"), sorted(settings))


def test_experiment_shown_is_valid(tmp_path):
    shown = [text for kind, text in BLOCKS if kind == "yaml"]
    assert shown
    for text in shown:
        file = tmp_path / "shown.yaml"
        file.write_text(text, encoding="utf-8")
        assert read_config(file).data.key_columns


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z-]+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def rows_of_keys():
    """Section and what is said of it, of each row about a whole section."""
    return re.findall(r"^\| `(\w+)` \| (.*) \|$", README, re.M)


def test_keys_of_the_table_exist():
    config = read_config(ROOT / "experiments" / "demo.yaml").to_dict()
    rows = rows_of_keys()
    assert {"text", "embeddings", "model", "training", "logging"} <= set(dict(rows))
    for section, row in rows:
        if section == "taxonomy":
            continue
        named = set(re.findall(r"`(\w+)(?::[^`]*)?`", row))
        named -= {"no", "sin", "code", "label_columns", *KINDS}
        named = {name for name in named if not name.startswith("vec")}
        assert named <= set(config[section]), (section, named)


def test_every_key_of_the_recipe_is_in_the_table():
    config = read_config(ROOT / "experiments" / "demo.yaml").to_dict()
    for section in ("text", "embeddings", "augmentation", "model", "training"):
        rows = " ".join(row for name, row in rows_of_keys() if name == section)
        missing = [key for key in config[section] if not re.search(rf"`{key}\b", rows)]
        assert not missing, (section, missing)


def test_every_experiment_opens_with_its_command():
    for file in (ROOT / "experiments").glob("*.yaml"):
        head = file.read_text(encoding="utf-8").splitlines()
        assert head[0] == f"# experiments/{file.name}"
        assert f"python -m han.train experiments/{file.name}" in "\n".join(head[:4])
