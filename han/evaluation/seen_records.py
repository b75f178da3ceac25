"""Which records a run has seen in training, by their row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from han.data.records import fingerprint
from han.experiment.labelled_rows import read_role_file
from han.experiment.row_roles import Roles, role_files, roles_of
from han.experiment.row_sources import Source
from han.runs.loading import load_non_answers
from han.runs.run_files import member_folders
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
    for member in member_folders(run.folder):
        yield from roles_of_rows(RunFolder(member), file)


def files_read(run: RunFolder) -> set[str]:
    """SHA-256 of the files that a run has read, or a member of a mixture."""
    found = set(run.fingerprints().values())
    return found.union(*(files_read(RunFolder(m)) for m in member_folders(run.folder)))


def num_trained(run: RunFolder, source: Source, places: npt.NDArray[np.int64]) -> int:
    """Number of records of a file that a member of a mixture was trained on.

    Args:
        run: The run.
        source: The file; of a run's own parts the user knows what they are.
        places: Positions of the records in it, `(n,)`.
    """
    if source.name is not None:
        return 0
    trained = np.zeros(len(places), bool)
    for roles in roles_of_rows(run, source.file):
        trained |= roles[places] == "train"
    return int(trained.sum())
