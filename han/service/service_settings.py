"""What a service allows, and how it works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SPARE = 8  # threads that are left for requests which wait for no coding


@dataclass(frozen=True)
class ServiceSettings:
    """Limits of a service.

    Attributes:
        max_records: Records of a request.
        max_characters: Characters of a field of a record.
        max_bytes: Bytes of the body of a request.
        max_top_k: Full codes that may be asked for.
        max_waiting: Records that may wait to be coded.
        block_records: Records that are coded at once.
        timeout: Seconds that a request may wait to be coded.
        threads: Threads that answer requests.
        drain: Seconds for which a service that is stopped still takes requests.
        behind_proxy: Whether a server with HTTPS stands before it.
        keys: File of the keys of those who may ask; None for all of this machine.
        requests_a_minute: Requests of a client, unless its key has a limit of its own;
            None for no limit.
        records_a_minute: Records of a client, likewise.
        origins: Sites whose pages may ask from a browser.
        log: File of the log; None for standard error.
    """

    max_records: int = 1000
    max_characters: int = 10_000
    max_bytes: int = 16_000_000
    max_top_k: int = 50
    max_waiting: int = 10_000
    block_records: int = 1024
    timeout: float = 30.0
    threads: int = 100
    drain: float = 0.0
    behind_proxy: bool = False
    keys: Path | None = None
    requests_a_minute: int | None = None
    records_a_minute: int | None = None
    origins: tuple[str, ...] = ()
    log: Path | None = None

    @property
    def most_waiting_requests(self) -> int:
        """Requests that may wait to be coded: others always find a thread."""
        return max(1, self.threads - SPARE)
