"""Section `augmentation`: what it accepts, what it touches, and that it can be resumed.

Nothing here loads TensorFlow but the tests at the end, which say so.
"""

import threading
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.experiments import write_experiment

from han.batching.network_inputs import NO_AUXILIARY_INPUTS
from han.config import (
    AugmentationConfig,
    Config,
    DataConfig,
    FieldConfig,
    ModelConfig,
    PretrainedConfig,
    SplitConfig,
    read_config,
)
from han.data.augmentation import AugmentationRates
from han.errors import InputError
from han.experiment.corpus import Corpus, read_corpus
from han.runs.run_folder import RunFolder
from han.text.encoded_texts import EncodedTexts

EXPERIMENT = """\
data:
  train: train.csv
  fields: {title: {}, tasks: {}}
  label_columns: [level_1]
"""


def only(**chances: Any) -> AugmentationConfig:
    """Nothing but this, in every document."""
    nothing = {"typos": 0.0, "accent_loss": 0.0, "shorter": 0.0}
    return AugmentationConfig(share=1.0, **(nothing | chances))


NOISE = only(typos=0.2, phonetic=0.2, word_dropout=0.2, field_dropout=0.3, shorter=0.3)
WORDS = "panadero vende bolillos hornea queso vacas ordeña martillos clavos".split()


def read(folder: Path, *overrides: str) -> Config:
    file = folder / "experiment.yaml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    return read_config(file, list(overrides))


def corpus_of(
    folder: Path,
    augmentation: AugmentationConfig,
    seed: int = 17,
    words: tuple[int, int] = (3, 5),
) -> tuple[Config, Corpus]:
    """A corpus of 120 documents of two fields, 80 of them to train on."""
    random, lines = np.random.default_rng(0), ["role,title,tasks,code"]
    for i in range(120):
        title, tasks = (random.choice(WORDS, length) for length in words)
        role = ("train", "train", "train", "train", "validation", "test")[i % 6]
        lines.append(f"{role},{' '.join(title)},{' '.join(tasks)},{i % 2}")
    file = folder / "data.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    config = Config(
        data=DataConfig(
            train=str(file),
            fields={"title": FieldConfig(), "tasks": FieldConfig()},
            label_columns=("code",),
            split=SplitConfig(column="role"),
        ),
        seed=seed,
        augmentation=augmentation,
        pretrained=PretrainedConfig("none"),
    )
    return config, read_corpus(config)


def words_of(corpus: Corpus, texts: EncodedTexts) -> list[tuple[int, str]]:
    """Field and word of each word, whether it is in the vocabulary or not."""
    known = corpus.encoder.vocabulary.words
    field = np.repeat(texts.sentence_fields, texts.sentence_lengths).tolist()
    words = [
        known[i - 2] if i > 1 else texts.unknown[-1 - i]
        for i in texts.word_ids.tolist()
    ]
    return list(zip(field, words, strict=True))


def same(a: EncodedTexts, b: EncodedTexts) -> bool:
    return a.unknown == b.unknown and all(
        np.array_equal(getattr(a, f.name), getattr(b, f.name))
        for f in fields(EncodedTexts)
    )


def touched(corpus: Corpus) -> list[bool]:
    """Whether each training document is another one in the first epoch."""
    assert corpus.augmented is not None
    plain, noisy = corpus.examples["train"].texts, corpus.augmented(0)
    pairs = ((plain.take([i]), noisy.take([i])) for i in range(80))
    return [words_of(corpus, one) != words_of(corpus, other) for one, other in pairs]


# What may be said


def test_a_little_noise_by_default_that_fits_all_languages_and_fields(tmp_path) -> None:
    given = read(tmp_path).augmentation
    assert given == AugmentationConfig()
    chances = {k for k, value in vars(given).items() if value}
    assert chances == {"typos", "accent_loss", "shorter"}
    one_field = ["data.fields={text: {}}", "text.language=english"]
    assert read(tmp_path, *one_field).augmentation == given
    assert read(tmp_path, "text.fold_accents=true").augmentation == given
    assert read(tmp_path, "augmentation={share: 0, typos: 0}").augmentation.share == 0
    corpus = corpus_of(tmp_path, given)[1]  # documents of eight words
    assert 5 < sum(touched(corpus)) < 30


def test_short_answers_keep_their_words_unless_noise_is_asked_for(tmp_path) -> None:
    corpus_of_three = partial(corpus_of, tmp_path, words=(1, 2))
    assert corpus_of_three(AugmentationConfig())[1].augmented is None
    for asked in (AugmentationConfig(share=0.3), AugmentationConfig(word_dropout=0.2)):
        assert 5 < sum(touched(corpus_of_three(asked)[1])) < 30


def test_a_share_of_nothing_leaves_all_as_it_is(tmp_path) -> None:
    given = AugmentationConfig(share=0.0, typos=0.5)
    assert corpus_of(tmp_path, given)[1].augmented is None


def test_baselines_learn_from_texts_as_they_are(tmp_path) -> None:
    config, corpus = corpus_of(tmp_path, NOISE)
    assert corpus.augmented is not None
    linear = replace(config, model=replace(config.model, kind="tfidf_linear"))
    assert read_corpus(linear).augmented is None


def test_every_ingredient_has_a_key() -> None:
    keys = {f.name for f in fields(AugmentationConfig)} - {"synonyms_file"}
    assert keys == {f.name for f in fields(AugmentationRates)}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["augmentation.typos=1.1"], r"`augmentation\.typos` must be at most 1"),
        (["augmentation.shorter=-0.1"], r"`augmentation\.shorter` must be at least 0"),
        (["augmentation.typo=0.1"], r"unknown key .*Did you mean .*typos`\?"),
        (
            ["augmentation.field_dropout=0.1", "data.fields={text: {}}"],
            r"`augmentation\.field_dropout` is for documents of several fields",
        ),
        (
            ["augmentation.field_shuffle=0.1", "data.fields={text: {}}"],
            r"`augmentation\.field_shuffle` is for documents of several fields",
        ),
        (
            ["augmentation={share: 0, typos: 0.2}"],
            r"`augmentation\.share: 0` touches no document",
        ),
        (
            ["augmentation.accent_loss=0.1", "text.fold_accents=true"],
            r"`augmentation\.accent_loss` does nothing with `text\.fold_accents`",
        ),
        (["augmentation.synonyms=0.1"], r"needs a list in `augmentation\.synonyms_f"),
        (["augmentation.synonyms_file=a.txt"], r"not used while `augmentation\.synon"),
        (
            ["augmentation.phonetic=0.1", "text.language=english"],
            r"`augmentation\.phonetic` knows Spanish only, and .* is english",
        ),
    ],
)
def test_what_cannot_be_is_refused(overrides, message, tmp_path) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, *overrides)


def test_a_missing_list_of_synonyms_is_said_when_data_are_read(tmp_path) -> None:
    given = AugmentationConfig(synonyms=0.5, synonyms_file=str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match=r"none\.txt: there is no such list of synon"):
        corpus_of(tmp_path, given)


# What is touched


def test_training_documents_alone_are_touched(tmp_path) -> None:
    plain = corpus_of(tmp_path, only())[1]
    noisy = corpus_of(tmp_path, NOISE)[1]
    assert noisy.encoder.vocabulary.words == plain.encoder.vocabulary.words
    assert set(noisy.examples) == {"train", "validation", "test"}
    for role, examples in plain.examples.items():
        assert same(noisy.examples[role].texts, examples.texts)
    assert noisy.augmented is not None
    found = noisy.augmented(0)
    assert len(found) == len(noisy.examples["train"]) == 80
    written = {word for _, word in words_of(noisy, found)}
    assert len(written - set(WORDS)) > 20  # misspelt words
    assert (found.document_words >= 1).all()
    assert found.word_ids.size < 0.8 * noisy.examples["train"].texts.word_ids.size


def test_known_words_keep_their_numbers_and_new_ones_their_letters(tmp_path) -> None:
    _, corpus = corpus_of(tmp_path, only(typos=0.3))
    assert corpus.augmented is not None
    before = words_of(corpus, corpus.examples["train"].texts)
    after = words_of(corpus, corpus.augmented(4))
    changed = [
        new for (_, old), (_, new) in zip(before, after, strict=True) if old != new
    ]
    assert len(changed) / len(before) == pytest.approx(0.3, abs=0.07)
    assert not set(changed) & set(WORDS)


def test_synonyms_are_those_of_the_file_as_cleaned(tmp_path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("Queso, REQUESÓN\n", encoding="utf-8")
    given = only(synonyms=1.0, synonyms_file=str(file))
    config, corpus = corpus_of(tmp_path, given)
    assert corpus.augmented is not None
    written = [word for _, word in words_of(corpus, corpus.augmented(0))]
    assert "requesón" in written and "queso" not in written
    assert str(file) in corpus.fingerprints  # a run goes on with the same list only
    assert config.augmentation.synonyms_file == str(file)


def test_epochs_are_the_same_in_any_order_and_process(tmp_path) -> None:
    first, second = (corpus_of(tmp_path, NOISE)[1].augmented for _ in range(2))
    other = corpus_of(tmp_path, NOISE, seed=18)[1].augmented
    assert first and second and other
    epochs = [first(epoch) for epoch in range(3)]
    assert same(second(2), epochs[2]) and same(second(0), epochs[0])
    assert not same(epochs[0], epochs[1]) and not same(other(0), epochs[0])


def test_a_share_of_documents(tmp_path) -> None:
    half = replace(NOISE, share=0.5, typos=0.9)
    _, corpus = corpus_of(tmp_path, half)
    assert corpus.augmented is not None
    assert 25 < sum(touched(corpus)) < 55


# Batches of it


def passed(corpus: Corpus, config: Config, epochs: list[int]):
    from han.training.network_building import make_batches

    examples, augment = corpus.examples["train"], corpus.augmented
    source = make_batches(config, examples, NO_AUXILIARY_INPUTS, augment=augment)
    found = []
    for epoch in epochs:
        source.epoch = epoch
        found.append(list(source))
    return found


def assert_same_batches(one, other) -> None:
    for (inputs, *targets), (inputs_2, *targets_2) in zip(one, other, strict=True):
        assert inputs.keys() == inputs_2.keys()
        for name, array in inputs.items():
            np.testing.assert_array_equal(array, inputs_2[name])
        for array, array_2 in zip(targets, targets_2, strict=True):
            np.testing.assert_array_equal(array, array_2)


@pytest.mark.tensorflow
def test_a_resumed_run_sees_the_batches_of_an_uninterrupted_one(tmp_path) -> None:
    config, corpus = corpus_of(tmp_path, NOISE)
    whole = passed(corpus, config, [0, 1, 2])
    config, again = corpus_of(tmp_path, NOISE)
    assert_same_batches(passed(again, config, [2])[0], whole[2])
    sizes = [sum(inputs["field_ids"].size for inputs, *_ in epoch) for epoch in whole]
    assert len(set(sizes)) > 1  # epochs differ in their sentences


@pytest.mark.tensorflow
def test_batches_hold_the_documents_of_their_epoch_with_their_labels(tmp_path) -> None:
    from han.batching.batches import Batches
    from han.batching.epoch_orders import EpochDocuments

    _, corpus = corpus_of(tmp_path, NOISE)
    assert corpus.augmented is not None
    # The node of each document is its number: labels must go with the documents.
    nodes, weights = np.arange(80, dtype=np.int32), np.linspace(0, 1, 80)
    texts = corpus.examples["train"].texts
    source = Batches(
        texts,
        nodes,
        weights,
        batch_size=8,
        epochs=EpochDocuments(augment=corpus.augmented),
    )
    dataset = source.shares(range(1), 1).take(len(source))
    for epoch in (1, 0):
        source.epoch = epoch
        expected, seen = corpus.augmented(epoch), []
        for inputs, rows, weighed in dataset.as_numpy_iterator():
            known = expected.take(rows)
            lengths = np.bincount(inputs["word_segments"])[:-1]
            np.testing.assert_array_equal(lengths, known.sentence_lengths)
            np.testing.assert_array_equal(
                inputs["document_sentences"], known.document_sentences
            )
            np.testing.assert_array_equal(
                inputs["field_ids"][:-1], known.sentence_fields
            )
            np.testing.assert_allclose(weighed, weights[rows], rtol=1e-6)
            seen += rows.tolist()
        assert sorted(seen) == list(range(80))
        assert same(source.texts, expected)


@pytest.mark.tensorflow
def test_documents_of_like_length_travel_together_by_their_new_lengths(
    tmp_path,
) -> None:
    from han.batching.batches import Batches
    from han.batching.epoch_orders import EpochDocuments

    _, corpus = corpus_of(tmp_path, NOISE)
    nodes = np.arange(80, dtype=np.int32)
    texts = corpus.examples["train"].texts
    source = Batches(
        texts,
        nodes,
        np.ones(80),
        batch_size=8,
        epochs=EpochDocuments(augment=corpus.augmented),
    )
    spans = []
    for _, rows, _ in source:  # 80 documents are one window
        taken = source.texts.take(rows)
        longest = np.zeros(len(rows), np.int64)
        np.maximum.at(longest, taken.sentence_documents, taken.sentence_lengths)
        spans.append(np.ptp(longest))
    assert sum(spans) <= 5  # from 1 word to 5 over ten batches


@pytest.mark.tensorflow
def test_an_epoch_must_have_all_documents(tmp_path) -> None:
    from han.batching.batches import Batches
    from han.batching.epoch_orders import EpochDocuments

    _, corpus = corpus_of(tmp_path, NOISE)
    texts = corpus.examples["train"].texts
    source = Batches(
        texts,
        np.zeros(80, np.int32),
        np.ones(80),
        batch_size=8,
        epochs=EpochDocuments(augment=lambda _: texts.take(np.arange(79))),
    )
    with pytest.raises(ValueError, match="79 documents and there are 80 labels"):
        next(iter(source))


@pytest.mark.tensorflow
def test_validation_batches_are_never_augmented(tmp_path, monkeypatch) -> None:
    from han.training import fit

    made = {}

    def remember(*_, shuffle=True, augment=None, **__):
        made[shuffle] = augment
        if len(made) == 2:
            raise KeyboardInterrupt
        return object()

    monkeypatch.setattr(fit, "make_batches", remember)
    monkeypatch.setattr(fit, "build_network", lambda *_: SimpleNamespace())
    monkeypatch.setattr(fit, "configure_runtime", lambda **_: None)
    config, corpus = corpus_of(tmp_path, NOISE)
    config = replace(config, model=ModelConfig(wide=False))
    with pytest.raises(KeyboardInterrupt):
        fit.fit_network(config, corpus, RunFolder(tmp_path))
    assert made == {True: corpus.augmented, False: None}


@pytest.mark.slow
@pytest.mark.tensorflow
def test_an_augmented_run_that_goes_on_ends_as_one_left_alone(
    tmp_path, monkeypatch, eager_steps
) -> None:
    from support.stopped_runs import assert_same_run, interrupted_before

    from han import train
    from han.cli import INTERRUPTED

    settings = {
        "augmentation": "{typos: 0.3, word_dropout: 0.2, shorter: 0.3}",
        "training": "{epochs: 2, batch_size: 16, learning_rate: 0.01}",
    }
    experiments = []
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
        experiments.append(str(write_experiment(tmp_path / name, **settings)))
    assert train.main([experiments[0]]) == 0
    with monkeypatch.context() as patch:
        interrupted_before(patch, 1)
        assert train.main([experiments[1]]) == INTERRUPTED
    assert train.main([experiments[1]]) == 0
    assert_same_run(tmp_path / "whole" / "run", tmp_path / "stopped" / "run")


@pytest.mark.tensorflow
def test_the_next_epoch_is_made_while_this_one_ends(tmp_path) -> None:
    from han.batching.batches import Batches
    from han.batching.epoch_orders import EpochDocuments

    _, corpus = corpus_of(tmp_path, NOISE)
    texts, made = corpus.examples["train"].texts, []
    is_made = threading.Event()

    def augment(epoch: int) -> EncodedTexts:
        assert corpus.augmented is not None
        found = corpus.augmented(epoch)
        made.append((epoch, threading.current_thread() is threading.main_thread()))
        is_made.set()
        return found

    nodes = np.arange(80, dtype=np.int32)
    source = Batches(
        texts, nodes, np.ones(80), batch_size=8, epochs=EpochDocuments(augment=augment)
    )
    for epoch in (0, 1, 5):  # nobody could know that 5 comes after 1
        source.epoch = epoch
        handed = source._hand_over(range(1), 1)
        assert next(handed).dtype == np.int32
        assert corpus.augmented and same(source.texts, corpus.augmented(epoch))
        is_made.clear()
        for _ in range(9):
            next(handed)
        assert is_made.wait(60)
        assert list(handed) == []
    assert made == [(0, True), (1, False), (2, False), (5, True), (6, False)]
