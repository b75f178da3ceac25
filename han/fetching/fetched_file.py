"""One source: brought if it is not there, checked, and put in its place."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from han.config.sources_config import SourceConfig
from han.errors import InputError, listing
from han.fetching.partial_download import PartialDownload, Progress, Validators
from han.fetching.polite_session import NotFetched, PoliteSession
from han.tables.file_access import file_digest
from han.tables.provenance import read_provenance, write_provenance
from han.tables.whole_files import whole_file

Outcome = Literal["new", "same", "changed", "refused", "failed"]
_PIECE = 1 << 20


@dataclass(frozen=True)
class Fetched:
    """What became of a source.

    Attributes:
        name: Its name in the file of sources.
        outcome: `new`, `same` as before, `changed` where it may, `refused` because its
            content is not what it must be, or `failed`.
        file: Where it is.
        size: Its bytes; 0 if it is not there.
        reason: Why it was refused or failed.
    """

    name: str
    outcome: Outcome
    file: Path
    size: int = 0
    reason: str = ""


def fetch_source(
    name: str,
    source: SourceConfig,
    folder: Path,
    session: PoliteSession,
    progress: Progress,
    *,
    accept: bool = False,
) -> Fetched:
    """Brings a source, if it is not there as it must be.

    The file that is there stays until other content has come whole and is right.
    Content that is not right is kept beside it, `NAME.refused`, to be looked at.

    Args:
        name: Its name.
        source: What it is.
        folder: Where it goes.
        session: What asks.
        progress: Is told how far it is.
        accept: Whether content that has changed is taken.

    Raises:
        InputError: If the file that is there was changed on this machine.
    """
    file = folder / source.file_name
    before = _before(file)
    if before and before["sha256"] == source.sha256:
        return Fetched(name, "same", file, file.stat().st_size)
    most = int(source.max_mb * 1e6)
    way = PartialDownload(session, source.address, file, most, progress)
    try:
        came = way.fetch(_known(source, before))
        digest = file_digest(way.part) if came else ""
        if came is None or (before and digest == before["sha256"]):
            way.drop()
            return Fetched(name, "same", file, file.stat().st_size)
        wanted = source.sha256 or (before or {}).get("sha256", digest)
        if digest != wanted and not (source.may_change or accept):
            return _refused(name, file, way, wanted, digest)
        _put(file, way, source, digest, came)
    except NotFetched as error:
        return Fetched(name, "failed", file, reason=str(error))
    outcome: Outcome = "changed" if before else "new"
    return Fetched(name, outcome, file, file.stat().st_size)


def _known(source: SourceConfig, before: dict[str, Any] | None) -> Validators:
    """By what the server knows what is here; by nothing where that is not wanted."""
    if before is None or before["address"] != source.address or source.sha256:
        return Validators()
    return Validators(*before["validators"])


def _before(file: Path) -> dict[str, Any] | None:
    """What was fetched before: its address, hash and marks."""
    said = read_provenance(file)
    if not file.is_file():
        return None
    if said is None or said["sha256"] != file_digest(file):
        raise InputError(
            f"{file}: this file is not as it was fetched, so it is not replaced. Move "
            "it away, with its record, and give the same command again."
        )
    found: dict[str, Any] = said["from"][0]
    return found


def _refused(
    name: str, file: Path, way: PartialDownload, wanted: str, digest: str
) -> Fetched:
    aside = file.with_name(file.name + ".refused")
    os.replace(way.part, aside)
    way.drop()
    return Fetched(
        name,
        "refused",
        file,
        reason=f"its content is not what was expected: SHA-256 {digest}, expected "
        f"{wanted}. It is in {aside}. If the new content is right: --accept {name}, or "
        "write its hash into `sha256`.",
    )


def _put(
    file: Path,
    way: PartialDownload,
    source: SourceConfig,
    digest: str,
    found: Validators,
) -> None:
    """Puts what has come in its place, unpacked if it must be."""
    with whole_file(file) as temporary:
        if source.unpack:
            _unpack(way.part, source.unpack, temporary, int(source.max_mb * 1e6))
        else:
            os.replace(way.part, temporary)
    way.drop()
    said = (
        "address",
        "publisher",
        "licence",
        "date",
        "collection",
        "language",
        "unpack",
    )
    facts = {key: getattr(source, key) for key in said}
    came = {k: v for k, v in facts.items() if v is not None}
    validators = [found.etag, found.last_modified]
    write_provenance(
        file, "fetch", [{**came, "sha256": digest, "validators": validators}], {}
    )


def _unpack(archive: Path, member: str, target: Path, most: int) -> None:
    """Takes one file out of an archive; nothing else in it is looked at."""
    try:
        with zipfile.ZipFile(archive) as opened:
            if member not in opened.namelist():
                raise NotFetched(
                    f"the archive has no {member}. It has "
                    f"{listing(opened.namelist(), 10)}: name one in `unpack`."
                )
            with opened.open(member) as source, target.open("wb") as stream:
                _copy(source.read, stream.write, most)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.filename:
            raise
        raise NotFetched("it is no ZIP archive that can be opened.") from None


def _copy(
    read: Callable[[int], bytes], write: Callable[[bytes], object], most: int
) -> None:
    size = 0
    while piece := read(_PIECE):
        size += len(piece)
        if size > most:
            raise NotFetched(
                f"unpacked it has more than {most / 1e6:,.0f} MB. If that is right, "
                "raise `max_mb`."
            )
        write(piece)
