"""A private PostgreSQL server, for the tests of queues: `make test-postgres`."""

import os
import pwd
import shutil
import subprocess
import uuid
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

ACCOUNT = "postgres"  # of the Debian package; the server refuses to run as root


def programs():
    """The folder of initdb and pg_ctl, of the newest version; None if there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda file: float(file.parts[-3]), default=None)
    there = newest or shutil.which("initdb")
    return Path(there).parent if there else None


def obstacle():
    """Why no server can be started here; None if one can."""
    if programs() is None:
        return "initdb is not installed (apt-get install postgresql)"
    if os.geteuid() == 0 and ACCOUNT not in {user.pw_name for user in pwd.getpwall()}:
        return f"the server cannot run as root, and there is no user {ACCOUNT}"
    return None


@contextmanager
def server():
    """A server that listens on a socket in a folder of its own alone.

    Yields:
        str: The folder of its socket, whose name is short, as sockets want.
    """
    with TemporaryDirectory(prefix="han-") as folder, _started(Path(folder)):
        yield folder


@contextmanager
def _started(folder):
    data, user = folder / "data", None
    if os.geteuid() == 0:
        user = ACCOUNT
        shutil.chown(folder, ACCOUNT)
    _run(user, "initdb", "-D", data, "-U", "han", "-E", "UTF8", "--auth=trust", "-N")
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    log = folder / "log"
    _run(user, "pg_ctl", "-D", data, "-w", "-l", log, "-o", settings, "start")
    try:
        yield
    finally:
        _run(user, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(user, name, *arguments):
    command = [programs() / name, *arguments]
    done = subprocess.run(
        list(map(str, command)),
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def new_database(folder):
    """The address of an empty database of a server."""
    name = f"queue_{uuid.uuid4().hex}"
    root = sa.create_engine(
        f"postgresql+psycopg://han@/postgres?host={folder}",
        isolation_level="AUTOCOMMIT",
        poolclass=sa.pool.NullPool,
    )
    with root.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return f"postgresql+psycopg://han@/{name}?host={folder}"
