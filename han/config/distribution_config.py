"""Section `distribution`: devices, processes and precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from han.config.value_limits import at_least


@dataclass(frozen=True)
class DistributionConfig:
    """On how many devices the network trains, and with how many digits.

    `strategy: mirrored` is one process with several GPUs; `multi_worker` is a process
    on each of several nodes, each with its GPUs, told of the others by Slurm or by
    `TF_CONFIG`. Every device takes its part of each batch: `training.batch_size` counts
    the documents of all of them, and the result is that of one device with the same
    batches. Only `model.dropout` draws otherwise.

    `devices` is the number of GPUs of each process, all by default; where there is no
    GPU, the number of parts that `mirrored` cuts the processor into, to try it out.

    `precision: mixed_bfloat16` computes the layers between word vectors and heads with
    8 digits of 32 bits' 24, which GPUs of the last years do faster; weights, attention,
    heads and loss keep all. `mixed_float16`, for GPUs that know no bfloat16, has 11
    digits and a small range, and scales the loss; its optimizers are dense.
    """

    strategy: Literal["none", "mirrored", "multi_worker"] = "none"
    devices: int | None = at_least(1, None)
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
