"""What a file of sources may say: what `han.fetch` brings, and from where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from han.config.value_limits import limited
from han.config.yaml_reader import read_section, read_yaml
from han.errors import InputError

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,80}", re.ASCII)
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class SourceConfig:
    """A file that somebody publishes.

    Attributes:
        address: Where it is: http:// or https://.
        file: Its name here; that of the address if not given, or of `unpack`.
        publisher: Who publishes it.
        licence: Under which terms.
        date: The day or year of the edition, as the publisher writes it.
        collection: The collection or survey that it is part of.
        language: Of its texts.
        sha256: Of the file as it is published, 64 digits and letters a to f: other
            content is refused. Without it the first content that came is the right one.
        may_change: Whether other content takes the place of what came before, as of a
            table that is published anew each month.
        unpack: The file to take out of a ZIP archive, by its whole name there.
        max_mb: Megabytes that it may have, unpacked, too.
    """

    address: str
    file: str | None = None
    publisher: str | None = None
    licence: str | None = None
    date: str | None = None
    collection: str | None = None
    language: str | None = None
    sha256: str | None = None
    may_change: bool = False
    unpack: str | None = None
    max_mb: float = limited(500.0, above=0.0, maximum=1e5)

    @property
    def file_name(self) -> str:
        """Its name here.

        Example:
            >>> SourceConfig("https://example.org/a/scian%202023.xlsx?v=2").file_name
            'scian 2023.xlsx'
        """
        path = self.unpack or unquote(urlsplit(self.address).path)
        return self.file or PurePosixPath(path).name


@dataclass(frozen=True)
class SourcesConfig:
    """A file of sources.

    Attributes:
        contact: A mail address or page of whoever asks; servers are told it.
        sources: The files to bring, by names of your own.
        folder: Where they go.
        requests_a_minute: How often one server is asked at most.
        timeout: Seconds for which a server may say nothing.
        attempts: How often a file is asked for that does not come.
        max_minutes: Minutes that one attempt at a file may take.
    """

    contact: str
    sources: dict[str, SourceConfig]
    folder: str = "data/sources"
    requests_a_minute: float = limited(20.0, above=0.0, maximum=6000.0)
    timeout: float = limited(60.0, above=0.0, maximum=3600.0)
    attempts: int = limited(4, minimum=1, maximum=20)
    max_minutes: float = limited(60.0, above=0.0, maximum=1e4)


def read_sources(file: Path) -> SourcesConfig:
    """Reads a file of sources.

    Raises:
        InputError: For what is wrong in the file, or contradicts itself.
    """
    tree = read_yaml(file, "sources", "`contact:` and `sources:`")
    config: SourcesConfig = read_section(SourcesConfig, tree)
    found = [] if config.sources else ["`sources` is empty. Expected one or more."]
    if "@" not in config.contact and "://" not in config.contact:
        found.append("`contact`: expected a mail address or the address of a page.")
    names: dict[str, str] = {}
    for name, source in config.sources.items():
        found += [f"`sources.{name}{fault}" for fault in _faults(name, source)]
        if other := names.get(source.file_name.casefold()):
            found.append(
                f"`sources.{name}` and `sources.{other}` are both written to "
                f"{source.file_name}. Give one another `file`."
            )
        names[source.file_name.casefold()] = name
    for message in found:
        raise InputError(f"{file}: {message}")
    return config


def _faults(name: str, source: SourceConfig) -> list[str]:
    """What is wrong with one source, from the end of its key on."""
    try:
        parts = urlsplit(source.address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    found = []
    if not _NAME.fullmatch(name):
        found.append("`: a name has letters, digits, dots, dashes and _ alone.")
    if not is_address:
        found.append(".address`: expected http:// or https:// and a host.")
    elif parts.username is not None or parts.password is not None:
        found.append(
            ".address` has a name or password in it. Put them into ~/.netrc, which is "
            "read, and take them out here."
        )
    elif not _NAME.fullmatch(source.file_name.replace(" ", "_")):
        found.append(".file`: expected the name of a file, without folders.")
    if source.sha256 is not None and not _HASH.fullmatch(source.sha256):
        found.append(".sha256`: expected 64 digits and letters a to f.")
    if source.sha256 and source.may_change:
        found.append(
            ".may_change` contradicts `sha256`, which says what the content must be. "
            "Leave one out."
        )
    return found
