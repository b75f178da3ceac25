"""The processes and devices that train one network together."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from han.config import DistributionConfig
from han.devices.asked_gpus import check_gpus, log_devices
from han.errors import InputError

if TYPE_CHECKING:
    import tensorflow as tf

    from han.batching.batches import Batches

Array = npt.NDArray[Any]
KINDS = ("chief", "worker")  # of tasks, in the order of their ranks


@dataclass(frozen=True)
class ProcessRank:
    """Which of the processes this one is.

    Attributes:
        rank: Its number, from 0. The first one alone writes.
        size: Number of processes.
        is_quiet: Whether it shows no progress.
    """

    rank: int = 0
    size: int = 1
    is_quiet: bool = False

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that writes."""
        return self.rank == 0


ALONE = ProcessRank()


def find_process(
    config: DistributionConfig, environ: MutableMapping[str, str]
) -> ProcessRank:
    """The place of this process, before TensorFlow is there.

    `TF_CONFIG` says it; where there is none, it is made of what Slurm says.

    Raises:
        InputError: If `TF_CONFIG` cannot be understood.
    """
    if config.strategy != "multi_worker":
        return ALONE
    if "TF_CONFIG" not in environ:
        from han.devices.slurm_processes import cluster_spec, tf_config

        worker = cluster_spec(environ)
        if worker is None:
            return ALONE
        environ["TF_CONFIG"] = tf_config(worker)
    return _read_process(environ)


def _read_process(environ: Mapping[str, str]) -> ProcessRank:
    try:
        given = json.loads(environ["TF_CONFIG"])
        members = {kind: len(given["cluster"].get(kind, [])) for kind in KINDS}
        task = given["task"]
        before = members["chief"] if task["type"] == "worker" else 0
        return ProcessRank(before + int(task["index"]), sum(members.values()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            "TF_CONFIG in the environment is not what TensorFlow expects "
            f"({type(error).__name__}). Expected "
            '{"cluster": {"worker": ["host:port", ...]}, '
            '"task": {"type": "worker", "index": 0}}; or unset it.'
        ) from None


@dataclass(frozen=True)
class DeviceGroup:
    """Who trains together, and how they agree.

    With one device in all, nothing is exchanged.

    Attributes:
        strategy: How TensorFlow distributes; the default one for one device.
        process: This process among the others.
    """

    strategy: tf.distribute.Strategy
    process: ProcessRank = ALONE

    @property
    def size(self) -> int:
        """Number of all devices."""
        return int(self.strategy.num_replicas_in_sync)

    @property
    def own(self) -> range:
        """Numbers of the devices of this process."""
        each = self.size // self.process.size
        return range(self.process.rank * each, (self.process.rank + 1) * each)

    def scope(self) -> contextlib.AbstractContextManager[Any]:
        """Where variables are made that all devices share."""
        return self.strategy.scope() if self.size > 1 else contextlib.nullcontext()

    def share(self, batches: Batches) -> Any:
        """The parts of the batches that the devices of this process get."""
        if self.size == 1:
            return batches.shares(self.own, 1)
        return self.strategy.distribute_datasets_from_function(
            lambda _: batches.shares(self.own, self.size)
        )

    def total(self, values: Any) -> Array:
        """The sum over all processes; every process must ask."""
        given: Array = np.asarray(values)
        if self.process.size == 1:
            return given
        import tensorflow as tf

        found = self._sum(tf.constant(np.ravel(given)))
        total: Array = self.strategy.experimental_local_results(found)[0].numpy()
        return total.reshape(given.shape)

    def of_first(self, values: Any) -> Array:
        """The values of the first process, for all; every process must ask."""
        values = np.asarray(values)
        return self.total(values if self.process.is_first else np.zeros_like(values))

    @cached_property
    def _sum(self) -> Any:
        """The sum over processes of a row of numbers, compiled once."""
        import tensorflow as tf

        each = len(self.own)

        def add(values: Any) -> Any:
            context = tf.distribute.get_replica_context()
            # Each process has its say once, however many devices it has.
            speaks = context.replica_id_in_sync_group % each == 0
            own = tf.where(speaks, values, tf.zeros_like(values))
            return context.all_reduce(tf.distribute.ReduceOp.SUM, own)

        return tf.function(
            lambda values: self.strategy.run(add, args=(values,)), autograph=False
        )

    def states(self, variables: Sequence[Any]) -> Array:
        """What each device has counted by itself, `(devices, numbers)`."""
        columns = [
            np.stack([np.ravel(part.numpy()) for part in _parts(variable)])
            for variable in variables
        ]
        own = np.concatenate(columns, axis=1)
        whole = np.zeros((self.size, own.shape[1]), own.dtype)
        whole[self.own.start : self.own.stop] = own
        return self.total(whole)

    def restore(self, variables: Sequence[Any], states: Array) -> None:
        """Gives each device what `states` found on it; the first all, if others did."""
        if len(states) != self.size:
            sums = np.zeros((self.size, states.shape[1]), states.dtype)
            sums[0] = states.sum(axis=0)
            states = sums
        own = states[self.own.start : self.own.stop]
        first = 0
        for variable in variables:
            size = int(np.prod(variable.shape, dtype=int))
            for part, row in zip(_parts(variable), own, strict=True):
                part.assign(row[first : first + size].reshape(variable.shape))
            first += size


def _parts(variable: Any) -> Sequence[Any]:
    """The variable of each device of this process."""
    value = variable.value
    return getattr(value, "values", (value,))


def make_device_group(config: DistributionConfig, process: ProcessRank) -> DeviceGroup:
    """Readies the devices and says how they train together; before any variable.

    With `multi_worker` this waits until all processes are there.

    Raises:
        InputError: If there are not as many devices as the experiment asks for.
    """
    import tensorflow as tf

    every = tf.config.list_physical_devices("GPU")
    check_gpus(len(every), os.environ)
    if config.strategy == "none":
        log_devices(_names(every[:1]), 1)
        return DeviceGroup(tf.distribute.get_strategy(), process)
    gpus = _visible_gpus(config)
    log_devices(_names(gpus), config.devices or 1)
    if config.strategy == "multi_worker" and process.size > 1:
        return DeviceGroup(_multi_worker(config, on_gpu=bool(gpus)), process)
    devices = [f"GPU:{i}" for i in range(len(gpus))] or _logical_cpus(config)
    if len(devices) == 1:
        return DeviceGroup(tf.distribute.get_strategy(), process)
    return DeviceGroup(tf.distribute.MirroredStrategy(devices), process)


def check_batch_size(batch_size: int, devices: int) -> None:
    """Raises InputError where not every device gets a document of a batch."""
    if batch_size < devices:
        raise InputError(
            f"`training.batch_size` is {batch_size}, and counts the documents of all "
            f"{devices} devices together: some would have none. Set it to {devices} or "
            "more, or `distribution.devices` to fewer."
        )


def _names(gpus: Sequence[Any]) -> list[str]:
    """What TensorFlow calls each GPU, and its kind."""
    import tensorflow as tf

    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    kinds = [found.get("device_name", "unknown kind") for found in details]
    return [
        f"{gpu.name.removeprefix('/physical_device:')} ({kind})"
        for gpu, kind in zip(gpus, kinds, strict=True)
    ]


def _visible_gpus(config: DistributionConfig) -> list[Any]:
    """The GPUs that the process is going to use."""
    import tensorflow as tf

    gpus: list[Any] = tf.config.list_physical_devices("GPU")
    if not gpus or config.devices is None:
        return gpus
    if config.devices > len(gpus):
        raise InputError(
            f"`distribution.devices` is {config.devices}, and this machine has "
            f"{len(gpus)} GPUs. Lower it, or leave it out to use all."
        )
    tf.config.set_visible_devices(gpus[: config.devices], "GPU")
    return gpus[: config.devices]


def _logical_cpus(config: DistributionConfig) -> list[str]:
    """Parts of the processor, for a machine without a GPU."""
    import tensorflow as tf

    wanted = config.devices or 1
    whole = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * wanted
    try:
        tf.config.set_logical_device_configuration(whole, parts)
    except RuntimeError:
        if len(tf.config.list_logical_devices("CPU")) < wanted:
            raise InputError(
                "TensorFlow has already begun in this process, and its devices can no "
                "longer be changed. Train in a process of its own: python -m han.train."
            ) from None
    return [f"CPU:{i}" for i in range(wanted)]


def _multi_worker(config: DistributionConfig, *, on_gpu: bool) -> Any:
    import tensorflow as tf

    if not on_gpu and (config.devices or 1) > 1:
        raise InputError(
            f"`distribution.devices` is {config.devices}, and without GPUs a process "
            "of `distribution.strategy: multi_worker` is one device. Leave it out."
        )
    kinds = tf.distribute.experimental.CommunicationImplementation
    way = kinds.AUTO if on_gpu else kinds.RING
    options = tf.distribute.experimental.CommunicationOptions(implementation=way)
    return tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
