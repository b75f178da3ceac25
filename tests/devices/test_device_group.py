"""Several devices and processes learn what one learns from the same batches."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support.event_files import curves
from support.experiments import write_experiment
from support.stopped_runs import STOPS_ITSELF

from han.cli import STOPPED_BY_SIGNAL
from han.config import DistributionConfig, read_config
from han.devices.device_group import (
    DeviceGroup,
    ProcessRank,
    check_batch_size,
    find_process,
)
from han.errors import InputError
from han.runs.stop_signals import StoppedBySignal, StopSignal

SCRIPT = Path(__file__).parents[1] / "support" / "distributed.py"
WORKERS = DistributionConfig("multi_worker")
CASES = ("packed adam", "padded sgd", "paths adamw", "sets adamw")
HALVES = ("bfloat16", "float16")


def addresses(count):
    """Ports that were free a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [f"127.0.0.1:{s.getsockname()[1]}" for s in sockets]
    for one in sockets:
        one.close()
    return found


def environments(count):
    """Environment of each of several processes that train together."""
    cluster = {"worker": addresses(count)}
    for rank in range(count):
        task = {"type": "worker", "index": rank}
        given = json.dumps({"cluster": cluster, "task": task})
        yield {**os.environ, "TF_CONFIG": given}


def run_all(commands):
    """Runs commands, each with its environment, side by side; all must end well."""
    running = [
        subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for command, env in commands
    ]
    ended = [(process.communicate(timeout=900), process) for process in running]
    return [(process.returncode, *texts) for texts, process in ended]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Weights and logs of the cases: one device, two, and two processes."""
    folder = tmp_path_factory.mktemp("found")
    envs = [dict(os.environ), dict(os.environ), *environments(2)]
    kinds = ["none", "mirrored", "multi_worker", "multi_worker"]
    cases = [[*CASES, *HALVES], [*CASES, "float16"], CASES, CASES]
    files = [folder / f"{number}.npz" for number in range(4)]
    commands = [
        ([sys.executable, str(SCRIPT), kind, str(file), *some], env)
        for kind, file, some, env in zip(kinds, files, cases, envs, strict=True)
    ]
    for code, _, errors in run_all(commands):
        assert code == 0, errors
    return [dict(np.load(file)) for file in files]


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("number", [1, 2, 3], ids=["mirrored", "worker 0", "worker 1"])
def test_devices_learn_what_one_learns(found, case, number):
    for what in ("weights", "logs", "norms"):
        name = f"{case} {what}"
        np.testing.assert_allclose(found[number][name], found[0][name], atol=1e-5)


@pytest.mark.slow
@pytest.mark.tensorflow
def test_clipping_is_at_work(found):
    """Otherwise the equality above would not tell when it is done."""
    from support.distributed import CLIP_NORM

    for case in CASES:  # the first norm is that of all gradients
        assert (found[0][f"{case} norms"][:, 0] > CLIP_NORM).all()


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", HALVES)
def test_half_precision_is_finite_and_near(found, kind):
    exact, near = found[0]["padded sgd logs"], found[0][f"{kind} logs"]
    assert np.isfinite(near).all()
    losses = near[:, -1]  # in alphabetical order the loss of the validation is last
    np.testing.assert_allclose(losses, exact[:, -1], rtol=0.02)
    assert not np.array_equal(near, exact)
    norms = [found[0][f"{name} norms"] for name in ("padded sgd", kind)]
    np.testing.assert_allclose(norms[1], norms[0], rtol=0.1, atol=0.01)
    if kind == "float16":  # its scale of the loss is one for all devices
        np.testing.assert_allclose(found[1][f"{kind} logs"][:, -1], losses, rtol=0.01)


@pytest.mark.tensorflow
@pytest.mark.parametrize("computation", ["packed", "padded"])
def test_shares_hold_each_document_once(computation):
    from support.distributed import documents

    from han.batching.batches import Batches
    from han.batching.network_inputs import InputMaker

    texts = documents(np.random.default_rng(0))
    weights = np.arange(1.0, 18.0)
    source = Batches(
        *(texts, np.zeros(17, np.int32), weights),
        batch_size=8,
        inputs=InputMaker(computation),
    )
    each = [source.shares(range(i, i + 1), 3).take(3) for i in range(3)]
    parts = [[w for _, _, w in share.as_numpy_iterator()] for share in each]
    for step, whole in enumerate(source):
        joined = np.concatenate([part[step] for part in parts])
        np.testing.assert_array_equal(np.sort(joined[joined > 0]), np.sort(whole[2]))
    small = next(k for k, (_, _, w) in enumerate(source) if len(w) == 1)
    assert [len(part[small]) for part in parts] == [1, 1, 1]  # two of them fill
    sizes = [len(weights) for _, _, weights in source]
    both = source.shares(range(2), 2).take(7).as_numpy_iterator()
    halves = [half for size in sizes for half in [max(size // 2, 1)] * 2]
    assert [len(w) for _, _, w in both] == [*halves, 0]
    source.begin = 2
    rest = source.shares(range(1), 1).take(2).as_numpy_iterator()
    assert [len(w) for _, _, w in rest] == [sizes[2], 0]


def test_place_comes_from_tf_config_and_is_alone_without():
    task = {"type": "worker", "index": 1}
    given = {"cluster": {"chief": ["a:1"], "worker": ["b:1", "c:1"]}, "task": task}
    assert find_process(WORKERS, {"TF_CONFIG": json.dumps(given)}) == ProcessRank(2, 3)
    assert find_process(WORKERS, {}) == ProcessRank(0, 1)
    assert find_process(DistributionConfig(), {"TF_CONFIG": "wrong"}) == ProcessRank(
        0, 1
    )


def test_place_comes_from_slurm_else():
    environ = {
        "SLURM_JOB_ID": "7",
        "SLURM_PROCID": "1",
        "SLURM_STEP_NODELIST": "hn[1-2]",
        "SLURM_STEP_TASKS_PER_NODE": "1(x2)",
    }
    assert find_process(WORKERS, environ) == ProcessRank(1, 2)
    assert json.loads(environ["TF_CONFIG"])["task"]["index"] == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cluster": {}, "task": 3}'])
def test_wrong_tf_config_is_said(text):
    with pytest.raises(InputError, match="TF_CONFIG in the environment is not"):
        find_process(WORKERS, {"TF_CONFIG": text})


def test_counts_of_other_devices_are_not_lost():
    one = DeviceGroup(SimpleNamespace(num_replicas_in_sync=1))
    part = SimpleNamespace(
        numpy=lambda: np.zeros(2), assign=lambda row: given.append(row)
    )
    given = []
    variables = [SimpleNamespace(value=part, shape=(2,)) for _ in range(2)]
    assert one.states(variables).tolist() == [[0, 0, 0, 0]]
    one.restore(variables, np.array([[1.0, 2, 3, 4], [1, 1, 1, 1]]))
    assert np.concatenate(given).tolist() == [2, 3, 4, 5]


def test_every_device_must_get_a_document():
    check_batch_size(8, 8)
    with pytest.raises(InputError, match=r"batch_size` is 7.* 8 devices"):
        check_batch_size(7, 8)


@pytest.mark.parametrize(
    "section, message",
    [
        ("{devices: 2}", "set one of them"),
        ("{precision: float16}", "mixed_float16"),
        ("{strategy: mirrored, devices: 0}", "at least 1"),
        ("{strategy: parameter_server}", "multi_worker"),
    ],
)
def test_wrong_sections_are_said(tmp_path, section, message):
    file = write_experiment(tmp_path, distribution=section)
    with pytest.raises(InputError, match=message):
        read_config(file)


def test_a_baseline_trains_in_one_process(tmp_path):
    file = write_experiment(tmp_path, distribution="{strategy: mirrored}")
    with pytest.raises(InputError, match="trains in one process"):
        read_config(file, ["model.kind=majority"])


# Signals


def test_a_signal_stops_what_keeps_nothing():
    before = signal.getsignal(signal.SIGTERM)
    with StopSignal() as stop:
        with pytest.raises(StoppedBySignal):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGUSR1)  # the second one while it cleans up
        assert stop.asked
    assert signal.getsignal(signal.SIGTERM) == before
    with StopSignal() as stop:
        stop.ignore()
    os.kill(os.getpid(), signal.SIGTERM)  # while the interpreter shuts down


def test_a_signal_waits_for_who_saves():
    with StopSignal() as stop:
        reached = False
        with pytest.raises(StoppedBySignal), stop.waiting():
            os.kill(os.getpid(), signal.SIGUSR1)
            os.kill(os.getpid(), signal.SIGTERM)
            reached = stop.asked
        assert reached


def assert_same_board(one, two):
    """The first process alone has written, and each point once."""
    for part in ("train", "validation"):
        wanted, found = (curves(folder / part) for folder in (one, two))
        assert wanted.keys() == found.keys()
        for tag, (steps, _) in wanted.items():
            assert found[tag][0] == steps, tag
        # Taken up twice at most: what was cut back is one file.
        assert len(list((two / part).glob("events*"))) <= 2
    norms = [curves(folder / "train")["gradient_norm/all"][1] for folder in (one, two)]
    np.testing.assert_allclose(*norms, rtol=1e-3)
    assert (two / "train" / "words.tsv").read_bytes() == (
        one / "train" / "words.tsv"
    ).read_bytes()


@pytest.mark.slow
@pytest.mark.tensorflow
def test_two_processes_stopped_and_taken_up_end_as_one_alone(tmp_path):
    """The whole way: one of two gets a signal, both leave, both go on together."""
    from han import train

    alone, together = tmp_path / "alone", tmp_path / "together"
    board = (
        "gradient_norms: true, every_batches: 3, projector: true, attention_records: 2"
    )
    for folder, strategy in ((alone, "none"), (together, "multi_worker")):
        folder.mkdir()
        write_experiment(
            folder,
            repeat=12,
            model="{word_units: 4, sentence_units: 4, dropout: 0.0, bag_units: 5}",
            distribution=f"{{strategy: {strategy}}}",
            training="{epochs: 2, batch_size: 4, optimizer: adamw, "
            "save_minutes: 0.0001}",
            logging=f"{{run_folder: {folder}/run, {board}}}",
        )
    assert train.main([str(alone / "experiment.yaml")]) == 0
    experiment = str(together / "experiment.yaml")
    command = [sys.executable, "-m", "han.train", experiment]
    stops = [sys.executable, "-c", STOPS_ITSELF, str(int(signal.SIGTERM)), "0", "4"]
    commands = [command, [*stops, experiment]]
    for code, _, errors in run_all(zip(commands, environments(2), strict=True)):
        assert code == STOPPED_BY_SIGNAL, errors
    assert (together / "run" / "REQUEUE").is_file()
    ended = run_all([(command, env) for env in environments(2)])
    assert [code for code, *_ in ended] == [0, 0], ended
    assert "Taking up the run after" in ended[0][2]
    assert "metrics" in ended[0][1] and not ended[1][1]  # the first alone speaks
    one, two = (
        pd.read_csv(folder / "run" / "history.csv").filter(regex="loss|f1|epoch")
        for folder in (alone, together)
    )
    pd.testing.assert_frame_equal(one, two, atol=1e-5, rtol=1e-3)
    assert_same_board(*(folder / "run" / "tensorboard" for folder in (alone, together)))
