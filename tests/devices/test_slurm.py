"""Jobs on a real Slurm of two nodes on this machine: `make test-slurm`."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
from support.experiments import ROOT, write_experiment
from support.slurm_jobs import AT_WORK, run, state, wait

pytestmark = pytest.mark.slurm


def epochs(folder):
    file = folder / "history.csv"
    return len(file.read_text().splitlines()) - 1 if file.exists() else 0


def experiment(folder):
    """Long enough to be stopped in the middle; without what is drawn on each device."""
    training = "{epochs: 40, batch_size: 10, learning_rate: 0.01, "
    return write_experiment(
        folder,
        model="{word_units: 4, sentence_units: 4, dropout: 0.0, wide: false}",
        training=training + "early_stopping_patience: 40}",
    )


def scores(folder):
    found = json.loads((folder / "metrics.json").read_text())
    del found["time"]
    for split in found.values():
        del split["documents_per_second"]
    return found


def test_two_nodes_warned_in_the_middle_end_like_one_process(slurm, tmp_path):
    file, folder = experiment(tmp_path), tmp_path / "run"
    asked = ["--nodes", 2, "--cpus-per-task", 1, "--time", "00:30:00"]
    said = run(slurm, sys.executable, "-m", "han.submit", file, *asked)
    job = said.split()[1]
    log = Path(tmp_path / f"run.{job}.log")
    wait(lambda: epochs(folder) >= 2, log)
    run(slurm, "scancel", "--signal=USR1", job)
    wait(lambda: state(slurm, job)["Restarts"] == "1", log)
    saved = epochs(folder)
    wait(lambda: state(slurm, job)["JobState"] not in AT_WORK, log)
    text = log.read_text()
    assert state(slurm, job)["JobState"] == "COMPLETED", text
    assert 2 <= saved < 40 and epochs(folder) == 40, text
    assert "the job goes back into the queue" in text
    assert not (folder / "REQUEUE").exists()
    alone = tmp_path / "alone"
    run(
        slurm,
        *(sys.executable, "-m", "han.train", file, f"logging.run_folder={alone}"),
    )
    assert_same(folder, alone)


def test_an_array_shares_a_sweep_and_goes_on_after_a_warning(slurm, tmp_path):
    file = write_experiment(tmp_path, model="{kind: tfidf_linear}")
    space = "{model.C: [0.1, 1, 10], text.min_count: [1, 2]}"
    (tmp_path / "sweep.yaml").write_text(
        f"experiment: {file}\nfolder: {tmp_path}/sweep\nsampler: grid\nspace: {space}\n"
    )
    log = tmp_path / "worker.%a.log"
    known = {**slurm, "PYTHON": sys.executable}
    script = ROOT / "scripts" / "sweep.sbatch"
    asked = ["--parsable", "--array=0-1", f"--output={log}", "--time=00:30:00"]
    job = run(known, "sbatch", *asked, script, tmp_path / "sweep.yaml").strip()
    logs = [tmp_path / f"worker.{number}.log" for number in (0, 1)]
    wait(lambda: all(f.exists() and "trial-" in f.read_text() for f in logs), logs[0])
    for number in (0, 1):  # the number of one of them is that of the whole array
        run(slurm, "scancel", "--signal=USR1", f"{job}_{number}")
    wait(lambda: not run(slurm, "squeue", "-h", "-j", job).strip(), logs[0])
    texts = [file.read_text() for file in logs]
    for text in texts:
        assert text.count("Stopped by a signal") == 1, text
        assert text.count("the job goes back into the queue") == 1, text
    found = pd.read_csv(tmp_path / "sweep" / "results.csv")
    assert sorted(found["trial"]) == list(range(6))
    assert set(found["state"]) == {"finished"}, texts
    ends = "".join(texts).count("validation hF")
    assert ends == 6, texts  # each trial came to its end once
    alone = tmp_path / "alone"
    trial = found.iloc[0]
    settings = [f"{key}={trial[key]}" for key in ("model.C", "text.min_count")]
    settings.append(f"logging.run_folder={alone}")
    run(slurm, sys.executable, "-m", "han.train", file, *settings)
    assert scores(alone) == scores(Path(trial["run_folder"]))


def test_the_script_to_edit_by_hand_trains(slurm, tmp_path):
    file = write_experiment(tmp_path, model="{kind: tfidf_linear}")
    known = {**slurm, "PYTHON": sys.executable}
    asked = ["--parsable", f"--output={tmp_path}/log", "--time=00:30:00", "--nodes=1"]
    script = ROOT / "scripts" / "train.sbatch"
    job = run(known, "sbatch", *asked, script, file, "seed=3").strip()
    log = tmp_path / "log"
    wait(lambda: state(slurm, job)["JobState"] not in AT_WORK, log)
    assert state(slurm, job)["JobState"] == "COMPLETED", log.read_text()
    assert scores(tmp_path / "run")["test"]["rows"] > 0


def assert_same(folder, alone):
    """Two runs learnt the same, whatever ran them."""
    one, two = (pd.read_csv(run / "history.csv") for run in (folder, alone))
    learnt = [name for name in one if "loss" in name or "hierarchical" in name]
    assert len(learnt) >= 4
    pd.testing.assert_frame_equal(one[learnt], two[learnt], rtol=1e-4, atol=1e-5)
    ours, theirs = scores(folder), scores(alone)
    for split in ("validation", "test"):
        assert ours[split]["rows"] == theirs[split]["rows"]
        f1s = [found[split]["hierarchical"]["f1"] for found in (ours, theirs)]
        assert f1s[0] == pytest.approx(f1s[1], abs=1e-6)
        accuracies = [found[split]["level_accuracy"] for found in (ours, theirs)]
        assert accuracies[0] == pytest.approx(accuracies[1], abs=1e-6)
