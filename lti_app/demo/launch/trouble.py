"""Trouble of launches on demand: what strikes the next one, and whether the platform's keys can be had.

`expired_hint` is answered by Canvas itself, the other three are posted to the tool as errors.
"""

from __future__ import annotations

import threading

STRIKES = ("expired_hint", "login_required", "launch_no_longer_valid", "unauthorized_client")


class LaunchTrouble:
    """Strikes waiting for launches; each launch takes at most one of a kind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self.are_keys_unreachable = False

    def make(self, kind: str) -> None:
        """Prepare one strike; ValueError for an unknown kind."""
        if kind not in STRIKES:
            raise ValueError(f"unknown strike {kind!r}; known: {', '.join(STRIKES)}")
        with self._lock:
            self._waiting.append(kind)

    def take(self, kind: str) -> bool:
        """Whether a strike of this kind was waiting; it is used up."""
        with self._lock:
            if kind not in self._waiting:
                return False
            self._waiting.remove(kind)
            return True

    @property
    def waiting(self) -> list[str]:
        """What has not struck yet."""
        with self._lock:
            return list(self._waiting)

    def clear(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._waiting.clear()
        self.are_keys_unreachable = False
