"""What the files of deploy/ run, held against what there is."""

import importlib
import re

import yaml

from support.experiments import ROOT

DEPLOY = ROOT / "deploy"


def accepted(words):
    """What a command reads from its words, as `code` and `wave.yaml`; or it raises."""
    command, *arguments = map(str, words)
    parser = importlib.import_module(f"han.{command}").parser()
    return parser.parse_intermixed_args(arguments)


def documents(file):
    """Objects of a YAML file; those of a list one by one."""
    for found in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        yield from found["items"] if found["kind"] == "List" else [found]


def dockerfile():
    """Stages of the Dockerfile by name, each a list of (instruction, text)."""
    text = (DEPLOY / "containers" / "Dockerfile").read_text(encoding="utf-8")
    stages, stage = {}, []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        word, rest = line.split(" ", 1)
        if word == "FROM":
            base, name = re.fullmatch(r"(\S+) AS (\S+)", rest).groups()
            stages[name] = stage = [(word, base)]
        else:
            stage.append((word, rest))
    return stages


def texts_of(stage, instruction):
    """What stands behind an instruction of a stage."""
    return [rest for word, rest in dockerfile()[stage] if word == instruction]
