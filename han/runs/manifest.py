"""Binds the files of a finished run to each other: `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from han.errors import InputError
from han.runs.environment import read_environment
from han.runs.run_files import (
    BOUND_FILES,
    MANIFEST_FILE,
    MEMBERS,
    MODEL_FILES,
    THRESHOLDS_FILE,
)
from han.tables.file_access import file_digest
from han.tables.whole_files import write_whole

ADVICE = "Copy the whole run again, or train anew with --overwrite."
# What comes of JSON that is none, or is not of the form that was written.
DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError),
    *(RecursionError, OverflowError),
)
NEW_ADVICE = "Remove it, or copy the whole run again."
THRESHOLDS_ADVICE = (
    "Make it again with python -m han.plan RUN --apply, or remove it to code all "
    "records without routes."
)


@dataclass(frozen=True)
class Manifest:
    """What a finished run is made of.

    Attributes:
        model: SHA-256 of all that its probabilities depend on: `run_fingerprint`.
        sizes: Bytes of each file, by its path in the run folder.
        digests: SHA-256 of each of these files.
    """

    model: str
    sizes: dict[str, int]
    digests: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """What `manifest.json` holds."""
        files = {
            name: {"bytes": self.sizes[name], "sha256": digest}
            for name, digest in self.digests.items()
        }
        return {"model": self.model, "files": files}

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> Manifest:
        """The reverse of `to_dict`."""
        files = form["files"]
        return cls(
            str(form["model"]),
            {name: int(file["bytes"]) for name, file in files.items()},
            {name: str(file["sha256"]) for name, file in files.items()},
        )

    def check_names(self, folder: Path) -> None:
        """Raises InputError if a file is missing, new or of another size.

        Thresholds are left out: they may be removed, and who reads them checks them.
        """
        there = {path.relative_to(folder).as_posix() for path in bound_files(folder)}
        for name in sorted((there | self.sizes.keys()) - {THRESHOLDS_FILE}):
            if name not in there:
                raise InputError(
                    f"{folder / name} is missing: the run had it when it was finished. "
                    f"{ADVICE}"
                )
            self._check_size(folder, name)

    def _check_size(self, folder: Path, name: str) -> None:
        if name not in self.sizes:
            is_plan = name == THRESHOLDS_FILE
            raise InputError(
                f"{folder / name} does not belong to this run, which was finished "
                f"without it. {THRESHOLDS_ADVICE if is_plan else NEW_ADVICE}"
            )
        if (folder / name).stat().st_size != self.sizes[name]:
            raise _changed(folder / name)

    def check_content(self, folder: Path) -> None:
        """Raises InputError if a file has other bytes; small files come first."""
        for name in sorted(self.sizes, key=lambda name: self.sizes[name]):
            if name != THRESHOLDS_FILE:
                self.check_file(folder, name)

    def check_file(self, folder: Path, name: str) -> None:
        """Raises InputError if one file, which is there, is not that of the run."""
        self._check_size(folder, name)
        if file_digest(folder / name) != self.digests[name]:
            raise _changed(folder / name)


def _changed(file: Path) -> InputError:
    is_one = file.name == THRESHOLDS_FILE
    return InputError(
        f"{file} is damaged, changed or of another run: it is not the file that this "
        f"run was finished with. {THRESHOLDS_ADVICE if is_one else ADVICE}"
    )


def write_manifest(folder: Path, coming: Mapping[str, bytes] | None = None) -> None:
    """Binds the files of a run as they are now, whatever they were before.

    Training does it at its end. Do it yourself only for a finished run of which you
    have changed a file on purpose.

    Args:
        folder: The run.
        coming: Files that are about to be written, by name.

    Raises:
        InputError: If it cannot be written.

    Example:
        >>> write_manifest(Path("runs/demo"))  # doctest: +SKIP
    """
    contents = coming or {}
    paths = {p.relative_to(folder).as_posix(): p for p in bound_files(folder)}
    sizes = {name: path.stat().st_size for name, path in paths.items()}
    digests = {n: file_digest(path) for n, path in paths.items() if n not in contents}
    sizes |= {name: len(content) for name, content in contents.items()}
    digests |= {n: hashlib.sha256(c).hexdigest() for n, c in contents.items()}
    _write(folder, Manifest(run_fingerprint(folder), sizes, digests))


def bind_file(folder: Path, name: str) -> None:
    """Takes a file that was written anew into the manifest of a run, if it has one."""
    known = read_manifest(folder)
    if known is None:
        return
    file = folder / name
    sizes = {**known.sizes, name: file.stat().st_size}
    digests = {**known.digests, name: file_digest(file)}
    _write(folder, Manifest(known.model, sizes, digests))


def _write(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(manifest.to_dict(), ensure_ascii=False, indent=2) + "\n"
    write_whole(folder / MANIFEST_FILE, text.encode())


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a run; None of one that is not finished, or older than these.

    Raises:
        InputError: If it is damaged, or missing though the run had one.
    """
    file, known = folder / MANIFEST_FILE, read_environment(folder)
    if not file.is_file():
        if known.get("manifest"):
            raise InputError(
                f"{file} is missing, so nobody knows whether the files of this run "
                f"belong together. {ADVICE}"
            )
        return None
    if known and not known.get("manifest") and not known.get("finished"):
        return None  # the process was ended before it could say that it has finished
    try:
        return Manifest.from_dict(json.loads(file.read_text(encoding="utf-8")))
    except DAMAGED as error:
        raise InputError(f"{file} is damaged ({type(error).__name__}). {ADVICE}") from (
            error
        )


def check_run(folder: Path) -> None:
    """Checks a run that is read file by file.

    Raises:
        InputError: If a file is missing, new, or not that of the run.
    """
    manifest = read_manifest(folder)
    if manifest:
        manifest.check_names(folder)
        manifest.check_content(folder)


@contextmanager
def checked_run(folder: Path) -> Iterator[Manifest | None]:
    """Checks a run while it is loaded: large files are hashed beside, in a thread.

    Raises:
        InputError: If a file is missing, new or not that of the run, whatever its
            content did to who loaded it; or if the run was replaced meanwhile.
    """
    before, manifest = _stamps(folder), read_manifest(folder)
    if manifest is None:
        yield None
    else:
        manifest.check_names(folder)
        with ThreadPoolExecutor(1) as thread:
            content = thread.submit(manifest.check_content, folder)
            try:
                yield manifest
            except Exception:
                content.result()  # the cause is said, not what came of it
                raise
            content.result()
    if _stamps(folder) != before:
        raise replaced(folder)


def run_identity(folder: Path) -> str:
    """What tells a run from one that takes its place while somebody works with it."""
    if read_manifest(folder):
        return file_digest(folder / MANIFEST_FILE)
    stamps = json.dumps(_stamps(folder))
    return hashlib.sha256(stamps.encode()).hexdigest()


def check_identity(folder: Path, identity: str) -> None:
    """Checks that a run is the one that it was when `run_identity` was asked.

    Raises:
        InputError: If it has been trained anew, changed or removed.
    """
    if run_identity(folder) != identity:
        raise replaced(folder)


def replaced(folder: Path) -> InputError:
    """What is said of a run that is no longer the one that somebody works with."""
    return InputError(
        f"{folder}: the run was changed or replaced while this command worked with it, "
        "so nothing was written. Give the command again when nobody trains it."
    )


def _stamps(folder: Path) -> list[tuple[str, int, int, int]]:
    """Name, number, size and time of each file: others, once a file was replaced."""
    manifest = folder / MANIFEST_FILE
    files = [*bound_files(folder), *([manifest] if manifest.is_file() else [])]
    known = [(str(file.relative_to(folder)), file.stat()) for file in files]
    return [(name, s.st_ino, s.st_size, s.st_mtime_ns) for name, s in known]


def run_fingerprint(folder: Path) -> str:
    """SHA-256 of the files of a run that its probabilities depend on."""
    digest = hashlib.sha256()
    for file in _files(folder, MODEL_FILES):
        digest.update(f"\0{file.relative_to(folder).as_posix()}\0".encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def bound_files(folder: Path) -> list[Path]:
    """The files of a run that its manifest binds, as far as they are there."""
    return list(_files(folder, BOUND_FILES))


def _files(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Those of the run, and of the members of a mixture."""
    files = (folder / name for name in names)
    yield from filter(Path.is_file, files)
    for member in sorted(filter(Path.is_dir, (folder / MEMBERS).glob("*"))):
        yield from _files(member, names)
