"""Times the packed computation beside the padded one, on the same documents.

    python scripts/benchmark_computation.py experiments/demo.yaml [key.sub=value ...]

Both networks stand in one process and take turns, so that a busy machine slows both.
Printed are medians over the rounds of documents per CPU second, and the median of the
ratios within each round; times by themselves mean little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from han.config import Config, read_config
from han.doors import run_door
from han.training.corpus import Corpus, read_corpus

KINDS = ("packed", "padded")


def main() -> int:
    """Measures training and prediction and prints a Markdown table."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("experiment", type=Path)
    arguments.add_argument("overrides", nargs="*", metavar="key.sub=value")
    arguments.add_argument("--rounds", type=int, default=5, help="default: 5")
    arguments.add_argument("--steps", type=int, default=30, help="in a round, 30")
    given = arguments.parse_intermixed_args()
    corpus = read_corpus(read_config(given.experiment, given.overrides))
    work = {}
    for kind in KINDS:
        overrides = [*given.overrides, f"model.computation={kind}"]
        config = read_config(given.experiment, overrides)
        work[kind] = tasks(config, corpus, given.steps)
    print(table(measure(work, given.rounds)))
    train = corpus.examples["train"].texts
    words = len(train.word_ids) / len(train)
    print(f"\n{words:.1f} words a document, {os.cpu_count()} CPU cores.")
    return 0


def tasks(config: Config, corpus: Corpus, steps: int) -> dict[str, Callable[[], int]]:
    """Functions that train and predict, and return the number of documents."""
    import tensorflow as tf

    from han.data.batches import input_specs
    from han.training.fit import build_network, make_batches

    network = build_network(config, corpus)
    batches = list(islice(make_batches(config, corpus.examples["train"]), steps))
    signature = (
        input_specs(network.computation),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.float32),
    )
    step = tf.function(
        lambda *batch: network.train_step(batch), input_signature=signature
    )
    held_out = corpus.examples["validation"].texts

    def train() -> int:
        for batch in batches:
            step(*batch)
        return sum(len(nodes) for _, nodes, _ in batches)

    def predict() -> int:
        network.log_probabilities(held_out)
        return len(held_out)

    return {"train": train, "predict": predict}


def measure(
    work: dict[str, dict[str, Callable[[], int]]], rounds: int
) -> dict[tuple[str, str], list[float]]:
    """Documents per CPU second of each task and kind, one value a round."""
    speeds: dict[tuple[str, str], list[float]] = {}
    for number in tqdm(range(rounds + 1), "rounds"):
        for kind, functions in work.items():
            for task, run in functions.items():
                begun = time.process_time()
                documents = run()
                speed = documents / (time.process_time() - begun)
                if number:  # the first round builds the graphs
                    speeds.setdefault((task, kind), []).append(speed)
    return speeds


def table(speeds: dict[tuple[str, str], list[float]]) -> str:
    """Medians and the median ratio, as Markdown."""
    lines = ["| task | packed | padded | ratio |", "|---|---|---|---|"]
    for task in ("train", "predict"):
        packed, padded = (speeds[task, kind] for kind in KINDS)
        ratio = statistics.median(a / b for a, b in zip(packed, padded, strict=True))
        cells: list[Any] = [statistics.median(packed), statistics.median(padded)]
        lines.append(
            f"| {task}, documents per CPU second | {cells[0]:,.0f} | {cells[1]:,.0f} "
            f"| {ratio:.1f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    run_door(main)
