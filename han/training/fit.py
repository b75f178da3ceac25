"""Trains the model of an experiment and writes its run folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from han.config import Config
from han.devices.asked_gpus import asked_gpus
from han.devices.device_group import (
    ALONE,
    DeviceGroup,
    ProcessRank,
    check_batch_size,
    make_device_group,
)
from han.devices.freed_memory import empty_variables, give_memory_back
from han.devices.runtime import compute_in, configure_runtime, require_tensorflow
from han.devices.stage_clock import stage
from han.experiment.corpus import Corpus
from han.runs.run_files import (
    LINEAR_FILE,
    NETWORK_FILE,
    TOPICS_FILE,
)
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StopSignal
from han.runs.training_state import STATE_FILE
from han.training.auxiliary_inputs import (
    auxiliary_inputs,
    bag_rows,
    fit_linear,
    fit_topics,
)
from han.training.baseline import fit_baseline
from han.training.epochs import trained
from han.training.network_building import build_network, make_batches
from han.training.objective import draw_of, training_loss, weighted_examples
from han.training.pretrained_knowledge import (
    add_class_means,
    finish_encoding,
    sentence_knowledge,
    sentence_vectors,
)

if TYPE_CHECKING:
    from han.batching.batches import Batches
    from han.linear.cross_fitting import CrossFitted
    from han.network.model import HierarchicalAttentionNetwork


def fit(
    config: Config,
    corpus: Corpus,
    run: RunFolder,
    signal: StopSignal | None = None,
    process: ProcessRank = ALONE,
) -> bool:
    """Trains the model that `model.kind` names and saves it in the run folder.

    Args:
        config: The experiment.
        corpus: What it reads.
        run: The run folder.
        signal: Knows whether the run has been asked to stop.
        process: This process among those that train together.

    Returns:
        Whether training came to its end; False if the user stopped it. Then the best
        weights so far are saved, and the next call goes on.

    Raises:
        StoppedBySignal: If the run has been asked to stop; it is saved by then.
    """
    if config.model.kind == "han":
        ended = fit_network(config, corpus, run, signal, process)
        give_memory_back()  # the network's, before the run is loaded and evaluated
        return ended
    fit_baseline(config, corpus, run)
    return True


@stage("network")  # whatever in it is no stage of its own
def fit_network(
    config: Config,
    corpus: Corpus,
    run: RunFolder,
    signal: StopSignal | None = None,
    process: ProcessRank = ALONE,
) -> bool:
    """Trains the network, from the backup if there is one."""
    signal = signal or StopSignal()
    device_group = early_devices(config, process, signal)
    teacher = sentence_vectors(config, corpus)
    known = sentence_knowledge(config, corpus, teacher, run)
    is_new = not (run / STATE_FILE).is_file()
    if teacher:
        finish_encoding(config, teacher, is_new)
    linear = fit_linear(config, corpus) if config.model.wide else None
    # Class means count a record for one code.
    if linear and known and not config.model.gives_sets:
        linear = add_class_means(config, corpus, linear, known)
    if linear:
        run.write(LINEAR_FILE, linear.model.save)
    topics = fit_topics(config, corpus)
    if topics:
        run.write(TOPICS_FILE, topics.save)
    device_group = device_group or started_devices(config, process, signal)
    with compute_in(config.distribution.precision):
        with device_group.scope():
            network = build_network(
                config,
                corpus,
                bag_rows(linear),
                topics,
                known.width if known else 0,
                teacher if is_new else None,
            )
        network.auxiliary = auxiliary_inputs(config, corpus, linear, topics, known)
        network.training_loss = training_loss(config, corpus)
        batches = _batches(config, corpus, network, linear)
        return _train(config, corpus, network, run, batches, device_group, signal)


def early_devices(
    config: Config, process: ProcessRank, signal: StopSignal
) -> DeviceGroup | None:
    """The devices, where they can be others than asked for, or wait for each other.

    One processor is there in any case, and TensorFlow is half a gigabyte: it comes when
    vectors and linear model, which take much memory, are made.
    """
    require_tensorflow()
    if config.distribution.strategy == "none" and not asked_gpus(os.environ):
        return None
    return started_devices(config, process, signal)


@stage("start")
def started_devices(
    config: Config, process: ProcessRank, signal: StopSignal
) -> DeviceGroup:
    """TensorFlow and the devices, ready for a network."""
    give_memory_back()
    configure_runtime(seed=config.seed, deterministic=config.training.deterministic)
    device_group = make_device_group(config.distribution, process)
    signal.listen()  # a strategy has put handlers of its own in their place
    check_batch_size(config.training.batch_size, device_group.size)
    return device_group


def _batches(
    config: Config,
    corpus: Corpus,
    network: HierarchicalAttentionNetwork,
    linear: CrossFitted | None,
) -> tuple[Batches, Batches | None]:
    """Those to learn from, and those to validate with, if there are any."""
    train = make_batches(
        config,
        weighted_examples(config, corpus),
        network.auxiliary,
        linear,
        augment=corpus.augmented,
        draw=draw_of(config, corpus),
    )
    examples = corpus.examples.get("validation")
    if examples is None:
        return train, None
    return train, make_batches(config, examples, network.auxiliary, shuffle=False)


def _train(
    config: Config,
    corpus: Corpus,
    network: HierarchicalAttentionNetwork,
    run: RunFolder,
    batches: tuple[Batches, Batches | None],
    device_group: DeviceGroup,
    signal: StopSignal,
) -> bool:
    """All epochs that are left, and the file of the best one."""
    from han.training.callback_list import TrainingCallbacks

    callbacks = TrainingCallbacks(
        config, corpus, network, run, batches[0], device_group, signal
    )
    epochs = config.training.epochs
    ended, best = trained(epochs, network, batches, callbacks, device_group, signal)
    if best is not None and device_group.process.is_first:
        # A copy has no optimizer: the file is for coding, the backup for training.
        empty_variables(network.variables)
        copy = type(network).from_config(network.get_config())
        copy.set_weights(best)
        best.clear()
        run.write(NETWORK_FILE, copy.save)
    return ended
