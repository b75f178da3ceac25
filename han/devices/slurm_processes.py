"""Reads from Slurm variables which process of a job this one is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from han.errors import InputError

# Ports of a job begin at a place of their own, so that two jobs on a node do not meet.
FIRST_PORT = 12_000
PORTS = 16_000
PORTS_PER_JOB = 64
_LIST = re.compile(r"(?P<before>[^\[,]*)\[(?P<inside>[^\]]*)\](?P<after>.*)", re.S)


@dataclass(frozen=True)
class Worker:
    """One process of several.

    Attributes:
        rank: Its number, from 0.
        addresses: `host:port` of every process, by rank.
    """

    rank: int
    addresses: tuple[str, ...]

    @property
    def is_first(self) -> bool:
        """Whether it is the one that writes logs and files."""
        return self.rank == 0


def cluster_spec(environ: Mapping[str, str]) -> Worker | None:
    """Reads this process and its peers from what `srun` set.

    Tasks are counted node by node (`--distribution=block`, Slurm's default).

    Args:
        environ: The environment, `os.environ`.

    Returns:
        The process among all of its step; None outside of a step, and for a step of
        one task, which needs no addresses.

    Raises:
        InputError: If a variable of Slurm is missing or not as Slurm writes it.

    Example:
        >>> cluster_spec({
        ...     "SLURM_JOB_ID": "7", "SLURM_PROCID": "1",
        ...     "SLURM_STEP_NODELIST": "hn[1-2]", "SLURM_STEP_TASKS_PER_NODE": "1(x2)",
        ... })
        Worker(rank=1, addresses=('hn1:12448', 'hn2:12449'))
    """
    if "SLURM_STEP_NODELIST" not in environ:
        return None
    nodes = expand_nodes(environ["SLURM_STEP_NODELIST"])
    counts = expand_counts(_variable(environ, "SLURM_STEP_TASKS_PER_NODE"))
    if len(nodes) != len(counts):
        raise InputError(
            f"SLURM_STEP_NODELIST names {len(nodes)} nodes and "
            f"SLURM_STEP_TASKS_PER_NODE {len(counts)}. Start the processes with srun."
        )
    hosts = [
        node for node, count in zip(nodes, counts, strict=True) for _ in range(count)
    ]
    if len(hosts) < 2:
        return None
    rank = _number(environ, "SLURM_PROCID")
    if rank >= len(hosts):
        raise InputError(
            f"SLURM_PROCID is {rank}, and the step has {len(hosts)} tasks. Start the "
            "processes with srun."
        )
    first = first_port(_number(environ, "SLURM_JOB_ID"))
    return Worker(rank, tuple(f"{host}:{first + i}" for i, host in enumerate(hosts)))


def first_port(job: int) -> int:
    """Port of the first process of a job; the next process has the next port."""
    return FIRST_PORT + job * PORTS_PER_JOB % PORTS


def tf_config(worker: Worker) -> str:
    """What TensorFlow reads from the variable TF_CONFIG.

    Example:
        >>> json.loads(tf_config(Worker(1, ("a:1", "b:2"))))["task"]
        {'type': 'worker', 'index': 1}
    """
    cluster = {"worker": list(worker.addresses)}
    task = {"type": "worker", "index": worker.rank}
    return json.dumps({"cluster": cluster, "task": task})


def expand_nodes(text: str) -> list[str]:
    """Names in a list of nodes as Slurm writes it; leading zeros are kept.

    Raises:
        InputError: If it is not such a list.

    Example:
        >>> expand_nodes("hn[1-2,05-07],gpu")
        ['hn1', 'hn2', 'hn05', 'hn06', 'hn07', 'gpu']
    """
    names = [name for part in _parts(text) for name in _expanded(part, text)]
    if not all(names):
        raise _unreadable("list of nodes", text)
    return names


def expand_counts(text: str) -> list[int]:
    """Tasks of each node from Slurm's short form.

    Raises:
        InputError: If it is not such a form.

    Example:
        >>> expand_counts("1(x2),2")
        [1, 1, 2]
    """
    counts: list[int] = []
    for part in text.split(","):
        read = re.fullmatch(r"(\d+)(?:\(x(\d+)\))?", part.strip())
        if not read:
            raise _unreadable("number of tasks by node", text)
        counts += [int(read[1])] * int(read[2] or 1)
    return counts


def _parts(text: str) -> list[str]:
    """Splits at commas outside of brackets."""
    return re.split(r",(?![^\[]*\])", text)


def _expanded(part: str, text: str) -> list[str]:
    found = _LIST.fullmatch(part)
    if not found:
        if re.search(r"[\[\]\s]", part):
            raise _unreadable("list of nodes", text)
        return [part]
    rest = _expanded(found["after"], text)
    return [
        found["before"] + number + after
        for piece in found["inside"].split(",")
        for number in _range(piece, text)
        for after in rest
    ]


def _range(piece: str, text: str) -> list[str]:
    read = re.fullmatch(r"(\d+)(?:-(\d+))?", piece)
    if not read:
        raise _unreadable("list of nodes", text)
    first, last = read[1], read[2] or read[1]
    return [f"{n:0{len(first)}d}" for n in range(int(first), int(last) + 1)]


def _variable(environ: Mapping[str, str], name: str) -> str:
    if name not in environ:
        raise InputError(f"{name} is not set. Start the processes with srun.")
    return environ[name]


def _number(environ: Mapping[str, str], name: str) -> int:
    value = _variable(environ, name)
    if not value.isdecimal():
        raise InputError(f"{name} must be a whole number. Received: {value!r}.")
    return int(value)


def _unreadable(what: str, text: str) -> InputError:
    return InputError(f"{text!r} is no {what} as Slurm writes it, like hn[1-2,05-07].")
