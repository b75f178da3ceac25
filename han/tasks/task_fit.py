"""Fits the networks of all tasks, and what stands beside each, into their folders."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from han.config import Config
from han.config.task_config import attention_places
from han.devices.device_group import ALONE, DeviceGroup
from han.devices.freed_memory import empty_variables
from han.devices.runtime import compute_in
from han.devices.stage_clock import stage
from han.linear.cross_fitting import CrossFitted, cross_fit
from han.linear.ngram_features import NgramFeatures
from han.runs.run_files import LINEAR_FILE, NETWORK_FILE, TOPICS_FILE
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StopSignal
from han.runs.training_state import STATE_FILE
from han.tasks.task_batches import TaskInputs, TaskLabels
from han.tasks.task_corpora import TaskCorpora
from han.training.auxiliary_inputs import auxiliary_inputs, bag_rows, fit_topics
from han.training.epochs import trained
from han.training.fit import early_devices, started_devices
from han.training.network_building import (
    computation,
    new_network,
    new_optimizer,
    set_vectors,
)
from han.training.objective import training_loss, weighted_examples
from han.training.pretrained_knowledge import (
    add_class_means,
    finish_encoding,
    sentence_knowledge,
    sentence_vectors,
)

if TYPE_CHECKING:
    from han.batching.batches import Batches
    from han.network.model import HierarchicalAttentionNetwork
    from han.tasks.task_network import TaskNetwork
    from han.text.topics import Topics
    from han.training.pretrained_knowledge import Knowledge

logger = logging.getLogger(__name__)
Fitted = dict[str, CrossFitted]


class TaskFolders(RunFolder):
    """The run folders of all tasks as one: what is written, each of them gets.

    Args:
        folder: The run that they are in.
        runs: The run folder of each task.
    """

    def __init__(self, folder: RunFolder, runs: Mapping[str, RunFolder]) -> None:
        super().__init__(folder.folder)
        self.runs = runs

    def write(self, name: str, save: Any) -> None:
        """Writes a file into the folder of each task."""
        for run in self.runs.values():
            run.write(name, save)


@stage("network")  # whatever in it is no stage of its own
def fit_tasks(
    config: Config,
    corpora: TaskCorpora,
    run: RunFolder,
    runs: Mapping[str, RunFolder],
    signal: StopSignal | None = None,
) -> bool:
    """Trains one encoder with a head for each task, from the backup if there is one.

    Args:
        config: The experiment.
        corpora: What it reads.
        run: The run folder; the backup and the history are there.
        runs: The run folder of each task.
        signal: Knows whether the run has been asked to stop.

    Returns:
        Whether training came to its end; False if the user stopped it. Then the best
        weights so far are saved, and the next call goes on.

    Raises:
        StoppedBySignal: If the run has been asked to stop; it is saved by then.
    """
    signal = signal or StopSignal()
    devices = early_devices(config, ALONE, signal)
    folders = TaskFolders(run, runs)
    shared = corpora.shared
    teacher = sentence_vectors(config, shared)
    known = sentence_knowledge(config, shared, teacher, folders)
    is_new = not (run / STATE_FILE).is_file()
    if teacher:
        finish_encoding(config, teacher, is_new)
    linear = _fit_linear(config, corpora, known) if config.model.wide else {}
    for name, fitted in linear.items():
        runs[name].write(LINEAR_FILE, fitted.model.save)
    topics = fit_topics(config, shared)
    if topics:
        folders.write(TOPICS_FILE, topics.save)
    devices = devices or started_devices(config, ALONE, signal)
    with compute_in(config.distribution.precision):
        with devices.scope():
            networks = _networks(config, corpora, linear, topics, known)
            fresh = teacher if is_new else None
            network = _compiled(config, corpora, networks, fresh)
        batches = _batches(config, corpora, networks, linear)
        return _train(config, corpora, network, run, runs, batches, devices, signal)


def _networks(
    config: Config,
    corpora: TaskCorpora,
    linear: Fitted,
    topics: Topics | None,
    known: Knowledge | None,
) -> dict[str, HierarchicalAttentionNetwork]:
    """A network for each task, over the encoder of the first."""
    networks: dict[str, HierarchicalAttentionNetwork] = {}
    attentions = attention_places(config.tasks)
    for name, own in corpora.tasks.items():
        alone, beside = corpora.configs[name], linear.get(name)
        network = new_network(
            alone,
            own,
            bag_rows(beside),
            topics,
            known.width if known else 0,
            next(iter(networks.values()), None),
            attentions[name],
        )
        network.auxiliary = auxiliary_inputs(alone, own, beside, topics, known)
        network.training_loss = training_loss(alone, own)
        networks[name] = network
    return networks


@stage("linear")
def _fit_linear(config: Config, corpora: TaskCorpora, known: Any) -> Fitted:
    """The linear model of each task, all of the same n-grams, which are found once."""
    words = corpora.shared.encoder.vocabulary.words
    texts = corpora.shared.examples["train"].texts
    rows = np.arange(len(texts))
    if len(rows) > config.model.wide_records:
        generator = np.random.default_rng(config.seed)
        rows = np.sort(generator.permutation(rows)[: config.model.wide_records])
    learning = texts.take(rows).compact()
    features = NgramFeatures.learn(learning, words, stems=True)
    found: Fitted = {}
    for name, corpus in corpora.tasks.items():
        logger.info("Fitting the linear model of the task %s", name)
        train = corpus.examples["train"]
        fitted = cross_fit(
            train.texts,
            train.truth,
            train.weights,
            corpus.tree,
            words,
            num_code_texts=train.num_code_texts,
            limit=config.model.wide_records,
            seed=config.seed,
            features=features,
        )
        # Class means count a record for one code.
        if known and not corpora.configs[name].model.gives_sets:
            fitted = add_class_means(corpora.configs[name], corpus, fitted, known)
        found[name] = fitted
    # The n-grams of a batch are asked for by each task, one after the other.
    last = next(iter(found.values())).model._last
    return {
        name: replace(fitted, model=replace(fitted.model, _last=last))
        for name, fitted in found.items()
    }


def _compiled(
    config: Config,
    corpora: TaskCorpora,
    networks: Mapping[str, HierarchicalAttentionNetwork],
    teacher: Any,
) -> TaskNetwork:
    from han.tasks.task_network import TaskNetwork

    weights = {name: task.weight for name, task in config.tasks.items()}
    network = TaskNetwork(networks, weights)
    set_vectors(network.first, config, corpora.shared, teacher)
    optimizer = new_optimizer(network, config, corpora.shared)
    optimizer.build(network.trainable_variables)
    network.compile(optimizer=optimizer, jit_compile=False)
    return network


def _batches(
    config: Config,
    corpora: TaskCorpora,
    networks: Mapping[str, HierarchicalAttentionNetwork],
    linear: Fitted,
) -> tuple[Batches, Batches]:
    """Those to learn from, and those to validate with."""
    from han.batching.batches import Batches
    from han.batching.epoch_orders import EpochDocuments
    from han.linear.kept_margins import KeptMargins

    size, made = config.training.batch_size, []
    for role in ("train", "validation"):
        documents, trains = corpora.shared.examples[role], role == "train"
        labels = {}
        for name, corpus in corpora.tasks.items():
            own, beside = corpus.examples[role], linear.get(name)
            if trains:
                own = weighted_examples(corpora.configs[name], corpus)
            kept = KeptMargins(beside, own.texts) if trains and beside else None
            places, nodes = corpora.joint[role].places[name], corpus.tree.num_nodes
            auxiliary = networks[name].auxiliary
            labels[name] = TaskLabels(own, places, auxiliary, kept, nodes)
        augment = corpora.shared.augmented if trains else None
        clean = documents.texts if augment else None
        made.append(
            Batches(
                documents.texts,
                documents.nodes,
                documents.weights,
                batch_size=size if trains else max(size, 256),
                inputs=TaskInputs(computation(config), labels, clean),
                epochs=EpochDocuments(config.seed, trains, augment),
            )
        )
    return made[0], made[1]


def _train(
    config: Config,
    corpora: TaskCorpora,
    network: TaskNetwork,
    run: RunFolder,
    runs: Mapping[str, RunFolder],
    batches: tuple[Batches, Batches],
    devices: DeviceGroup,
    signal: StopSignal,
) -> bool:
    """All epochs that are left, and the files of the best one."""
    from han.network.network_views import in_form
    from han.tasks.task_callbacks import TaskCallbacks

    callbacks = TaskCallbacks(
        config, corpora, network, run, batches[0], devices, signal
    )
    epochs = config.training.epochs
    ended, best = trained(epochs, network, batches, callbacks, devices, signal)
    if best is not None:
        network.set_weights(best)
        for name, one in network.networks.items():
            runs[name].write(NETWORK_FILE, in_form(one, one.computation).save)
    empty_variables(network.variables)
    return ended
