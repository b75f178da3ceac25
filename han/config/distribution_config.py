"""Section `distribution`: devices, processes and precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from han.config.value_limits import at_least


@dataclass(frozen=True)
class DistributionConfig:
    """On how many devices the network trains, and in what precision.

    Every device takes its part of each batch: `training.batch_size` counts the
    documents of all of them. The result is that of one device with the same batches,
    but for what `model.dropout` draws.

    Attributes:
        strategy: `none` is one device; `mirrored` is one process with several GPUs;
            `multi_worker` is one process on each of several nodes, each with its GPUs,
            told of the others by Slurm or `TF_CONFIG`.
        devices: GPUs of each process, all of them by default. Where there is no GPU,
            the number of parts into which `mirrored` cuts the processor, to try it out.
        precision: `mixed_bfloat16` computes the layers between word vectors and heads
            in 16 bits, which newer GPUs do faster; weights, attention softmax, heads
            and loss stay in float32. `mixed_float16` is for GPUs without bfloat16: it
            scales the loss, and its optimizers are dense.
    """

    strategy: Literal["none", "mirrored", "multi_worker"] = "none"
    devices: int | None = at_least(1, None)
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
