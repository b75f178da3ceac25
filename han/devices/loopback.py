"""Where a server listens, and who can reach it there."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether nobody outside this machine can reach a host.

    Example:
        >>> [is_loopback(h) for h in ("localhost", "::1", "0.0.0.0", "example.org")]
        [True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
