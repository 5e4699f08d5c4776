"""Turns: scores for the same submission wait for each other, others run side by side."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """One lock per assignment and person, so that scores for the same submission wait for each other."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[tuple[int, int], threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def taken(self, assignment_id: int, person_id: int) -> Iterator[None]:
        """Hold the turn."""
        with self._guard:
            lock = self._locks[(assignment_id, person_id)]
        with lock:
            yield
