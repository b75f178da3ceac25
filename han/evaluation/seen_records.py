"""Which records a run has seen in training, by their row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from han.data.records import fingerprint, read_records
from han.data.splits import ROLES
from han.experiment.config_inputs import columns_of
from han.experiment.data_files import Roles, role_file, roles_of
from han.runs.classifier import MEMBERS, MIXTURE_FILE
from han.runs.run_folder import RunFolder


def roles_of_rows(run: RunFolder, file: Path) -> Iterator[Roles]:
    """Role that a run gave each row of a file, `(n,)`, once for each way it was read.

    A file is known by its SHA-256: nothing comes of one that the run has not read,
    even if it holds the same records. A mixture has seen what its members have.

    Args:
        run: The run.
        file: The file.
    """
    config, digest = run.config(), fingerprint(file)
    known = run.fingerprints()
    for role in ROLES:
        own = role_file(config, role)
        if own is not None and known.get(str(own)) == digest:
            columns = columns_of(config, role=role)
            table = read_records(file, columns, encoding=config.data.encoding)
            yield roles_of(config, role, table)
    if (run / MIXTURE_FILE).is_file():
        for member in sorted((run / MEMBERS).iterdir()):
            yield from roles_of_rows(RunFolder(member), file)
