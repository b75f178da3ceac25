"""The images: what is in them, and that it runs where nothing else is."""

import fnmatch
import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.deployed import DEPLOY, accepted, dockerfile, texts_of
from support.experiments import ROOT

import pin_requirements
from han.errors import InputError

GUIDE = ROOT / "docs" / "user_guide" / "deployment.md"
IMAGES = sorted(pin_requirements.EXTRAS)
KEYS = "/keys/keys.jsonl"  # in a folder: a mounted file would never change


def pins(image):
    text = (DEPLOY / "containers" / f"{image}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return dict(line.split("==") for line in lines)


@pytest.mark.parametrize("image", IMAGES)
def test_a_list_has_all_that_the_package_asks_for(image):
    found = pins(image)
    for one in pin_requirements.direct(image):
        if one.marker is None or one.marker.evaluate():
            assert one.specifier.contains(found[canonicalize_name(one.name)]), one


def test_nothing_of_training_is_served():
    heavy = {"tensorflow", "tensorflow-cpu", "torch", *pin_requirements.NOT_SERVED}
    assert not heavy & set(pins("serving"))
    assert set(pins("serving")) < set(pins("training"))


def test_what_is_left_out_is_a_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = map(Requirement, project["project"]["dependencies"])
    assert {one.name for one in asked} >= pin_requirements.NOT_SERVED


def test_the_context_has_what_is_copied_and_no_data():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    sent = [line.removeprefix("!") for line in lines if line.startswith("!")]
    for text in texts_of("build", "COPY"):
        *sources, _ = text.split()
        for source in sources:
            assert (ROOT / source).exists()
            assert any(fnmatch.fnmatch(source, pattern) for pattern in sent), source
    assert not {"data", "runs", "jobs", "shared", "."} & set(sent)


def test_images_are_pinned_and_run_without_rights():
    text = (DEPLOY / "containers" / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^ARG PYTHON=python:3\.\d+\.\d+-slim-\w+$", text, re.M)
    assert texts_of("base", "USER") == ["10001:10001"]
    assert [*dockerfile()][-1] == "serving"  # what is built if no target is named
    for stage in ("serving", "training"):
        assert dockerfile()[stage][0] == ("FROM", "base")
        assert not texts_of(stage, "USER") + texts_of(stage, "RUN")


def test_what_images_start_is_a_command():
    assert texts_of("base", "ENTRYPOINT") == ['["han"]']
    given = accepted(json.loads(*texts_of("serving", "CMD")))
    assert given.host == "0.0.0.0" and str(given.keys) == KEYS
    assert texts_of("serving", "EXPOSE") == [str(given.port)]
    check = re.sub("^.*CMD ", "", *texts_of("serving", "HEALTHCHECK"))
    *_, program = json.loads(check)
    compile(program, "health check", "exec")
    assert f"http://127.0.0.1:{given.port}/health" in program


def test_a_service_that_would_be_refused_is_found_here():
    words = json.loads(*texts_of("serving", "CMD"))
    for left_out, why in (("--behind-proxy", "in clear"), ("--keys", "Without keys")):
        place = words.index(left_out)
        less = words[:place] + words[place + 1 + (left_out == "--keys") :]
        with pytest.raises(InputError, match=why):
            accepted(less)


def test_compiled_loops_may_be_kept_in_a_volume():
    [line] = texts_of("base", "ENV")
    cache = re.search(r"NUMBA_CACHE_DIR=(\S+)", line).group(1)
    owned = f"install --directory --owner 10001 --group 10001 {cache}"
    assert owned in texts_of("base", "RUN")
    assert f":{cache}" in GUIDE.read_text(encoding="utf-8")


def test_the_recipe_of_apptainer_installs_as_the_image_does():
    recipe = (DEPLOY / "containers" / "han.def").read_text(encoding="utf-8")
    base = re.search("^From: (.*)$", recipe, re.M).group(1)
    text = (DEPLOY / "containers" / "Dockerfile").read_text(encoding="utf-8")
    assert f"ARG PYTHON={base}\n" in text
    stages = texts_of("build", "RUN") + texts_of("build-training", "RUN")
    for line in stages:
        assert f"\n  {line}\n" in recipe
    for source in re.findall(r"^  (\S+) /build/", recipe, re.M):
        assert (ROOT / source).exists()


def test_what_the_guide_starts_in_images_is_a_command():
    images = r"(?: han:\S+|run han\.sif|run --rm (?:-\S \S+ )*review)"
    text = GUIDE.read_text(encoding="utf-8")
    found = re.findall(rf"{images} ([a-z][^'\n]*)", text)
    assert [words.split()[0] for words in found] == "serve train review review".split()
    for words in found:
        accepted(words.split())
    assert ":/keys:ro " in text and f"--keys {KEYS} " in text
