"""Where the time of a training step and of a prediction goes, piece by piece.

    python scripts/benchmark_kernels.py                   long and short documents
    python scripts/benchmark_kernels.py --corpus short --batch 512
    python scripts/benchmark_kernels.py --units 128

Each piece is the real layer of the network on the real inputs of one batch, alone in a
graph; pieces take turns in rounds, and medians of CPU milliseconds on one thread are
printed. Backward passes include gradients of inputs and of weights. The product of
distinct words is part of the word encoder; what is left of that layer is gathering
rows, and the recurrence. Pieces add up to less than the step: the loss, the metrics
and moving tensors between layers are in none of them ("the rest"). A prediction is the
one in NumPy, with every word projected already.

To see more: `tf.profiler`, or `perf record -g` for what is inside TensorFlow.
"""

from __future__ import annotations

import argparse
import logging
from typing import Any

from han.cli import run_command
from han.devices.runtime import require_tensorflow
from han.errors import InputError
from speed.corpora import KINDS, make_corpus
from speed.rooms import Sizes
from speed.tables import markdown, number

CHUNK = {"long": 512, "short": 4096}
POSITIVE = ("units", "batch", "chunk", "embedding", "vocabulary", "rounds")


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    for name in POSITIVE:
        value = getattr(given, name)
        if value is not None and value < 1:
            raise InputError(f"--{name} must be 1 or more, not {value}.")
    require_tensorflow()
    from speed.ours import prepare

    prepare(threads=1)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each piece is a graph
    for corpus in KINDS if given.corpus == "both" else (given.corpus,):
        sizes = Sizes(
            corpus, 0, given.vocabulary, given.embedding, given.units, given.batch
        )
        report(sizes, given.chunk or CHUNK[corpus], given.rounds, given.seconds)
    return 0


def report(sizes: Sizes, chunk: int, rounds: int, seconds: float) -> None:
    """Both tables of one corpus."""
    from speed import pieces
    from speed.ours import make_network

    documents = max(chunk, sizes.batch)
    corpus = make_corpus(sizes.corpus, documents, sizes.vocabulary)
    network = make_network(sizes, corpus.tree.parents.tolist())
    texts, nodes = pieces.batch_of(corpus, sizes.batch)
    works = pieces.training_pieces(network, texts, nodes)
    times = pieces.cpu_milliseconds(works, rounds, seconds)
    head = f"{sizes.corpus}, {sizes.units} units"
    words = f"{len(texts.word_ids):,} words"
    print(f"\nA training step ({head}, {len(texts)} documents, {words})\n")
    print(training_table(times, pieces.PROJECTION, pieces.STEP), flush=True)
    texts, _ = pieces.batch_of(corpus, chunk)
    works = pieces.prediction_pieces(network, texts)
    times = pieces.cpu_milliseconds(works, rounds, seconds)
    words = f"{len(texts.word_ids):,} words"
    print(f"\nA prediction ({head}, {len(texts)} documents, {words})\n")
    print(prediction_table(times, pieces.PREDICTION), flush=True)


def training_table(times: dict[str, Any], part: str, whole: str) -> str:
    """Milliseconds of each piece and its share of the step."""
    total = times[whole][1]
    # Packing is done while the step before runs; the product is part of a layer.
    apart = (part, whole, "packing (NumPy)")
    known = sum(t[1] for name, t in times.items() if name not in apart)
    rows = [
        (name, *(cell(t) for t in both), f"{(both[1] or both[0]) / total:.0%}")
        for name, both in times.items()
    ]
    rest = total - known
    rows.insert(-1, ("the rest", "", number(rest), f"{rest / total:.0%}"))
    header = ("piece", "forward, CPU ms", "with backward, CPU ms", "of the step")
    return markdown(header, rows)


def prediction_table(times: dict[str, Any], whole: str) -> str:
    """Milliseconds of each piece and its share of the whole."""
    total = times[whole][0]
    rows = [(n, cell(t[0]), f"{t[0] / total:.0%}") for n, t in times.items()]
    return markdown(("piece", "CPU ms", "of the whole"), rows)


def cell(value: float | None) -> str:
    """A time, or nothing."""
    return "" if value is None else number(value)


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--corpus", choices=(*KINDS, "both"), default="both")
    made.add_argument("--units", type=int, default=50, help="of a GRU, default 50")
    made.add_argument("--batch", type=int, default=64, help="documents, default 64")
    made.add_argument(
        "--chunk",
        type=int,
        help="documents predicted at a time, default 512 long, 4096 short",
    )
    made.add_argument("--embedding", type=int, default=200, help="width, default 200")
    made.add_argument("--vocabulary", type=int, default=50_000, help="default 50000")
    made.add_argument("--rounds", type=int, default=7, help="default 7")
    made.add_argument(
        "--seconds", type=float, default=0.1, help="of a piece in a round, default 0.1"
    )
    return made


if __name__ == "__main__":
    run_command(main)
