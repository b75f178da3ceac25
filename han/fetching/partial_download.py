"""A download that goes on where it was cut, if the content is still the same."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from han.fetching.polite_session import NotFetched, PoliteSession, reason_of

if TYPE_CHECKING:
    import requests

_PIECE = 1 << 14  # what is cut loses no more
_STARTS = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
_PAGES = (".html", ".htm", ".xhtml")
Progress = Callable[[int, int | None], None]  # bytes so far, and of all if known


@dataclass(frozen=True)
class Validators:
    """By what a server knows its content again.

    Attributes:
        etag: Its mark.
        last_modified: When it was changed.
    """

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, answer: requests.Response) -> Validators:
        """Those of an answer."""
        named = answer.headers.get
        return cls(named("ETag", ""), named("Last-Modified", ""))

    @property
    def strong(self) -> str:
        """What tells bytes apart; "" if nothing does: then a download begins anew."""
        return self.last_modified if self.etag.startswith("W/") else self.etag

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that ask for what is not the same."""
        if self.etag:
            return {"If-None-Match": self.etag}
        if self.last_modified:
            return {"If-Modified-Since": self.last_modified}
        return {}


@dataclass
class PartialDownload:
    """A file on its way, in a part file that outlives a kill.

    Attributes:
        session: What asks.
        address: Where it is.
        file: Where it is to be; its part is beside it, `.NAME.part`.
        most: Bytes that it may have.
        progress: Is told how far it is.
    """

    session: PoliteSession
    address: str
    file: Path
    most: int
    progress: Progress

    @property
    def part(self) -> Path:
        """What has come."""
        return self.file.with_name(f".{self.file.name}.part")

    @property
    def _beside(self) -> Path:
        return self.part.with_name(self.part.name + ".json")

    def fetch(self, known: Validators) -> Validators | None:
        """Brings all of it into `part`; None if the server still has what is known.

        Raises:
            NotFetched: If it does not come whole.
        """
        said = ""
        for attempt in range(1, self.session.attempts + 1):
            try:
                with self._answer(known) as answer:
                    if answer.status_code == 304:
                        return None
                    if answer.status_code != 416:  # else the part was too long
                        return self._received(answer)
                    self.drop()
            except (OSError, _Cut) as error:  # those of requests among them
                said = str(error) if isinstance(error, _Cut) else reason_of(error)
                if attempt < self.session.attempts:
                    self.session.pause(2.0**attempt)
        raise NotFetched(
            f"{said}, {self.session.attempts} times. What came is kept: the same "
            "command goes on."
        )

    def drop(self) -> None:
        """Forgets what has come."""
        for file in (self.part, self._beside):
            with contextlib.suppress(FileNotFoundError):
                file.unlink()

    def _answer(self, known: Validators) -> requests.Response:
        mark = self._mark()
        size = self.part.stat().st_size if self.part.is_file() else 0
        if mark and size:
            headers = {"Range": f"bytes={size}-", "If-Range": mark}
        else:
            headers = known.conditions
        return self.session.get(self.address, headers)

    def _mark(self) -> str:
        """The mark of the content whose part there is."""
        try:
            said = json.loads(self._beside.read_text(encoding="utf-8"))
            return str(said["mark"]) if said["address"] == self.address else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _received(self, answer: requests.Response) -> Validators:
        self._check(answer)
        found, begin = Validators.of(answer), 0
        if answer.status_code == 206:
            begin = self.part.stat().st_size
            starts = _STARTS.match(answer.headers.get("Content-Range", ""))
            if starts is None or int(starts[1]) != begin:
                self.drop()
                raise _Cut("the server went on at another place")
        else:
            self.drop()
            said = {"mark": found.strong, "address": self.address}
            self._beside.write_text(json.dumps(said), encoding="utf-8")
        length = answer.headers.get("Content-Length", "")
        total = begin + int(length) if length.isdigit() else None
        self._check_size(total or 0)
        with self.part.open("ab") as stream:
            for size in self._pieces(answer, stream, begin):
                self.progress(size, total)
        if total is not None and self.part.stat().st_size != total:
            raise _Cut("the connection was cut")
        return found

    def _pieces(
        self, answer: requests.Response, stream: BinaryIO, begin: int
    ) -> Iterator[int]:
        """Writes what comes; bytes so far."""
        size = begin
        for piece in self.session.pieces(answer, _PIECE):
            size += len(piece)
            self._check_size(size)
            stream.write(piece)
            yield size

    def _check_size(self, size: int) -> None:
        if size > self.most:
            self.drop()
            raise NotFetched(
                f"it has more than {self.most / 1e6:,.0f} MB. If that is right, raise "
                "`max_mb`."
            )

    def _check(self, answer: requests.Response) -> None:
        status = answer.status_code
        if status in (404, 410):
            raise NotFetched(
                f"there is nothing at this address ({status}). Look where the "
                "publisher has it now."
            )
        if status in (401, 403):
            raise NotFetched(
                f"the server does not give it to us ({status}). A name and password "
                "for it stand in ~/.netrc."
            )
        if status not in (200, 206):
            raise NotFetched(f"the server says {status}.")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        is_page = kind in ("text/html", "application/xhtml+xml")
        if is_page and self.file.suffix.lower() not in _PAGES:
            raise NotFetched(
                f"the server sends a page ({kind}) in place of the file. Open the "
                "address in a browser: it may ask for consent, or the file has moved."
            )


class _Cut(Exception):
    """It did not come whole, and can go on."""
