"""What a pretrained sentence encoder costs: loading, memory, sentences a second.

    OMP_NUM_THREADS=1 python scripts/benchmark_pretrained.py
    OMP_NUM_THREADS=1 python scripts/benchmark_pretrained.py --encoder models/minilm

The encoder is loaded first, before anything else takes memory. Then it encodes distinct
sentences of the training records of an experiment, and is asked for the same again.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from han.cli import run_command
from han.config import read_config
from han.devices.process_memory import GIGABYTE, memory
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.pretrained.encoder_choice import open_encoder
from han.pretrained.sentence_encoder import SentenceEncoder
from han.pretrained.sentence_texts import distinct_sentences
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from speed.tables import markdown

HEAD = (
    *("encoder", "loading, s", "memory, MB", "distinct sentences", "words of each"),
    *("a second, the first time", "a second, from memory"),
)


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    encoder = open_encoder(given.encoder, Cleaner(), Splitter())
    if encoder is None:
        raise InputError(f"--encoder {given.encoder}: there is none to measure.")
    loading = measure_loading(encoder)
    corpus = read_corpus(read_config(given.experiment))
    words, texts = corpus.encoder.vocabulary.words, corpus.examples["train"].texts
    sentences = distinct_sentences(texts, words)[0][: given.most]
    speeds = measure_speed(encoder, sentences)
    length = sum(len(sentence.split()) for sentence in sentences) / len(sentences)
    count = f"{len(sentences):,}"
    row = (encoder.name, *loading, count, f"{length:.1f}", *speeds)
    print(markdown(HEAD, [row]))
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    made.add_argument(
        "experiment", nargs="?", type=Path, default=Path("experiments/demo.yaml")
    )
    made.add_argument("--encoder", default="use", help="as `pretrained.encoder`")
    made.add_argument("--most", type=int, default=5000, help="sentences to encode")
    return made


def measure_loading(encoder: SentenceEncoder) -> tuple[str, str]:
    """Seconds until the first vector, and megabytes that the process has grown by."""
    before, begun = memory()["process"], time.perf_counter()
    encoder.encode(["a"])
    seconds = time.perf_counter() - begun
    grown = (memory()["process"] - before) * GIGABYTE / 1e6
    return f"{seconds:.1f}", f"{grown:.0f}"


def measure_speed(encoder: SentenceEncoder, sentences: list[str]) -> tuple[str, str]:
    """Sentences a second, when they are new and when they are known."""
    vectors, found = SentenceVectors(encoder, ()), []
    for _ in range(2):
        begun = time.perf_counter()
        vectors.of_words(sentences)
        found.append(f"{len(sentences) / (time.perf_counter() - begun):,.0f}")
    return found[0], found[1]


if __name__ == "__main__":
    run_command(main)
