"""What a job file may say, and what is said of one that contradicts itself."""

import re

import pytest
from support.job_runs import write_job

from han import code
from han.config.job_config import STAGES, read_job
from han.errors import InputError


def test_the_least_that_a_job_file_says(tmp_path):
    file = tmp_path / "job.yaml"
    file.write_text(
        "name: wave\ninput: {files: [a.csv]}\ntasks: {kind: {run: runs/x}}\n"
        "output: {folder: out}\n"
    )
    found = read_job(file, ["output.rows=2000", "tasks.kind.top_k=3"])
    task = found.tasks["kind"]
    assert task.stages == STAGES and (found.output.rows, task.top_k) == (2000, 3)
    assert found.output.form == "parquet" and found.resources.processes is None


FAULTS = [
    ({"tasks": "{}"}, "`tasks` is empty. Expected one variable or more."),
    ({"tasks": "{a: {run: x}, a_top_1: {run: y}}"}, "called like columns of another"),
    ({"tasks": "{2a: {run: x}}"}, "expected letters, digits and _ alone"),
    ({"tasks": "{../x: {run: x}}"}, "expected letters, digits and _ alone"),
    ({"tasks": "{ñandú: {run: x}}"}, "expected letters, digits and _ alone"),
    ({"tasks": "{a: {run: x, stages: []}}"}, "`tasks.a.stages` is empty."),
    (
        {"tasks": "{a: {run: x, stages: [model, clerk, model]}}"},
        "`tasks.a.stages` has model twice.",
    ),
    (
        {"tasks": "{a: {run: x, stages: [clerk, model]}}"},
        "clerk gets what is left, so it comes last",
    ),
    (
        {"tasks": "{a: {run: x, fuzzy: {score: 90}}}"},
        "`tasks.a.fuzzy` is set, and `tasks.a.stages` has no fuzzy.",
    ),
    (
        {"tasks": "{a: {run: x, exact: {titles: true}}}"},
        "has no exact or fuzzy. Add the stage, or take the section out.",
    ),
    (
        {"tasks": "{a: {run: x, stages: [rules, model]}}"},
        "`tasks.a.rules` is missing. Say there which file it reads.",
    ),
    (
        {"tasks": "{a: {run: x, stages: [recode]}}"},
        "`tasks.a.recode` is missing.",
    ),
    ({"tasks": "{a: {run: x, stages: [magic]}}"}, "magic"),
    ({"tasks": "{a: {run: x, colour: red}}"}, "colour"),
    ({"output": "{folder: out, rows: 10}"}, "`output.rows` must be at least 1000"),
    ({"output": "{folder: out, form: xml}"}, "form"),
    ({"resources": "{processes: 0}"}, "`resources.processes` must be at least 1"),
    ({"resources": "{memory_share: 3}"}, "memory_share"),
    ({"input": "{keys: [id]}"}, "files"),
]


@pytest.mark.parametrize(("sections", "said"), FAULTS)
def test_a_fault_is_one_line_that_names_the_key(tmp_path, sections, said):
    file = write_job(tmp_path, "runs/x", **sections)
    with pytest.raises(InputError, match=re.escape(said)) as found:
        read_job(file)
    assert "\n" not in str(found.value)


def test_what_is_no_job_file(tmp_path):
    file = tmp_path / "job.csv"
    file.write_text("a,b\n")
    with pytest.raises(InputError, match=r"a data file by its name. Expected a job"):
        read_job(file)
    with pytest.raises(InputError, match="there is no such job file"):
        read_job(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--part", "0/2"], "--part goes with --step code"),
        (["--time", "1:00"], "--time goes with --slurm"),
        (["--check", "--clean"], "--check and --clean do not go together"),
        (["--step", "read", "--restart"], "--step and --restart do not go together"),
        (["--restart", "--explain-change", "x"], "--explain-change and --restart"),
        (["--clean", "--slurm", "2"], "--clean and --slurm do not go together"),
        (["--step", "code", "--part", "2/2"], "--part must be K/N with K from 0"),
        (["--step", "code", "--part", "a"], "--part must be K/N with K from 0"),
        (["--step", "code", "--part", "0/0"], "--part must be K/N with K from 0"),
    ],
)
def test_options_that_contradict_each_other(small_job, given, said):
    if "--part" in given and "--step" in given:
        assert code.main([str(small_job), "--step", "read"]) == 0
    with pytest.raises(InputError, match=said):
        code.main([str(small_job), *given])


def test_settings_may_stand_behind_options(small_job, capsys):
    assert code.main([str(small_job), "--check", "output.rows=5000"]) == 0
    with pytest.raises(InputError, match=r"output\.rows"):
        code.main([str(small_job), "--check", "output.rows=5"])
