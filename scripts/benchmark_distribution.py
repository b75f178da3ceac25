"""What a training step costs on one device, on two, and with two processes.

    python scripts/benchmark_distribution.py              measured here, and on paper
    python scripts/benchmark_distribution.py --paper      no measurement
    python scripts/benchmark_distribution.py --corpus long --batch 64

The same global batches go through the loop that `python -m han.train` runs: alone, with
the processor cut into two devices (`mirrored`), and with two processes that talk over
the loopback (`multi_worker`). Each has one thread for each device, and they run one
after the other, in rounds; medians of seconds a step.

On paper: what 1, 4 and 16 GPUs send in each step, from the sizes of the network's own
variables and the distinct words of its batches, and how long a pass over many records
takes. What is assumed is printed with it. Nothing of that has been run on a GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from han.cli import run_command
from han.errors import InputError
from han.usable_cores import usable_cores
from speed.corpora import KINDS
from speed.rooms import Sizes
from speed.tables import markdown, number

MODES = {"none": 1, "mirrored": 1, "multi_worker": 2}  # and processes of each
NAMES = {
    "none": "one device",
    "mirrored": "two devices of one process",
    "multi_worker": "two processes",
}
WARM_UP = 5
GPUS = (1, 4, 16)
BYTES = 4  # of a float32, and of the number of a row
REMARK = """
Two devices on two cores share memory bandwidth and caches, and two processes talk
through the loopback: a ratio near 1 says that exchanging gradients eats up what the
second core brings, for so small a network. It says nothing of GPUs, whose step is
shorter and whose connection is faster. Where other programs use the cores, it says
nothing at all.
"""


@dataclass(frozen=True)
class Traffic:
    """What a step moves.

    Attributes:
        table: Bytes of the gradients of all rows of tables.
        rows: Bytes of those of the rows that one device reads, and their numbers.
        rest: Bytes of all other gradients.
    """

    table: float
    rows: float
    rest: float

    def dense(self, devices: int) -> float:
        """Bytes that a device sends if every gradient is summed whole, in a ring."""
        return 2 * (devices - 1) / devices * (self.table + self.rest)

    def sparse(self, devices: int) -> float:
        """Bytes that it sends if of tables only the rows read travel, to everybody."""
        ring = 2 * (devices - 1) / devices * self.rest
        return ring + (devices - 1) * self.rows


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    sizes = Sizes(
        given.corpus, 0, given.vocabulary, given.embedding, given.units, given.batch
    )
    for name in ("batch", "steps", "rounds", "vocabulary", "embedding", "units"):
        if getattr(given, name) < 1:
            raise InputError(f"--{name} must be 1 or more, not {getattr(given, name)}.")
    if given.measure:
        print(json.dumps(step_seconds(sizes, given.measure, given.steps)))
        return 0
    if not given.paper:
        print(measured_table(given), REMARK, sep="\n")
    print(paper(given, sizes))
    return 0


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--paper", action="store_true", help="no measurement")
    arguments.add_argument("--corpus", choices=list(KINDS), default="short")
    for name, value, what in (
        ("batch", 512, "documents of a global batch that is measured"),
        ("steps", 40, "steps of each measurement"),
        ("rounds", 3, "how often they take turns"),
        ("vocabulary", 50_000, "words"),
        ("embedding", 100, "width of a word vector"),
        ("units", 50, "width of each direction"),
    ):
        arguments.add_argument(f"--{name}", type=int, default=value, help=what)
    for name, assumed, what in (
        ("records", 300e6, "records of a pass, on paper"),
        ("gpu-batch", 512, "documents of each GPU in a step, on paper"),
        ("gpu-speed", 20_000, "documents a second of one GPU, assumed"),
        ("node-gigabytes", 50, "gigabytes a second between GPUs of a node, assumed"),
        ("net-gigabytes", 10, "gigabytes a second between nodes of 4, assumed"),
    ):
        arguments.add_argument(f"--{name}", type=float, default=assumed, help=what)
    arguments.add_argument("--measure", choices=list(MODES), help=argparse.SUPPRESS)
    return arguments


# Measured


def measured_table(given: argparse.Namespace) -> str:
    """Seconds a step of each mode, and how often one device is beaten."""
    rounds = [{mode: run(given, mode) for mode in MODES} for _ in range(given.rounds)]
    rows = []
    for mode in MODES:
        median = statistics.median(once[mode] for once in rounds)
        ratio = statistics.median(once["none"] / once[mode] for once in rounds)
        rows.append([NAMES[mode], number(1000 * median), f"{ratio:.2f}x"])
    head = (
        f"{given.corpus.capitalize()} documents, {given.batch} in a global batch, "
        f"{given.steps} steps, {given.rounds} rounds, {usable_cores()} cores, load "
        f"{os.getloadavg()[0]:.1f}:"
    )
    return f"{head}\n\n{markdown(('', 'ms a step', 'against one device'), rows)}"


def run(given: argparse.Namespace, mode: str) -> float:
    """Seconds a step of one mode, in processes of its own."""
    command = [sys.executable, __file__, "--measure", mode]
    for name in ("corpus", "batch", "steps", "vocabulary", "embedding", "units"):
        command += [f"--{name}", str(getattr(given, name))]
    running = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
        for environ in environments(MODES[mode])
    ]
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise InputError(f"The measurement of {NAMES[mode]} failed; see above.")
    return max(float(text.splitlines()[-1]) for text in said)


def environments(count: int) -> Iterator[dict[str, str]]:
    """Environment of each of some processes that train together."""
    if count == 1:
        yield dict(os.environ)
        return
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    cluster = {"worker": [f"127.0.0.1:{s.getsockname()[1]}" for s in sockets]}
    for one in sockets:
        one.close()
    for rank in range(count):
        task = {"type": "worker", "index": rank}
        yield {
            **os.environ,
            "TF_CONFIG": json.dumps({"cluster": cluster, "task": task}),
        }


def step_seconds(sizes: Sizes, mode: str, steps: int) -> float:
    """Median of the seconds from the end of a step to the end of the next."""
    from han.config import DistributionConfig
    from han.devices.device_group import find_process, make_device_group
    from han.devices.runtime import configure_runtime
    from han.training.loop import TrainingLoop
    from speed.corpora import make_corpus
    from speed.ours import make_network, use_threads

    os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    use_threads(2 if mode == "mirrored" else 1)
    config = DistributionConfig(
        mode,  # type: ignore[arg-type]
        2 if mode == "mirrored" else None,
    )
    place = find_process(config, os.environ)
    configure_runtime(seed=1, deterministic=True)
    device_group = make_device_group(config, place)
    documents = (steps + WARM_UP) * sizes.batch
    corpus = make_corpus(sizes.corpus, documents, sizes.vocabulary)
    with device_group.scope():
        network = make_network(sizes, corpus.tree.parents.tolist())
    ends: list[float] = []
    batches = [_batches(corpus, sizes, network, rows) for rows in (documents, 1)]
    TrainingLoop(network, batches[0], batches[1], device_group).run(
        [_clock(ends)], epochs=1
    )
    gaps = [later - end for end, later in pairwise(ends)]
    return statistics.median(gaps[WARM_UP:])


def _clock(ends: list[float]) -> Any:
    import keras

    return keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: ends.append(time.perf_counter())
    )


def _batches(corpus: Any, sizes: Sizes, network: Any, documents: int) -> Any:
    import numpy as np

    from han.batching.batches import Batches
    from han.batching.network_inputs import InputMaker

    rows = np.arange(documents)
    return Batches(
        corpus.texts.take(rows),
        corpus.nodes[rows],
        np.ones(documents),
        batch_size=sizes.batch,
        inputs=InputMaker(network.computation),
    )


# On paper


def paper(given: argparse.Namespace, sizes: Sizes) -> str:
    """Bytes, steps and hours for some numbers of GPUs."""
    traffic = traffic_of(sizes, int(given.gpu_batch))
    rows = [paper_row(given, traffic, gpus) for gpus in GPUS]
    header = (
        *("GPUs", "documents a step", "steps", "MB a step, tables whole"),
        *("MB a step, rows read", "hours, tables whole", "hours, rows read"),
    )
    assumed = (
        f"On paper, a pass over {given.records:,.0f} records. Gradients of tables: "
        f"{traffic.table / 1e6:.1f} MB whole, {traffic.rows / 1e6:.2f} MB of the rows "
        f"that {given.gpu_batch:.0f} documents read; of all else "
        f"{traffic.rest / 1e6:.2f} MB. Assumed: {given.gpu_speed:,.0f} documents a "
        f"second of one GPU, {given.node_gigabytes:g} GB/s between the GPUs of a node "
        f"of 4, {given.net_gigabytes:g} GB/s between nodes, nothing sent while a GPU "
        "computes, data always there. MB are those that each GPU sends."
    )
    return f"{assumed}\n\n{markdown(header, rows)}"


def paper_row(given: argparse.Namespace, traffic: Traffic, gpus: int) -> list[str]:
    """What one number of GPUs needs."""
    steps = given.records / (given.gpu_batch * gpus)
    way = 1e9 * (given.node_gigabytes if gpus <= 4 else given.net_gigabytes)
    sent = traffic.dense(gpus), traffic.sparse(gpus)
    compute = given.gpu_batch / given.gpu_speed
    hours = [steps * (compute + each / way) / 3600 for each in sent]
    return [
        *(str(gpus), f"{given.gpu_batch * gpus:,.0f}", f"{steps:,.0f}"),
        *(f"{each / 1e6:.1f}" for each in sent),
        *(f"{each:.2f}" for each in hours),
    ]


def traffic_of(sizes: Sizes, batch: int) -> Traffic:
    """Bytes of gradients, by the network's variables and batches of a corpus."""
    import numpy as np

    from han.batching.network_inputs import NO_AUXILIARY_INPUTS
    from speed.corpora import make_corpus
    from speed.ours import make_network

    corpus = make_corpus(sizes.corpus, 8 * batch, sizes.vocabulary)
    network = make_network(sizes, corpus.tree.parents.tolist())
    tables = {id(variable) for variable in network.sparse_variables}
    counts = {True: 0, False: 0}
    for variable in network.trainable_variables:
        counts[id(variable) in tables] += int(np.prod(variable.shape))
    parts = np.array_split(np.arange(len(corpus.texts)), 8)
    inputs = [NO_AUXILIARY_INPUTS.inputs(corpus.texts.take(p), "packed") for p in parts]
    words = float(np.mean([len(arrays["words"]) for arrays in inputs]))
    row = BYTES * (sizes.embedding + 1)
    return Traffic(BYTES * counts[True], words * row, BYTES * counts[False])


if __name__ == "__main__":
    run_command(main)
