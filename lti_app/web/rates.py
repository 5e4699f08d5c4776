"""Counting how often something came, in a window that slides. Knows nothing of the web.

Two fixed windows stand for the sliding one: what came in the last counts by how much of it still overlaps. A
count is exact when it comes evenly and at most one window's worth wrong otherwise; memory is bounded by who
came within two windows, and nothing has to be cleaned up.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field

_PERIODS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


@dataclass
class Rate:
    """So many per period, for each key. One per process; safe for threads."""

    amount: int
    period_seconds: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _window: int = 0
    _now: dict[str, int] = field(default_factory=dict)
    _before: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, words: str) -> Rate:
        """`60 per minute`. Raises ValueError or KeyError for other words."""
        amount, _, period = words.partition(" per ")
        return cls(int(amount), _PERIODS[period])

    def hit(self, key: str) -> float:
        """Count one, unless it is too many: then the seconds after which to come again, else 0."""
        window, part = divmod(time.time() / self.period_seconds, 1.0)
        with self._lock:
            if window != self._window:
                self._before = self._now if window == self._window + 1 else {}
                self._now, self._window = {}, int(window)
            count = self._now.get(key, 0)
            if count + self._before.get(key, 0) * (1.0 - part) >= self.amount:
                return max(1.0, math.ceil((1.0 - part) * self.period_seconds))
            self._now[key] = count + 1
        return 0.0

    def used(self, key: str) -> int:
        """How many were counted in the window that runs."""
        return self._now.get(key, 0)

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._now, self._before = {}, {}
