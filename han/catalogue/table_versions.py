"""Brings the tables of a catalogue from the version that they have to this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

import han
from han.errors import InputError

VERSION_TABLE = "catalogue_version"


def check_version(connection: Connection, place: str) -> None:
    """Checks that the tables are those that this han reads.

    Raises:
        InputError: If they are older or newer.
    """
    there, wanted = _version(connection), _scripts().get_current_head()
    if there == wanted:
        return
    _refuse_newer(there, place)
    raise InputError(
        f"{place}: a catalogue of version {there}, made by an older han; this one "
        f"reads version {wanted}. Bring it up to date: python -m han.store upgrade "
        f"--store {place}. A copy first does no harm."
    )


def upgrade_tables(connection: Connection, place: str) -> None:
    """Makes the tables, or what is new in them; what they hold stays.

    Raises:
        InputError: If they are newer than this han.
    """
    _refuse_newer(_version(connection), place)
    scripts = _scripts()

    def steps(revision: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE)
        environment.run_migrations()


def _version(connection: Connection) -> str | None:
    options = {"version_table": VERSION_TABLE}
    found = MigrationContext.configure(connection, opts=options).get_current_revision()
    return str(found) if found else None


def _refuse_newer(there: str | None, place: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if there is not None and there not in known:
        raise InputError(
            f"{place}: a catalogue of version {there}, which this han "
            f"({han.__version__}) does not know. Install the han that wrote it, or a "
            "newer one."
        )


def _scripts() -> ScriptDirectory:
    folder = str(Path(han.__file__).parent / "catalogue_versions")
    return ScriptDirectory(folder, version_locations=[folder])
