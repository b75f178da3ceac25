"""Kills a two-node training at random moments, and sees that it goes on every time.

    python scripts/kill_jobs.py [--kills 10] [--epochs 150] [--seed 17]

On a Slurm of two nodes on this machine (see slurm_cluster.py) a small experiment is
handed in by `han.submit`. At random moments, from the start of the processes on, these
happen in a random order: SIGKILL to the first worker, to the other one, or to the batch
script; the warning SIGUSR1; `scontrol requeue`; `scancel`. A job that Slurm does not
take back by itself is handed in again with the same command. In the end the run is held
against one of a single process that nobody disturbed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import slurm_cluster

OVER = ("COMPLETED", "FAILED", "CANCELLED", "NODE_FAIL", "TIMEOUT")
# A variable of the process, and a word of its command.
TARGETS = {
    "SIGKILL to the first worker": ("SLURM_PROCID=0", "han.train"),
    "SIGKILL to the other worker": ("SLURM_PROCID=1", "han.train"),
    "SIGKILL to the batch script": ("", "slurm_script"),
}
WAYS = (*TARGETS, "SIGUSR1", "scontrol requeue", "scancel")
WORDS = {"1": "pan queso harina leche", "2": "clavo martillo tornillo acero"}


def main() -> int:
    """Kills, counts, compares."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--kills", type=int, default=10)
    arguments.add_argument("--epochs", type=int, default=150)
    arguments.add_argument("--within", type=float, default=45.0, help="seconds")
    arguments.add_argument("--seed", type=int, default=17)
    given = arguments.parse_args()
    if why := slurm_cluster.obstacle():
        print(why, file=sys.stderr)
        return 2
    draw = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        experiment = write_experiment(folder, given.epochs)
        alone = folder / "alone"
        run(sys.executable, "-m", "han.train", experiment, run_folder(alone))
        with slurm_cluster.cluster(folder / "slurm") as conf:
            os.environ["SLURM_CONF"] = str(conf)
            kills = disturb(experiment, folder, given.kills, given.within, draw)
        runs = sorted(folder.glob("run-*[0-9]"))
        same = [is_same(each, alone) for each in runs if each.is_dir()]
    print(f"{kills} kills, {len(same)} runs, {sum(same)} like the undisturbed one")
    return 0 if all(same) else 1


def write_experiment(folder: Path, epochs: int) -> Path:
    """Two sections of two codes each; nothing that devices draw by themselves."""
    rows = ["text,level_1,level_2"]
    for number in range(120):
        section = str(number % 2 + 1)
        words = WORDS[section].split()
        code = number % 4 // 2
        word = words[2 * code + number % 8 // 4]
        rows.append(f"{word} {number % 7},{section},{section}{code}")
    (folder / "data.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    file = folder / "experiment.yaml"
    file.write_text(
        f"data: {{train: {folder}/data.csv, fields: {{text: {{}}}}, "
        "label_columns: [level_1, level_2], split: {group_by: none}}\n"
        "embeddings: {dimension: 8}\n"
        "model: {word_units: 4, sentence_units: 4, dropout: 0.0, wide: false}\n"
        f"training: {{epochs: {epochs}, early_stopping_patience: {epochs}, "
        "batch_size: 10}\n",
        encoding="utf-8",
    )
    return file


def run(*command: object) -> str:
    """What a command prints."""
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def run_folder(folder: Path) -> str:
    """The setting that says where a run is kept."""
    return f"logging.run_folder={folder}"


def disturb(
    experiment: Path, folder: Path, kills: int, within: float, draw: random.Random
) -> int:
    """Kills until it has been done often enough, then lets the last run end."""
    done, number, job = 0, 0, ""
    ways = [name for _ in range(kills) for name in draw.sample(WAYS, len(WAYS))]
    while True:
        target = folder / f"run-{number}"
        if not job:
            job = submit_script(experiment, target)
        moment = time.monotonic() + draw.uniform(0, within)
        while done >= kills or time.monotonic() < moment:
            if state(job) in OVER:
                break
            time.sleep(0.2)
        now = state(job)
        if now == "COMPLETED":
            say(f"job {job} is done, epoch {epochs(target)}")
            if done >= kills:
                return done
            number, job = number + 1, ""
        elif now in OVER:
            job = submit_script(experiment, target)
        elif now == "RUNNING" and strike(job, ways[done]):
            done += 1
            say(f"{done}: {ways[done - 1]} at epoch {epochs(target)}")
            time.sleep(2)


def submit_script(experiment: Path, target: Path) -> str:
    """Hands the run in, as a user would."""
    asked = ("--nodes", 2, "--cpus-per-task", 1, "--time", "00:30:00")
    command = (sys.executable, "-m", "han.submit", experiment, run_folder(target))
    job = run(*command, *asked).split()[1]
    say(f"job {job} handed in")
    return job


def strike(job: str, way: str) -> bool:
    """Does one of the things; whether there was somebody to hit."""
    if way == "SIGUSR1":
        return run("scancel", "--signal=USR1", job) == ""
    if way.startswith("SIGKILL"):
        return kill(job, *TARGETS[way])
    return run(*way.split(), job) == ""


def kill(job: str, variable: str, word: str) -> bool:
    """Kills the process of a job that has a variable and a word of its command."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_text(errors="replace").split("\0")
            command = (process / "cmdline").read_text(errors="replace").split("\0")
        except OSError:
            continue
        ours = f"SLURM_JOB_ID={job}" in environment
        ours = ours and (not variable or variable in environment)
        hit = any(part == word or part.endswith(f"/{word}") for part in command)
        if ours and hit and Path(command[0]).name != "srun":
            os.kill(int(process.name), signal.SIGKILL)
            return True
    return False


def state(job: str) -> str:
    """Slurm's word for how a job stands."""
    shown = run("scontrol", "--oneliner", "show", "job", job)
    return shown.partition("JobState=")[2].split()[0]


def epochs(folder: Path) -> int:
    """Epochs in the history."""
    file = folder / "history.csv"
    return len(file.read_text().splitlines()) - 1 if file.exists() else 0


def is_same(one: Path, two: Path) -> bool:
    """Whether two runs learnt the same and score the same."""
    left, right = (pd.read_csv(folder / "history.csv") for folder in (one, two))
    columns = [str(name) for name in left if "loss" in str(name)]
    near = float((left[columns] - right[columns]).abs().to_numpy().max())
    f1s = [
        json.loads((folder / "metrics.json").read_text())["test"]["hierarchical"]["f1"]
        for folder in (one, two)
    ]
    say(f"{one.name}: largest difference of a loss {near:.1e}, test hF {f1s}")
    return bool(len(left) == len(right) and near < 1e-4 and abs(f1s[0] - f1s[1]) < 1e-6)


def say(text: str) -> None:
    """One line with the time."""
    print(time.strftime("%H:%M:%S"), text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
