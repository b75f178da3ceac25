"""Keys of those who may ask: a file of their names and hashes.

A key is 256 random bits. Nobody can try them all, so a plain SHA-256 hides it: slow
hashes are for passwords, which people choose, and would cost each request their time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from han.errors import InputError, listing
from han.runs.folder_lock import held
from han.service.event_log import EventLog
from han.tables.whole_files import whole_file

PREFIX = "han_"  # by which scanners of secrets find it
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile("[0-9a-f]{64}")
# A file without a byte is one that an editor writes just now; this one is whole.
_NO_KEYS = "\n"


@dataclass(frozen=True)
class ServiceKey:
    """What is kept of a key; never the key.

    Attributes:
        name: Who has it; it stands in the log.
        sha256: Its hash.
        created: When it was made.
        requests_a_minute: Limit of its own; None for that of all.
        records_a_minute: Limit of its own; None for that of all.
    """

    name: str
    sha256: str
    created: str
    requests_a_minute: int | None = None
    records_a_minute: int | None = None


def new_key(
    name: str,
    requests_a_minute: int | None = None,
    records_a_minute: int | None = None,
) -> tuple[str, ServiceKey]:
    """A key, and what is kept of it.

    Example:
        >>> secret, key = new_key("survey")
        >>> len(secret), key.sha256 == hash_of(secret)
        (47, True)
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    limits = requests_a_minute, records_a_minute
    return secret, ServiceKey(name, hash_of(secret), now, *limits)


def hash_of(secret: str) -> str:
    """SHA-256 of a key, as it is kept."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def add_key(file: Path, name: str, *limits: int | None) -> str:
    """Adds a key to a file, which is made if there is none.

    Args:
        file: The file.
        name: Who gets it.
        limits: Its requests and its records a minute.

    Returns:
        The key, which is nowhere else.

    Raises:
        InputError: If the name is taken or is none, or the file is not as it must be.
    """
    with _alone(file):
        keys = read_keys(file) if os.path.lexists(file) else []
        _check_name(name, "--add-key")
        if name in {key.name for key in keys}:
            raise InputError(
                f"{file}: there is a key of the name {name}. Choose another, or take "
                f"that one away first: --remove-key {name}."
            )
        secret, key = new_key(name, *limits)
        _write_keys(file, [*keys, key])
    return secret


def remove_key(file: Path, name: str) -> None:
    """Takes a key away; services that see this file change refuse it at once.

    Raises:
        InputError: If there is none of this name.
    """
    with _alone(file):
        keys = read_keys(file)
        kept = [key for key in keys if key.name != name]
        if len(kept) == len(keys):
            raise InputError(
                f"{file}: there is no key of the name {name!r}. Found: "
                f"{listing(key.name for key in keys) or 'none'}."
            )
        _write_keys(file, kept)


def _alone(file: Path) -> AbstractContextManager[None]:
    """While nobody else changes the file, whose changes would be lost."""
    place = file.resolve()
    busy = f"{file}: another process changes these keys. Give the same command again."
    return held(place.with_name(f".{place.name}.lock"), busy)


def _write_keys(file: Path, keys: Iterable[ServiceKey]) -> None:
    """Replaces the file, which keeps its owner and mode: a service must read it."""
    said = [{k: v for k, v in asdict(key).items() if v is not None} for key in keys]
    text = "".join(f"{json.dumps(key)}\n" for key in said) or _NO_KEYS
    place = file.resolve()  # a link stays one
    with whole_file(place, "Change keys as the owner of the file.") as temporary:
        temporary.write_text(text, "utf-8")
        if place.exists():
            before = place.stat()
            os.chown(temporary, before.st_uid, before.st_gid)
            temporary.chmod(stat.S_IMODE(before.st_mode))


def read_keys(file: Path) -> list[ServiceKey]:
    """Keys of a file: one JSON object on each line.

    Others may read it where they must, as in a Kubernetes Secret: hashes of random
    keys open nothing. They must not write it.

    Raises:
        InputError: If it cannot be read, if others may write it, or if a line is no
            key.
    """
    return _keys_of(file, _text_of(file))


def _text_of(file: Path) -> str:
    try:
        if stat.S_IMODE(file.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
            raise InputError(
                f"{file}: others may write this file, and add keys of their own. "
                f"Type: chmod 600 {file}"
            )
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8"
        raise InputError(
            f"{file}: keys cannot be read: {why}. Make the file: python -m han.serve "
            f"--keys {file} --add-key NAME"
        ) from None


def _keys_of(file: Path, text: str) -> list[ServiceKey]:
    keys = [
        _key_of(line, f"{file}, line {number}")
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    _check_once(file, keys)
    return keys


def _key_of(line: str, where: str) -> ServiceKey:
    """The key of a line. What is wrong is never quoted: it may be a key."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    names = {field.name for field in fields(ServiceKey)}
    if not isinstance(said, dict) or not {"name", "sha256"} <= set(said) <= names:
        raise InputError(
            f"{where}: expected a JSON object with {listing(sorted(names))}. Make keys "
            "with --add-key."
        )
    _check_name(said["name"], where)
    _check_hash(said["sha256"], where)
    for limit in ("requests_a_minute", "records_a_minute"):
        _check_limit(said.get(limit), f"{where}: `{limit}`")
    return ServiceKey(**{"created": "", **said})


def _check_name(name: Any, where: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(
            f"{where}: the name of a key must be 1 to 64 of A-Z, a-z, 0-9, dot, dash "
            "and underscore."
        )


def _check_hash(value: Any, where: str) -> None:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise InputError(
            f"{where}: `sha256` must be 64 of 0-9 and a-f in quotes, the hash."
        )


def _check_limit(value: Any, where: str) -> None:
    if value is not None and (type(value) is not int or value < 1):
        raise InputError(f"{where} must be a whole number, 1 or more.")


def _check_once(file: Path, keys: list[ServiceKey]) -> None:
    for what in ("name", "sha256"):
        found = [getattr(key, what) for key in keys]
        if len(set(found)) < len(found):
            raise InputError(f"{file}: a `{what}` stands there twice. Keep one.")


class ServiceKeys:
    """The keys that a service knows; their file is read again when it has changed.

    Args:
        file: Where they stand.
        log: Where it is told that they have changed.

    Raises:
        InputError: If it is not as it must be, or has no key.
    """

    def __init__(self, file: Path, log: EventLog) -> None:
        self._file, self._log, self._lock = file, log, threading.Lock()
        self._seen, self._keys = _mark(file), read_keys(file)
        if not self._keys:
            raise InputError(
                f"{file}: there is no key in it, so nobody could ask. Make one: "
                f"python -m han.serve --keys {file} --add-key NAME"
            )

    def find(self, secret: str) -> ServiceKey | None:
        """Whose key it is; None if nobody's.

        All hashes are compared, and each to its end: time tells nothing.
        """
        self._look()
        given, found = hash_of(secret), None
        for key in self._keys:
            if hmac.compare_digest(given, key.sha256):
                found = key
        return found

    def _look(self) -> None:
        """Reads what has changed; the keys of before stay if it is no file of keys."""
        with self._lock:
            if (mark := _mark(self._file)) == self._seen:
                return
            self._seen = mark
            try:
                self._keys = _changed_keys(self._file)
            except InputError as error:
                self._log.say("keys_not_read", level="error", message=str(error))
            else:
                self._log.say("keys_read", keys=len(self._keys))


def _changed_keys(file: Path) -> list[ServiceKey]:
    """As `read_keys`, but a file without a byte is broken: nobody took keys away."""
    text = _text_of(file)
    if not text:
        raise InputError(
            f"{file}: the file is empty, so the keys of before stay. Take keys away "
            "with --remove-key."
        )
    return _keys_of(file, text)


def _mark(file: Path) -> tuple[int, ...]:
    """By which a change is seen; a file that is gone has a mark, too."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode
