"""Ports for servers that a test starts."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress

# Below those that a system gives by itself to whoever connects or asks for any: that may be anybody while a
# process starts.
_FIRST, _COUNT = 20_000, 12_000
_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, another each time."""
    while True:
        port = _FIRST + secrets.randbelow(_COUNT)
        if port not in _given:
            with socket.socket() as probe, suppress(OSError):
                probe.bind(("127.0.0.1", port))
                _given.add(port)
                return port
