"""Whether a network of the sizes that an experiment asks for fits into memory."""

from __future__ import annotations

from typing import NamedTuple

from han.config import Config, EmbeddingsConfig
from han.devices.process_memory import GIGABYTE, machine_memory
from han.errors import InputError

GATES = {"gru": 3, "lstm": 4, "cnn": 5, "mean": 1}
# A weight has its gradient and two moments of Adam beside it, in four bytes each.
BYTES = 4 * 4


class Part(NamedTuple):
    """Numbers that a setting asks for.

    Attributes:
        key: The setting that decides.
        value: Its value.
        numbers: How many numbers there are.
    """

    key: str
    value: int
    numbers: float


def check_memory(
    config: Config, words: int = 1, nodes: int = 1, records: int = 1
) -> None:
    """Refuses sizes that this machine cannot hold, before anything is trained.

    It is an estimate from below: what it lets pass may still be too much.

    Args:
        config: The experiment.
        words: Words of the vocabulary; 1 where the data is not read yet.
        nodes: Nodes of the code list.
        records: Training records.

    Raises:
        InputError: With the setting that needs most.
    """
    if config.model.kind != "han":
        return
    parts = network_parts(config, words, nodes, records)
    needed, there = BYTES * sum(part.numbers for part in parts), machine_memory()
    if needed <= there:
        return
    most = max(parts, key=lambda part: part.numbers)
    data = f"{words:,} words, {nodes:,} codes and {records:,} training records"
    raise InputError(
        f"`{most.key}` is {most.value:,}: {f'with {data} ' * (words > 1)}the network "
        f"needs at least {needed / GIGABYTE:,.0f} GB of memory, and this machine has "
        f"{there / GIGABYTE:,.0f} GB. Lower it."
    )


def network_parts(config: Config, words: int, nodes: int, records: int) -> list[Part]:
    """What the parts of the network hold; see `han.network.document_encoder`."""
    given, vectors = config.model, config.embeddings
    gates, bag = GATES[given.encoder], given.bag_units * given.wide
    wide, w, s = vectors.dimension, given.word_units, given.sentence_units
    buckets, topics = vectors.subword_buckets, config.topics.number
    has_topics = config.topics.method != "none"
    batch = min(config.training.batch_size, records)
    return [
        Part("embeddings.dimension", wide, words * wide),
        _letters(buckets, wide),
        Part("model.word_units", w, 2 * gates * w * (wide + w) + 4 * w * w),
        Part("model.sentence_units", s, 2 * gates * s * (2 * w + s) + 4 * s * s),
        Part("model.sentence_units", s, 2 * s * nodes),
        Part("model.bag_units", bag, bag * (words + nodes)),
        Part("training.batch_size", batch, batch * (wide + 2 * (w + s))),
        Part("topics.number", topics, topics * words * has_topics),
    ]


def _letters(buckets: int, wide: int) -> Part:
    """The table of letter sequences; of its two settings the one that is unusual."""
    usual = EmbeddingsConfig()
    if buckets / usual.subword_buckets > wide / usual.dimension:
        return Part("embeddings.subword_buckets", buckets, buckets * wide)
    return Part("embeddings.dimension", wide, buckets * wide)
