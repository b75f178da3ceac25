"""The steps of the serving image, carried out in a folder in place of its root."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

import pytest
from support.deployed import dockerfile, texts_of
from support.experiments import ROOT
from support.job_runs import write_job, write_rows

import han

pytestmark = pytest.mark.slow

COMMANDS = "code compare plan predict serve review_out review_people review_serve "
COMMANDS += "review_import review_export review_lessons"


@pytest.fixture(scope="module")
def image():
    """A folder in place of the root of the image: opt/han is made as the file says."""
    with TemporaryDirectory(prefix="han-image-") as name:
        root = Path(name)
        (root / "build").mkdir()
        (root / "tmp").mkdir()
        for instruction, text in dockerfile()["build"]:
            if instruction == "COPY":
                *sources, target = text.split()
                for source in sources:
                    copy(ROOT / source, root / "build" / target)
            elif instruction == "RUN":
                built(root, text)
        before = files_of(root)
        yield root
        assert files_of(root) == before  # as where it may write to /tmp alone


def files_of(root):
    """When each file was written."""
    files = (root / "opt").rglob("*")
    return {file: file.lstat().st_mtime_ns for file in files if not file.is_dir()}


def copy(source, target):
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, ignore=ignored)
    else:
        shutil.copy(source, target)


def built(root, line):
    python = Path(sys._base_executable).parent
    left_out = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    env = {n: value for n, value in os.environ.items() if n not in left_out}
    made = subprocess.run(
        ["sh", "-ec", line.replace("/opt/", f"{root}/opt/")],
        cwd=root / "build",
        env={**env, "PATH": f"{python}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr


def environment(root):
    """The variables of the image, and no others."""
    [line] = texts_of("base", "ENV")
    line = line.replace("$PATH", "/usr/bin:/bin").replace("/opt/", f"{root}/opt/")
    return dict(
        word.split("=", 1) for word in line.replace("/tmp", f"{root}/tmp").split()
    )


def started(root, *words):
    return subprocess.Popen(
        [f"{root}/opt/han/bin/{words[0]}", *map(str, words[1:])],
        cwd=root / "tmp",
        env=environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(root, *words):
    """What a command prints that ends well."""
    process = started(root, *words)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


def test_nothing_of_training_is_there_and_nothing_is_missing(image):
    names = [f"han.commands.{name}_command" for name in COMMANDS.split()]
    done(image, "python", "-c", f"import {', '.join(names)}")
    program = "import importlib.util as u, sys; print(*map(u.find_spec, sys.argv[1:]))"
    heavy = "tensorflow", "keras", "gensim", "matplotlib", "pytest"
    assert done(image, "python", "-c", program, *heavy) == "None None None None None\n"


def test_the_service_codes_as_here_and_ends_well(image, baseline_run):
    process = started(image, "han", "serve", baseline_run, "--port", "0")
    try:
        address = re.search(r"http://\S+?(?=/?\s)", process.stdout.readline()).group()
        texts = ["pan dulce", "clavo de acero"]
        body = json.dumps({"records": [{"text": text} for text in texts]}).encode()
        asked = Request(
            f"{address}/v1/code", body, {"Content-Type": "application/json"}
        )
        with urlopen(asked, timeout=60) as answer:
            found = [record["code"] for record in json.load(answer)["records"]]
        assert found == han.load(baseline_run).predict(texts)["code"].tolist()
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said


def test_a_job_codes(image, baseline_run, tmp_path):
    write_rows(tmp_path / "rows.csv", 100)
    done(image, "han", "code", write_job(tmp_path, baseline_run))
    assert (tmp_path / "out" / "counts.json").is_file()
