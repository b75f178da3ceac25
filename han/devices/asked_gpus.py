"""GPUs that a job was given, against those that TensorFlow finds."""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Mapping
from pathlib import Path

from han.errors import InputError
from han.usable_cores import usable_cores

NVIDIA = Path("/dev/nvidia0")
INSTALL = "Give pip uninstall tensorflow-cpu, then pip install -e '.[gpu]'"
logger = logging.getLogger(__name__)


def asked_gpus(environ: Mapping[str, str]) -> int:
    """Number of GPUs that Slurm gave this process; 0 if none, or outside Slurm.

    Tasks that share a node see their own in `CUDA_VISIBLE_DEVICES`.

    Example:
        >>> job = {"SLURM_JOB_ID": "7", "SLURM_GPUS_ON_NODE": "4"}
        >>> asked_gpus(job), asked_gpus({**job, "CUDA_VISIBLE_DEVICES": "2"})
        (4, 1)
        >>> asked_gpus({"CUDA_VISIBLE_DEVICES": "0"})
        0
    """
    number = environ.get("SLURM_GPUS_ON_NODE", "")
    if "SLURM_JOB_ID" not in environ or not number.isdecimal() or not int(number):
        return 0
    visible = environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return int(number)
    return len([name for name in visible.split(",") if name.strip() not in ("", "-1")])


def cpu_build() -> bool:
    """Whether the TensorFlow of this Python can use no GPU, without importing it."""
    try:
        importlib.metadata.version("tensorflow-cpu")
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def refuse_cpu_build(asked: int) -> None:
    """Raises InputError if GPUs are asked for and TensorFlow can use none.

    Args:
        asked: Number of GPUs.
    """
    if asked and cpu_build():
        raise InputError(
            f"{asked} GPUs are asked for, and tensorflow-cpu is installed, which can "
            f"use none. {INSTALL}; or ask for none."
        )


def check_gpus(found: int, environ: Mapping[str, str]) -> None:
    """Raises InputError if a job of Slurm has GPUs and TensorFlow finds fewer.

    A training that goes on without them takes many times as long, and the GPUs are
    paid for. Outside Slurm a GPU that is not used is a warning in the log.

    Args:
        found: Number of GPUs that TensorFlow finds.
        environ: Variables of the environment.
    """
    asked = asked_gpus(environ)
    if found < asked:
        refuse_cpu_build(asked)
        raise InputError(
            f"Slurm gave this job {asked} GPUs, and TensorFlow finds {found}. See what "
            "`nvidia-smi` and CUDA_VISIBLE_DEVICES say on that node, and whether the "
            "CUDA libraries are installed (pip install -e '.[gpu]'); or ask for none."
        )
    if not found and NVIDIA.exists() and environ.get("CUDA_VISIBLE_DEVICES") is None:
        advice = INSTALL if cpu_build() else "See what TensorFlow says of it above"
        logger.warning("This machine has a GPU that TensorFlow cannot use. %s.", advice)


def log_devices(gpus: list[str], parts: int) -> None:
    """Says in the log on what a network trains.

    Args:
        gpus: Names of the GPUs that are used.
        parts: Parts into which the processor is cut where there is no GPU.
    """
    if gpus:
        logger.info("Devices: %s", ", ".join(gpus))
        return
    cores = usable_cores()
    logger.info("Devices: no GPU; %d processor cores", cores)
    if parts > 1:
        logger.warning(
            "distribution.devices: there is no GPU, so the processor is cut into %d "
            "parts. That is for trying it out: it is not faster.",
            parts,
        )
