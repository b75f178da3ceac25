"""Batch scripts: what han.submit writes, checks and hands in."""

import os
import subprocess
from pathlib import Path

import pytest
from support.experiments import ROOT, write_experiment

import slurm_cluster
from han import submit
from han.devices import asked_gpus
from han.devices.slurm_script import (
    CORES,
    END,
    SETTINGS,
    START,
    SlurmJob,
    batch_script,
    cpus_per_task,
)
from han.errors import InputError


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A stand-in for sbatch that notes what it was given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sbatch").write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/given\n'
        f"[ -e {tmp_path}/refuse ] && echo error: no such partition >&2 && exit 1\n"
        'echo "42;cluster"\n'
    )
    (folder / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return tmp_path


@pytest.fixture(autouse=True)
def gpu_build(monkeypatch):
    """As if TensorFlow could use GPUs."""
    monkeypatch.setattr(asked_gpus, "cpu_build", lambda: False)


def dry_run(capsys, *arguments):
    assert submit.main([*map(str, arguments), "--dry-run"]) == 0
    return capsys.readouterr().out


def runs_in_bash(script, folder):
    """Whether bash can read a script."""
    file = folder / "checked.sbatch"
    file.write_text(script)
    return subprocess.run(["bash", "-n", str(file)]).returncode == 0


def test_a_script_asks_slurm_for_what_was_given(experiment, capsys, tmp_path):
    options = "--nodes 2 --gpus-per-node 4 --time 04:00:00 --partition gpu --account x"
    options += " --cpus-per-task 8 --mem 64G --signal-seconds 90 --module cuda/12"
    script = dry_run(capsys, experiment, *options.split(), "name=a b", "seed=3")
    asked = [line[8:] for line in script.splitlines() if line.startswith("#SBATCH")]
    assert asked == [
        '--job-name="a b"',
        f"--output={tmp_path}/run.%j.log",
        "--nodes=2",
        "--ntasks-per-node=1",
        "--gpus-per-node=4",
        "--cpus-per-task=8",
        "--mem=64G",
        "--time=04:00:00",
        "--partition=gpu",
        "--account=x",
        "--signal=USR1@90",
        "--open-mode=append",
        "--requeue",
    ]
    assert "module load cuda/12" in script and script.startswith("#!/bin/bash -l\n")
    assert f"-m han.train {experiment} 'name=a b' seed=3 distribution" in script
    assert runs_in_bash(script, tmp_path)
    assert not (tmp_path / "run.sbatch").exists()


@pytest.mark.parametrize(
    ("options", "strategy"),
    [
        ([], None),
        (["--gpus-per-node", "1"], None),
        (["--gpus-per-node", "4"], "mirrored"),
        (["--nodes", "2"], "multi_worker"),
        (["--nodes", "2", "--gpus-per-node", "4"], "multi_worker"),
        (["--gpus-per-node", "4", "distribution.strategy=none"], "none"),
    ],
)
def test_the_strategy_follows_from_the_devices(experiment, capsys, options, strategy):
    script = dry_run(capsys, experiment, *options)
    assert script.count("distribution.strategy") == (strategy is not None)
    if strategy:
        assert f"distribution.strategy={strategy}\n" in script


def test_a_strategy_of_the_file_is_kept(tmp_path, capsys):
    file = write_experiment(tmp_path, distribution="{strategy: multi_worker}")
    assert "distribution" not in dry_run(capsys, file, "--nodes", "2")
    file = write_experiment(tmp_path, distribution="{strategy: mirrored}")
    with pytest.raises(InputError, match="each node would train for itself"):
        dry_run(capsys, file, "--nodes", "2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["training.epoch=3"], "unknown key `training.epoch`. Did you mean"),
        (
            ["data.train=gone.csv"],
            "gone.csv: there is no such data file. It is `data.train`",
        ),
        (["--nodes", "0"], "--nodes must be at least 1. Received: 0"),
        (["--gpus-per-node", "-1"], "--gpus-per-node must be at least 0"),
        (["--time", "4h"], "--time must be .* like 04:00:00. Received: '4h'"),
        (["--mem", "much"], "--mem must be .* Received: 'much'"),
        (["--nodes", "2", "model.kind=tfidf_linear"], "trains in one process"),
    ],
)
def test_mistakes_are_said_before_the_queue(experiment, slurm, arguments, message):
    with pytest.raises(InputError, match=message):
        submit.main([str(experiment), *arguments])
    assert not (slurm / "given").exists() and not (slurm / "run.sbatch").exists()


def test_a_job_is_handed_in(experiment, slurm, capsys):
    assert submit.main([str(experiment), "--time", "60"]) == 0
    assert (slurm / "given").read_text() == f"--parsable {slurm}/run.sbatch\n"
    out = capsys.readouterr().out
    assert "Job 42 is in the queue" in out and f"{slurm}/run.42.log" in out
    written = (slurm / "run.sbatch").read_text()
    assert written == dry_run(capsys, experiment, "--time", "60")
    assert not list(slurm.glob(".*"))


def test_what_slurm_refuses_is_said(experiment, slurm):
    (slurm / "refuse").touch()
    with pytest.raises(InputError, match="refuses the job: error: no such partition"):
        submit.main([str(experiment)])


def test_a_machine_without_slurm_is_said(experiment, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"sbatch is not on this machine.*login node"):
        submit.main([str(experiment)])


def finish(tmp_path, monkeypatch, step, known=None):
    """Runs a batch script with stand-ins for srun and scontrol; its code, and calls."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    for name, body in {
        "srun": 'shift; exec "$@"',
        "scontrol": f'echo "$@" >> {tmp_path}/calls; exit 1',
    }.items():
        (folder / name).write_text(f"#!/bin/bash\n{body}\n")
        (folder / name).chmod(0o755)
    (tmp_path / "run").mkdir(exist_ok=True)
    job = SlurmJob(("bash", "-c", step), tmp_path / "run", tmp_path, "a")
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "SLURM_JOB_ID": "9"}
    done = subprocess.run(
        ["bash", "-c", batch_script(job)],
        env={**environment, **(known or {})},
        capture_output=True,
        text=True,
    )
    calls = tmp_path / "calls"
    return done.returncode, calls.read_text().split("\n") if calls.exists() else []


def test_a_job_that_is_done_ends_with_its_code(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "REQUEUE").touch()  # of another day
    assert finish(tmp_path, monkeypatch, "true") == (0, [])
    assert finish(tmp_path, monkeypatch, "exit 2") == (2, [])


def test_a_job_that_was_warned_goes_back_into_the_queue(tmp_path, monkeypatch):
    step = f"touch {tmp_path}/run/REQUEUE"
    code, calls = finish(tmp_path, monkeypatch, step)
    assert code == 75 and calls[0] == "requeue 9"
    # The last task of an array has the number of the whole array.
    array = {"SLURM_ARRAY_JOB_ID": "9", "SLURM_ARRAY_TASK_ID": "3"}
    assert finish(tmp_path, monkeypatch, step, array)[1][1] == "requeue 9_3"


def test_a_command_is_deaf_to_the_warning_until_it_listens(tmp_path, monkeypatch):
    assert finish(tmp_path, monkeypatch, "kill -USR1 $$; exit 3")[0] == 3


def test_the_script_to_edit_by_hand_does_the_same():
    script = (ROOT / "scripts" / "train.sbatch").read_text()
    assert START in script and END.replace("\\\n", "") in script
    assert all(line in script for line in SETTINGS)
    for line in ("signal=USR1@120", "open-mode=append", "requeue", "ntasks-per-node=1"):
        assert f"#SBATCH --{line}\n" in script


def test_a_machine_that_cannot_have_a_cluster_says_why(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "slurmctld" in slurm_cluster.obstacle()
    monkeypatch.setattr(slurm_cluster.shutil, "which", lambda name: name)
    monkeypatch.setattr(slurm_cluster.os, "geteuid", lambda: 1000)
    assert "need root" in slurm_cluster.obstacle()


@pytest.mark.parametrize("name", ["train.sbatch", "sweep.sbatch"])
def test_scripts_can_be_read_by_bash(name):
    file = Path(ROOT / "scripts" / name)
    assert subprocess.run(["bash", "-n", str(file)]).returncode == 0


def sinfo(folder, monkeypatch, lines):
    """A stand-in for sinfo that says this of the nodes."""
    file = folder / "sinfo"
    file.write_text("#!/bin/sh\ncat <<END\n" + lines + "\nEND\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("lines", "gpus", "partition", "cores"),
    [
        ("64+ batch*\n2 small", 0, None, CORES),
        ("64+ batch*\n2 small", 4, None, 4 * CORES),
        ("2 small", 4, "small", 2),
        ("64 batch*\n3 batch*", 1, None, 3),
        ("no such thing", 1, None, CORES),
        ("", 0, None, CORES),
    ],
)
def test_cores_that_nobody_asked_for_fit_the_nodes(
    tmp_path, monkeypatch, lines, gpus, partition, cores
):
    sinfo(tmp_path, monkeypatch, lines)
    assert cpus_per_task(gpus, partition) == cores


def test_a_job_always_says_how_many_cores(experiment, capsys, tmp_path, monkeypatch):
    sinfo(tmp_path, monkeypatch, "64 batch*")
    script = dry_run(capsys, experiment, "--gpus-per-node", 2)
    assert f"#SBATCH --cpus-per-task={2 * CORES}" in script.splitlines()


def test_gpus_that_would_not_be_used_are_refused(experiment, monkeypatch, tmp_path):
    monkeypatch.setattr(asked_gpus, "cpu_build", lambda: True)
    asked = [str(experiment), "--gpus-per-node", "2", "--dry-run"]
    with pytest.raises(InputError, match=r"^2 GPUs .* tensorflow-cpu is installed"):
        submit.main(asked)
    assert submit.main([*asked, "--python", "/other/python"]) == 0
    with pytest.raises(InputError, match=r"`model\.kind: tfidf_svm` uses no GPU"):
        submit.main([*asked, "model.kind=tfidf_svm"])
