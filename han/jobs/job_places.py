"""What a job reads must not be what it writes."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from han.config.job_config import JobConfig
from han.errors import InputError
from han.jobs.input_files import is_table
from han.jobs.job_folder import JobFolder
from han.tables.locations import DataFile, location_of
from han.tables.output_file import check_output


def check_places(
    config: JobConfig, files: Sequence[DataFile], tables: Sequence[str]
) -> None:
    """Finds where input and output get into each other's way.

    Args:
        config: The job.
        files: Its input.
        tables: Other files that it reads.

    Raises:
        InputError: If an input lies in the job folder; if a folder or pattern of the
            input would find what the job writes, when the command is given again; or
            if the one file of the output is something that is read, or cannot be
            written.
    """
    inner, paths = Path(config.output.folder).resolve(), list(_paths(files))
    if inside := [path for path in paths if inner in path.resolve().parents]:
        raise InputError(
            f"{inside[0]}: this input lies in the job folder. Give another "
            "`output.folder`, or make `input.files` narrower."
        )
    for name in config.input.files:
        for place in _written(config):
            if _would_read(name, place):
                raise InputError(
                    f"`input.files` has {name}, which would find {place}, which this "
                    "job writes. Make it narrower, or write elsewhere."
                )
    if config.output.file is not None:
        _check_file(Path(config.output.file), inner, [*paths, *map(Path, tables)])


def _paths(files: Sequence[DataFile]) -> Iterator[Path]:
    """Files of the input; of databases those that are files."""
    found = (location_of(file).path for file in files)
    return (path for path in found if path.name)


def _written(config: JobConfig) -> Iterator[Path]:
    """Some of what the job writes: one of each kind."""
    folder = JobFolder(Path(config.output.folder))
    yield folder.coded / f"part-000000.{config.output.form}"
    yield folder.staged(0)
    if config.output.file is not None:
        yield Path(config.output.file)


def _would_read(name: str, place: Path) -> bool:
    """Whether a folder or pattern finds a file, once it is there."""
    if Path(name).is_dir():
        return place.resolve().parent == Path(name).resolve() and is_table(place)
    if os.path.lexists(name) or not glob.has_magic(name):
        return False
    pattern, path = os.path.abspath(name), os.path.abspath(place)
    if "**" in pattern:  # any number of folders, or none
        return fnmatchcase(path, pattern.replace("/**/", "*/"))
    return PurePath(path).match(pattern)


def _check_file(file: Path, inner: Path, read: Sequence[Path]) -> None:
    """Raises InputError if the one file of the output cannot be written."""
    above = file.resolve().parent
    if inner in above.parents:
        raise InputError(
            f"{file}: `output.file` lies among the working files of the job. Give "
            "another place."
        )
    if above in (inner, *inner.parents):  # it is made with the job folder
        above = next(folder for folder in (above, *above.parents) if folder.is_dir())
        file = above / file.name
    sources: list[str | None] = [*map(str, read)]
    for source in sources or [None]:
        check_output(file, source)
