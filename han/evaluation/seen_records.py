"""Which records a run has seen in training, by their row."""

from __future__ import annotations

from collections.abc import Iterator

from han.data.records import fingerprint
from han.experiment.labelled_rows import read_role_file
from han.experiment.row_roles import Roles, role_files, roles_of
from han.runs.loading import load_non_answers
from han.runs.run_files import MEMBERS, MIXTURE_FILE
from han.runs.run_folder import RunFolder
from han.tables.locations import DataFile, may_be_same_table


def roles_of_rows(run: RunFolder, file: DataFile) -> Iterator[Roles]:
    """Role that a run gave each row of a file, `(n,)`, once for each way it was read.

    A file is known by its SHA-256: nothing comes of one that the run has not read,
    even if it holds the same records. A mixture has seen what its members have.

    Args:
        run: The run.
        file: The file.
    """
    config, digest = run.config(), fingerprint(file)
    known = run.fingerprints()
    for role, own in role_files(config).items():
        if known.get(str(own)) == digest and may_be_same_table(own, file):
            none = load_non_answers(run.folder)
            yield roles_of(config, role, read_role_file(config, role, file, none))
    if (run / MIXTURE_FILE).is_file():
        for member in sorted((run / MEMBERS).iterdir()):
            yield from roles_of_rows(RunFolder(member), file)
