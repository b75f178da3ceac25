"""What the files of deploy/ run, held against what there is."""

import importlib
import re
from types import SimpleNamespace
from unittest.mock import DEFAULT, patch

import yaml

from han import serve
from han.commands import review_serve_command
from support.experiments import ROOT

DEPLOY = ROOT / "deploy"


def accepted(words):
    """What a command reads from its words, as `code` and `wave.yaml`; or it raises.

    Those that serve are begun, up to where they would read models and listen.
    """
    command, *arguments = map(str, words)
    parser = importlib.import_module(f"han.{command}").parser()
    given = parser.parse_intermixed_args(arguments)
    if command == "serve" and given.models:
        begun_service(arguments)
    elif command == "review" and given.part == "serve":
        begun_page(given)
    return given


def begun_service(arguments):
    """The checks of `han.serve`."""
    inner = dict.fromkeys(("ModelShelf", "service_app", "serve"), DEFAULT)
    with patch.multiple("han.commands.serve_command", **inner) as begun:
        assert serve.main(arguments) == 0
    begun["serve"].assert_called_once()


def begun_page(given):
    """The checks of `han.review serve`, for a queue with somebody in it."""
    inner = dict.fromkeys(("QueueDatabase", "people_of"), DEFAULT)
    site = dict.fromkeys(("review_app", "create_server", "_listening"), DEFAULT)
    with (
        patch.multiple("han.commands.review_serve_command", **inner) as begun,
        patch.multiple("han.review_site.page_server", **site) as served,
    ):
        begun["people_of"].return_value = [SimpleNamespace(active=True)]
        assert review_serve_command.carry_out(given) == 0
    served["create_server"].assert_called_once()


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
