"""Pins what an image installs: versions of this environment, with what they need.

    python scripts/pin_requirements.py serving > deploy/containers/serving.txt
    python scripts/pin_requirements.py training > deploy/containers/training.txt

Versions are those that the tests ran with, for Linux on x86-64. Serving leaves out what
training, sweeps and pictures alone import; pip installs the lists with --no-deps.
"""

from __future__ import annotations

import argparse
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
NOT_SERVED = {"gensim", "keras", "matplotlib", "optuna", "tensorboard"}
EXTRAS = {
    "serving": ("lemmas", "postgresql", "pretrained"),
    "training": ("cpu", "lemmas", "postgresql", "pretrained"),
}


def direct(image: str) -> list[Requirement]:
    """What the package asks for itself in an image."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"]]
    lines += [line for name in EXTRAS[image] for line in extras[name]]
    left_out = NOT_SERVED if image == "serving" else set()
    asked = map(Requirement, lines)
    return [one for one in asked if canonicalize_name(one.name) not in left_out]


def pinned(asked: list[Requirement]) -> dict[str, str]:
    """Versions of these packages, and of all that they need."""
    found: dict[str, str] = {}
    seen = set()
    while asked:
        one = asked.pop()
        for extra in ("", *one.extras):
            known = canonicalize_name(one.name), extra
            applies = one.marker is None or one.marker.evaluate()
            if known in seen or not applies:
                continue
            seen.add(known)
            found[known[0]] = version(one.name)
            needs = map(Requirement, requires(one.name) or [])
            asked += [_given(need) for need in needs if _is_needed(need, extra)]
    return found


def _is_needed(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _given(need: Requirement) -> Requirement:
    """Its marker has been asked already, with the extra."""
    need.marker = None
    return need


def listed(image: str) -> str:
    """The list of an image, as pip reads it."""
    head = f"# python scripts/pin_requirements.py {image}\n"
    found = sorted(pinned(direct(image)).items())
    return head + "".join(f"{name}=={number}\n" for name, number in found)


def parser() -> argparse.ArgumentParser:
    """Arguments of the script."""
    arguments = argparse.ArgumentParser(description="Pin what an image installs.")
    arguments.add_argument("image", choices=EXTRAS)
    return arguments


if __name__ == "__main__":
    print(listed(parser().parse_args().image), end="")
