"""Trains small networks on the devices that the command line names, and keeps them.

    python tests/support/distributed.py none|mirrored|multi_worker OUT.npz CASE ...

Run by `test_device_group`: devices cannot be changed in a process that has begun.
"""

import os
import sys

import keras
import numpy as np

import han.network.training_step
from han.batching.batches import Batches
from han.batching.epoch_orders import EpochDocuments
from han.batching.network_inputs import AuxiliaryInputs, InputMaker
from han.callbacks.epoch_callbacks import FlushWordVectors
from han.callbacks.gradient_norms import watch_gradients
from han.callbacks.tensorboard import mean_norms
from han.config import DistributionConfig
from han.devices.device_group import find_process, make_device_group
from han.devices.runtime import compute_in, configure_runtime
from han.network.model import HierarchicalAttentionNetwork
from han.optimizers.optimizer_choice import make_optimizer
from han.text.text_encoder import EncodedTexts
from han.training.loop import TrainingLoop

PARENTS = [-1, -1, 0, 0, 1, 1, 1, 2, 2]
# Batches of 8 of 17 documents: the last one has a device without any.
DOCUMENTS, BATCH, EPOCHS = 17, 8, 3
PADDED = {"computation": "padded", "encoder": "cnn", "optimizer": "sgd", "head": "leaf"}
CLIP_NORM = 0.1
CASES = {
    "packed adam": {"computation": "packed", "optimizer": "adam", "known": 5},
    "padded sgd": PADDED,
    "paths adamw": {"computation": "packed", "optimizer": "adamw", "wide": True},
    "sets adamw": {
        **{"computation": "packed", "optimizer": "adamw", "wide": True},
        "head": "multi_path",
    },
    "bfloat16": {**PADDED, "precision": "mixed_bfloat16"},
    "float16": {**PADDED, "precision": "mixed_float16"},
}


def documents(rng):
    """Documents of 0 to 3 sentences of 1 to 6 words."""
    sentences = rng.integers(0, 4, DOCUMENTS)
    lengths = rng.integers(1, 7, sentences.sum())
    return EncodedTexts(
        rng.integers(1, 30, lengths.sum()).astype(np.int32),
        lengths.astype(np.int32),
        np.zeros(len(lengths), np.int32),
        sentences.astype(np.int32),
        cut=np.zeros(DOCUMENTS, bool),
    )


class Remember(keras.callbacks.Callback):
    """Keeps the logs of each epoch, and the norms of its gradients."""

    def __init__(self):
        super().__init__()
        self.batches, self.logs, self.norms = None, [], []

    def on_epoch_begin(self, epoch, logs=None):
        self.batches.epoch = epoch

    def on_test_begin(self, logs=None):
        self.norms.append(list(mean_norms(self.model.gradient_norms).values()))

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append([logs[name] for name in sorted(logs)])


def trained(device_group, case):
    """Weights, logs and gradient norms of one case."""
    computation, kind = case["computation"], case["optimizer"]
    wide = case.get("wide", False)
    han.network.training_step.ALL_NODES = 0 if wide else 2000
    rng = np.random.default_rng(4)
    texts = documents(rng)
    nodes = rng.integers(0, len(PARENTS), DOCUMENTS).astype(np.int32)
    if case.get("head") == "multi_path":
        nodes = np.stack([nodes, nodes[::-1]], axis=1)
    weights = rng.uniform(0.2, 3.0, DOCUMENTS)
    table = rng.normal(size=(30, len(PARENTS))).astype(np.float32)
    keras.utils.set_random_seed(3)
    with compute_in(case.get("precision", "float32")), device_group.scope():
        network = HierarchicalAttentionNetwork(
            *(30, PARENTS),
            embedding_dimension=6,
            word_units=4,
            sentence_units=4,
            head=case.get("head", "tree"),
            encoder=case.get("encoder", "gru"),
            dropout=0.0,
            wide=wide,
            pretrained_width=case.get("known", 0),
            computation=computation,
        )
        optimizer = make_optimizer(
            kind,
            learning_rate=0.02,
            clip_norm=CLIP_NORM,
            num_steps=100,
            sparse=[v.name for v in network.sparse_variables],
            scaled=case.get("precision") == "mixed_float16",
        )
        optimizer.build(network.trainable_variables)
        network.compile(optimizer=optimizer, jit_compile=False)
        watch_gradients(network)
    if "known" in case:
        vectors = rng.normal(size=(7, case["known"])).astype(np.float32)
        network.auxiliary = AuxiliaryInputs(
            knowledge=lambda texts: (vectors, texts.sentence_lengths.astype(int) - 1)
        )
    if wide:
        network.auxiliary = AuxiliaryInputs(
            margins=lambda texts: table[texts.document_sentences]
        )
    batches = [
        Batches(
            *(texts, nodes, weights),
            batch_size=BATCH,
            inputs=InputMaker(computation, network.auxiliary),
            epochs=EpochDocuments(1, shuffle),
        )
        for shuffle in (True, False)
    ]
    remember = Remember()
    remember.batches = batches[0]
    for callback in (remember, up := FlushWordVectors()):
        callback.set_model(network)
    TrainingLoop(network, *batches, device_group).run([remember, up], epochs=EPOCHS)
    weights = np.concatenate([w.ravel() for w in network.get_weights()])
    return weights, np.array(remember.logs), np.array(remember.norms)


def main():
    """The cases on the devices that were asked for."""
    strategy, out, *cases = sys.argv[1:]
    devices = 2 if strategy == "mirrored" else None
    config = DistributionConfig(strategy, devices)
    process = find_process(config, os.environ)
    configure_runtime(seed=3, deterministic=True)
    device_group = make_device_group(config, process)
    assert device_group.size == (1 if strategy == "none" else 2)
    found = {}
    for name in cases:
        names = [f"{name} {what}" for what in ("weights", "logs", "norms")]
        found |= dict(zip(names, trained(device_group, CASES[name]), strict=True))
    np.savez(out, **found)
    device_group.total(0.0)


if __name__ == "__main__":
    main()
