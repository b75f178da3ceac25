"""Everything read for an experiment with tasks: a corpus of each, and of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np

from han.config import Config
from han.config.data_config import ROLES
from han.data.examples import Examples
from han.data.side_features import SideFeatures
from han.devices.stage_clock import stage
from han.experiment.augmented_epochs import augmented_epochs, synonym_sets
from han.experiment.code_list_examples import CodeExamples, read_code_examples
from han.experiment.config_inputs import pretrained_encoder, side_features
from han.experiment.corpus import (
    Corpus,
    check_times,
    examples_by_role,
    training_examples,
    with_side,
)
from han.experiment.corpus_report import corpus_report
from han.experiment.data_files import (
    documents_of,
    fingerprints_of,
    held_out,
    uncoded_records,
    votes_of,
)
from han.experiment.given_data import GivenData
from han.experiment.network_memory import check_memory
from han.languages.number_format import Language
from han.pretrained.sentence_encoder import SentenceEncoder
from han.runs.seen_texts import SeenTexts
from han.tables.locations import data_location
from han.tasks.all_documents import AllDocuments
from han.tasks.joint_documents import JointDocuments, joint_documents
from han.tasks.pair_files import read_pairs
from han.tasks.pair_table import PairTable
from han.tasks.task_rows import TaskRows, of_task, read_task_rows
from han.text.text_encoder import TextEncoder
from han.text.tokenised_texts import join
from han.text.vector_files import check_width


@dataclass(frozen=True)
class TaskCorpora:
    """What was read for all tasks.

    Attributes:
        configs: The experiment of each task by itself.
        tasks: What was read for each; text encoder and side features are one object.
        shared: The documents of all tasks, with roles train and validation. Its tree is
            that of the first task, and its nodes and weights are those of none.
        joint: Which documents those are, by role.
        pairs: Codes of the tasks that do not go together, if there is a table of them.
    """

    configs: dict[str, Config]
    tasks: dict[str, Corpus]
    shared: Corpus
    joint: dict[str, JointDocuments]
    pairs: PairTable | None = None


@stage("reading")
def read_task_corpora(
    config: Config, *, progress: bool = False, language: Language = "en"
) -> TaskCorpora:
    """Reads, checks, splits and tokenises everything an experiment with tasks names.

    Texts are read and cleaned once. The vocabulary, the n-grams and what is learnt of
    side features come from all records that train any task.

    Args:
        config: An experiment with `tasks`.
        progress: Whether long work shows a progress bar.
        language: Of the data reports.

    Raises:
        InputError: For any mistake in files, columns, codes or splits.
    """
    if config.embeddings.file:
        check_width(Path(config.embeddings.file), config.embeddings.dimension)
    check_memory(config)
    encoder, rows = read_task_rows(config, progress)
    synonyms = synonym_sets(config, encoder)
    first = next(iter(rows.values()))
    check_times(config, first.parts)
    pretrained = pretrained_encoder(config, encoder)
    extras = {n: _code_examples(n, task, encoder, language) for n, task in rows.items()}
    read = AllDocuments(rows, {n: e.documents for n, e in extras.items()})
    sides = SideFeatures.learn(side_features(config), read.cells("train", "sides"))
    encoder = encoder.with_vocabulary(
        read.training, min_count=config.text.min_count, size=config.text.vocabulary_size
    )
    encoder = encoder.with_outliers(
        read.cells("train", "fields"), encoder.look_up(read.documents("train"))
    )
    tasks = {}
    for name, task in rows.items():
        with of_task(name):
            tasks[name] = _corpus(
                task, extras[name], encoder, sides, pretrained, language
            )
    seen = _seen_texts(config, read)
    tasks = {n: replace(corpus, seen_texts=seen) for n, corpus in tasks.items()}
    votes = {n: votes_of(task.parts) for n, task in rows.items()}
    joint = {
        "train": read.joint_training(votes, {n: e.nodes for n, e in extras.items()}),
        "validation": joint_documents(read.places("validation")),
    }
    shared = _shared(config, next(iter(tasks.values())), read, joint)
    documents = read.training.take(joint["train"].rows)
    augmented = augmented_epochs(config, encoder, documents, synonyms)
    if augmented:
        texts = shared.examples["train"].texts
        shared = replace(shared, augmented=with_side(augmented, texts))
    configs = {name: task.config for name, task in rows.items()}
    return TaskCorpora(configs, tasks, shared, joint, _pairs(config, rows))


def _pairs(config: Config, rows: Mapping[str, TaskRows]) -> PairTable | None:
    if config.pairs is None:
        return None
    trees = {name: task.tree for name, task in rows.items()}
    return read_pairs(data_location(config.pairs), trees, config.data.encoding)


def _code_examples(
    name: str, task: TaskRows, encoder: TextEncoder, language: Language
) -> CodeExamples:
    """Texts of the code list of a task."""
    config = task.config
    known = held_out(task.parts) if config.taxonomy.is_given else set()
    with of_task(name):
        return read_code_examples(config, task.tree, encoder, known, language)


def _corpus(
    task: TaskRows,
    extra: CodeExamples,
    encoder: TextEncoder,
    sides: SideFeatures,
    pretrained: SentenceEncoder | None,
    language: Language,
) -> Corpus:
    """What a task would have read by itself, with the text encoder of all."""
    config, parts, tree = task.config, task.parts, task.tree
    examples = examples_by_role(config, parts, encoder, sides, tree)
    documents = join([documents_of(parts, "train"), extra.documents])
    train, _ = training_examples(config, parts, sides, extra, documents, encoder)
    check_memory(config, len(encoder.vocabulary), len(tree.codes), len(train))
    has_encoder = pretrained is not None
    report, advice = corpus_report(
        config, parts, tree, encoder, extra, has_encoder, language
    )
    return Corpus(
        tree,
        encoder,
        sides,
        {role: part for role, part in examples.items() if len(part)} | {"train": train},
        {role: uncoded_records(parts, role) for role in ROLES},
        fingerprints_of(config, GivenData(), pretrained),
        report,
        _without_refit(advice),
        pretrained=pretrained,
    )


def _without_refit(advice: list[str]) -> list[str]:
    """Advice but for a second training, which tasks do not have."""
    kept, is_refit = [], False
    for line in advice:
        is_effect = line.startswith("    ")
        is_refit = is_refit if is_effect else "training.refit_of" in line
        kept += [] if is_refit else [line]
    return kept


def _seen_texts(config: Config, read: AllDocuments) -> SeenTexts | None:
    """Texts that train or validate any task: they have taught the encoder of all."""
    if not config.data.remember_texts:
        return None
    used = read.usable("train") | read.usable("validation")
    return SeenTexts.of(compress(read.text_keys, used.tolist()))


def _shared(
    config: Config,
    first: Corpus,
    read: AllDocuments,
    joint: Mapping[str, JointDocuments],
) -> Corpus:
    """The documents of all tasks as one corpus, for all that reads texts alone."""
    sides, encoder = first.side_features, first.encoder
    examples = {}
    for role, documents in joint.items():
        whole = read.training if role == "train" else read.documents(role)
        side = sides.encode(read.cells(role, "sides", len(whole)), len(whole))
        texts = replace(
            encoder.look_up(whole.take(documents.rows)), side=side[documents.rows]
        )
        count = len(documents.rows)
        num_code_texts = int((documents.rows >= read.num_documents(role)).sum())
        none, ones = np.zeros(count, np.int32), np.ones(count)
        examples[role] = Examples(texts, none, ones, num_code_texts)
    distils = first.pretrained is not None and config.pretrained.mode == "distill"
    teaches = distils or config.embeddings.pretrain != "none"
    sentences = read.with_unlabelled() if teaches else None
    return replace(first, examples=examples, sentences=sentences)
