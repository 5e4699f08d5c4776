"""Throttling as Canvas does it: a bucket that fills with each service call of the tool and leaks with time.

Source: Canvas's throttling guide; there each call costs by the time it takes, here each costs one.
"""

from __future__ import annotations

import threading
import time


class Meter:
    """The bucket of the one tool there is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._level = 0.0
        self._seen_at = time.monotonic()

    def take(self, per_second: float, at_once: int) -> float:
        """How many more calls the bucket takes after this one; negative when this one was one too many.

        It leaks `per_second` and holds `at_once`. A call too many is not counted.
        """
        with self._lock:
            moment = time.monotonic()
            self._level = max(self._level - (moment - self._seen_at) * per_second, 0.0)
            self._seen_at = moment
            if self._level + 1 > at_once:
                return -1.0
            self._level += 1
            return at_once - self._level
