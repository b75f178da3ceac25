"""Writes batch scripts for Slurm and submits them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from han.errors import InputError
from han.tables.file_access import make_folder
from han.tables.whole_files import whole_file

# Since Slurm 22.05 srun does not ask for the processors of the job by itself.
SETTINGS = (
    '[ -z "${SLURM_CPUS_PER_TASK:-}" ] || '
    'export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"',
    "export PYTHONUNBUFFERED=1",
)

# A warning that comes while Python starts would kill it: it is deaf until it listens.
START = """srun --kill-on-bad-exit=1 bash -c 'trap "" USR1; exec "$@"' _"""

# srun's code says little when one process has taken the others along: the file that the
# first process leaves behind says that the job is to go on. Slurm ends this shell when
# it takes the job back. The last command decides what Slurm calls the job.
END = """\
code=$?
if [ -e "$run/REQUEUE" ]; then
  echo "$(date '+%F %T') saved; the job goes back into the queue"
  scontrol requeue "${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_}\
${SLURM_ARRAY_TASK_ID:-$SLURM_JOB_ID}" && sleep 60
  echo "The job could not go back into the queue: hand it in again to go on." >&2
  code=75
fi
exit $code
"""

CORES = 4  # the network of one device rarely keeps more busy
_TIME = re.compile(r"\d+|\d+:\d{1,2}(:\d{1,2})?|\d+-\d{1,2}(:\d{1,2}){0,2}")
_MEMORY = re.compile(r"\d+[KMGT]?", re.I)


@dataclass(frozen=True)
class SlurmJob:
    """What Slurm is asked for, and what it is to run.

    Attributes:
        command: The program and its arguments; each node runs it once.
        run: Folder in which the command leaves `REQUEUE` when it wants to go on.
        folder: Folder in which the command runs.
        name: Name in the queue.
        nodes: Number of nodes.
        gpus_per_node: GPUs of each node; 0 asks for none.
        time: Limit, `04:00:00` or `2-00:00:00`; None is that of the partition.
        partition: Which machines; None is the default of the site.
        account: Who pays.
        cpus_per_task: Processors on each node.
        memory: Of each node, as `64G`.
        signal_seconds: How long before the limit the command is warned.
        modules: What `module load` loads first.
    """

    command: tuple[str, ...]
    run: Path
    folder: Path
    name: str
    nodes: int = 1
    gpus_per_node: int = 0
    time: str | None = None
    partition: str | None = None
    account: str | None = None
    cpus_per_task: int | None = None
    memory: str | None = None
    signal_seconds: int = 120
    modules: tuple[str, ...] = ()

    @property
    def script(self) -> Path:
        """The batch script, beside the run folder."""
        return self.run.with_name(f"{self.run.name}.sbatch")


def cpus_per_task(gpus: int, partition: str | None = None) -> int:
    """Processor cores to ask for on each node, where nothing is said.

    Slurm gives one core to who asks for none. Asked for are `CORES`, with GPUs as many
    for each of them, but no more than the smallest node has, if `sinfo` tells.

    Args:
        gpus: GPUs of each node.
        partition: Name of the partition; None is the default one.
    """
    wanted = CORES * max(gpus, 1)
    if shutil.which("sinfo") is None:
        return wanted
    where = ["--partition", partition] if partition else []
    command = ["sinfo", "--noheader", "--format=%c %P", *where]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    # A star marks the default partition; a plus says that some nodes have more.
    nodes = re.findall(r"^(\d+)\+? +(\S+)$", said, re.MULTILINE)
    sizes = [int(size) for size, name in nodes if partition or name.endswith("*")]
    return min([wanted, *sizes])


def check_job(job: SlurmJob) -> None:
    """Raises InputError for what Slurm would not understand, or would never grant."""
    positive = {"--nodes": job.nodes, "--cpus-per-task": job.cpus_per_task}
    least = {**positive, "--signal-seconds": job.signal_seconds}
    for name, value in least.items():
        if value is not None and value < 1:
            raise InputError(f"{name} must be at least 1. Received: {value}.")
    if job.gpus_per_node < 0:
        raise InputError(
            f"--gpus-per-node must be at least 0. Received: {job.gpus_per_node}."
        )
    if job.time is not None and not _TIME.fullmatch(job.time):
        raise InputError(
            f"--time must be minutes, hours:minutes:seconds or days-hours, like "
            f"04:00:00. Received: {job.time!r}."
        )
    if job.memory is not None and not _MEMORY.fullmatch(job.memory):
        raise InputError(
            f"--mem must be a number with K, M, G or T, like 64G. "
            f"Received: {job.memory!r}."
        )
    words = (job.name, job.partition, job.account, *job.modules, str(job.run))
    if any(word and "\n" in word for word in words):
        raise InputError("Names and folders of a job must be of one line.")


def batch_script(job: SlurmJob) -> str:
    """The text of a batch script.

    The job is warned by SIGUSR1 before its time is over, goes back into the queue when
    the command has left `REQUEUE` in the run folder, and its log goes on then.

    Example:
        >>> run, work = Path("/runs/a"), Path("/work")
        >>> job = SlurmJob(("python3", "-V"), run, work, "a", nodes=2)
        >>> "#SBATCH --nodes=2" in batch_script(job).splitlines()
        True
    """
    shell = "#!/bin/bash -l" if job.modules else "#!/bin/bash"
    lines = [
        shell,
        f"# Written by han.submit. To hand it in again: sbatch {job.script}",
        *(f"#SBATCH {option}" for option in _options(job)),
        "set -u",
        *(f"module load {shlex.quote(module)}" for module in job.modules),
        f"cd {shlex.quote(str(job.folder))} || exit 1",
        f"run={shlex.quote(str(job.run))}",
        'rm -f "$run/REQUEUE"',
        *SETTINGS,
        f"{START} \\\n  {shlex.join(job.command)}",
    ]
    return "\n".join(lines) + "\n" + END


def _options(job: SlurmJob) -> list[str]:
    log = str(job.run).replace("%", "%%") + ".%j.log"
    values = {
        "job-name": job.name,
        "output": log,
        "nodes": job.nodes,
        "ntasks-per-node": 1,
        "gpus-per-node": job.gpus_per_node or None,
        "cpus-per-task": job.cpus_per_task,
        "mem": job.memory,
        "time": job.time,
        "partition": job.partition,
        "account": job.account,
        "signal": f"USR1@{job.signal_seconds}",
        "open-mode": "append",
    }
    given = [
        f"--{name}={_quoted(str(value))}" for name, value in values.items() if value
    ]
    return [*given, "--requeue"]


def _quoted(value: str) -> str:
    """Slurm takes quotation marks where there are blanks."""
    return f'"{value}"' if re.search(r"\s|#", value) else value


def write_script(job: SlurmJob) -> Path:
    """Writes the batch script beside the run folder, whole or not at all.

    Raises:
        InputError: If it cannot be written.
    """
    advice = "Set `logging.run_folder` to a place that can be written."
    make_folder(job.script.parent, "the folder of the script", advice)
    with whole_file(job.script, advice) as temporary:
        temporary.write_text(batch_script(job), encoding="utf-8")
        temporary.chmod(0o700)
    return job.script


def submit_script(script: Path, options: Sequence[str] = ()) -> str:
    """Gives a batch script to Slurm.

    Returns:
        The number of the job.

    Raises:
        InputError: If there is no Slurm here, or it refuses.
    """
    if shutil.which("sbatch") is None:
        raise InputError(
            f"sbatch is not on this machine: {script} was written and not handed in. "
            "Give the command on a login node of the cluster, or look at the script "
            "with --dry-run."
        )
    command = ["sbatch", "--parsable", *options, str(script)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise InputError(f"{script}: Slurm refuses the job: {said}")
    return done.stdout.strip().split(";")[0]
