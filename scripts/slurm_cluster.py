"""A Slurm cluster of several nodes on this one machine, to try jobs out on.

    python scripts/slurm_cluster.py start FOLDER [--nodes 2]
    export SLURM_CONF=FOLDER/slurm.conf; sinfo -N
    python scripts/slurm_cluster.py stop FOLDER

Needs root and the Debian packages slurm-wlm and munge:
    apt-get install -y --no-install-recommends slurm-wlm munge
Everything lies in FOLDER, but for the names of the nodes, which go to /etc/hosts and
are taken out again. The nodes are daemons of their own with addresses of this machine,
and share its processors.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGES = "apt-get install -y --no-install-recommends slurm-wlm munge"
HOSTS = Path("/etc/hosts")
TAG = "# han slurm_cluster"

# A requeued job waits `cred_expire` seconds (120 by default). Without systemd there are
# no cgroups, so processes are followed through /proc.
CONF = """\
ClusterName=han
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
SlurmctldPort={port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
JobRequeue=1
KillWait=10
MinJobAge=3600
SlurmdParameters=config_overrides
RebootProgram=/bin/true
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=01:00:00 State=UP OverSubscribe=NO
"""


def obstacle() -> str:
    """Why there can be no cluster on this machine; empty if there can."""
    programs = ("munged", "slurmctld", "slurmd", "sbatch")
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} missing: {PACKAGES}"
    if os.geteuid() != 0:
        return "Slurm's daemons of several nodes on one machine need root"
    if not os.access(HOSTS, os.W_OK):
        return f"{HOSTS} cannot be written, and the nodes need names"
    return ""


@contextlib.contextmanager
def cluster(folder: Path, nodes: int = 2) -> Iterator[Path]:
    """A running cluster; gives its slurm.conf, which SLURM_CONF must name."""
    try:
        yield start(folder, nodes)
    finally:
        stop(folder)


def start(folder: Path, nodes: int = 2) -> Path:
    """Starts the daemons and waits until all nodes are idle."""
    names = [f"han{number}" for number in range(1, nodes + 1)]
    for name in ("state", *(f"spool.{node}" for node in names)):
        (folder / name).mkdir(parents=True, exist_ok=True)
    conf = folder / "slurm.conf"
    ports = _free_ports(nodes + 1)
    conf.write_text(_conf(folder, names, ports))
    _name_nodes(names, folder)
    _start_munge(folder)
    _run("slurmctld", "-c", "-f", str(conf))
    for name in names:
        _run("slurmd", "-N", name, "-f", str(conf))
    deadline = time.monotonic() + 60
    while _idle(conf) < nodes:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the nodes do not come up; see {folder}/*.log")
        time.sleep(0.2)
    return conf


def _conf(folder: Path, names: list[str], ports: list[int]) -> str:
    host = socket.gethostname().split(".")[0]
    # More processors than there are (config_overrides): who waits for whom is tested.
    nodes = "\n".join(
        f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4 "
        "RealMemory=4000 State=UNKNOWN"
        for name, port in zip(names, ports[1:], strict=True)
    )
    return CONF.format(host=host, folder=folder, port=ports[0], nodes=nodes)


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _name_nodes(names: list[str], folder: Path) -> None:
    # The file may be mounted, and cannot be replaced then. Another cluster may be up.
    tag = f"{TAG} {folder}"
    kept = [line for line in HOSTS.read_text().splitlines() if not line.endswith(tag)]
    kept += [f"127.0.0.1 {name} {tag}" for name in names]
    HOSTS.write_text("\n".join(kept) + "\n")


def _start_munge(folder: Path) -> None:
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(1024))
    places = {
        "key-file": key,
        "socket": folder / "munge.socket",
        "pid-file": folder / "munged.pid",
        "log-file": folder / "munged.log",
        "seed-file": folder / "munged.seed",
    }
    # As root in a folder that others can write above, it wants to be told twice.
    _run("munged", "--force", *(f"--{name}={file}" for name, file in places.items()))


def _idle(conf: Path) -> int:
    command = ["sinfo", "-h", "-N", "-t", "idle", "-o", "%N"]
    found = subprocess.run(
        command, env=_with(conf), capture_output=True, text=True, check=False
    )
    return len(found.stdout.split())


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _with(conf: Path) -> dict[str, str]:
    return {**os.environ, "SLURM_CONF": str(conf)}


def stop(folder: Path) -> None:
    """Cancels the jobs, ends the daemons that `start` started, takes the names out."""
    conf = folder / "slurm.conf"
    if conf.exists():
        _cancel(conf)
    for file in sorted(folder.glob("slurmd.*.pid")):
        _end(file)
    for name in ("slurmctld.pid", "munged.pid"):
        _end(folder / name)
    _name_nodes([], folder)


def _cancel(conf: Path) -> None:
    def jobs() -> list[str]:
        command = ["squeue", "-h", "-o", "%A"]
        found = subprocess.run(
            command, env=_with(conf), capture_output=True, text=True, check=False
        )
        return sorted(set(found.stdout.split()))

    deadline = time.monotonic() + 20
    while (left := jobs()) and time.monotonic() < deadline:
        subprocess.run(["scancel", *left], env=_with(conf), check=False)
        time.sleep(0.5)


def _end(file: Path) -> None:
    """Ends the daemon whose number a file holds."""
    with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
        number = int(file.read_text())
        os.kill(number, signal.SIGTERM)
        for _ in range(50):
            time.sleep(0.1)
            os.kill(number, 0)
        os.kill(number, signal.SIGKILL)


def main() -> int:
    """Starts or stops a cluster."""
    description, _, rest = (__doc__ or "").partition("\n")
    arguments = argparse.ArgumentParser(
        description=description,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments.add_argument("action", choices=["start", "stop"])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--nodes", type=int, default=2, metavar="N")
    given = arguments.parse_args()
    if why := obstacle():
        print(why, file=sys.stderr)
        return 2
    if given.action == "stop":
        stop(given.folder.absolute())
    else:
        print(f"export SLURM_CONF={start(given.folder.absolute(), given.nodes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
