"""Sizes that no machine can hold are refused before anything is trained."""

import re
from dataclasses import replace

import pytest
from support.experiments import write_experiment

from han.config import read_config
from han.errors import InputError
from han.experiment import network_memory
from han.experiment.corpus import read_corpus
from han.experiment.network_memory import BYTES, check_memory, network_parts


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ("embeddings.dimension=10_000_000", "embeddings.dimension"),
        ("embeddings.subword_buckets=2_000_000_000", "embeddings.subword_buckets"),
        ("model.word_units=1_000_000", "model.word_units"),
        ("model.sentence_units=1_000_000", "model.sentence_units"),
        ("model.bag_units=2_000_000_000", "model.bag_units"),
    ],
)
def test_an_absurd_size_is_refused_with_its_key(tmp_path, monkeypatch, setting, key):
    monkeypatch.setattr(network_memory, "machine_memory", lambda: 64 * 10**9)
    config = read_config(write_experiment(tmp_path), [setting])
    said = rf"`{key}` is [\d,]+: .*needs at least [\d,]+ GB .* has 64 GB"
    with pytest.raises(InputError, match=said):
        read_corpus(config)


def test_what_is_known_without_data_is_said_before_it_is_read(tmp_path):
    config = read_config(write_experiment(tmp_path), ["model.word_units=1_000_000"])
    (tmp_path / "data.csv").unlink()
    with pytest.raises(InputError, match=r"`model\.word_units` is 1,000,000: the netw"):
        read_corpus(config)


def test_the_estimate_is_that_of_the_weights(tmp_path, monkeypatch):
    config = read_config(
        write_experiment(tmp_path), ["model.wide=false", "embeddings.dimension=1000"]
    )
    parts = network_parts(config, words=30_000, nodes=500, records=100)
    # 30,000 words and 65,536 letter sequences of 1,000 numbers each.
    tables = sum(p.numbers for p in parts if p.key == "embeddings.dimension")
    assert tables == 95_536_000
    needed = BYTES * sum(part.numbers for part in parts)
    assert needed == pytest.approx(16 * 95_536_000, rel=0.01)
    monkeypatch.setattr(network_memory, "machine_memory", lambda: needed)
    check_memory(config, 30_000, 500, 100)
    with pytest.raises(InputError, match=re.escape("with 30,001 words, 500 codes")):
        check_memory(config, 30_001, 500, 100)


def test_a_baseline_has_no_network_to_hold(tmp_path):
    config = read_config(write_experiment(tmp_path), ["model.word_units=1_000_000"])
    check_memory(replace(config, model=replace(config.model, kind="majority")))
