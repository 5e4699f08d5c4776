"""Canvas sessions: which browser is logged in as whom. One browser may hold several people side by side."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from .people import Person
from .records import record
from .store import Store


class Sessions:
    """One session per browser and person; ended ones make launches answer `login_required`."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def open(self, browser: str, person: Person) -> str:
        """The id of the live session of this person in this browser, opened if there is none."""
        live = self._live(browser, person)
        if live is not None:
            return live
        with self._store.writing() as db:
            live = self._live(browser, person)
            if live is not None:
                return live
            session_id = secrets.token_urlsafe(18)
            db.execute(
                "INSERT INTO session (id, browser, person_id) VALUES (?, ?, ?)",
                (session_id, browser, person.id),
            )
        return session_id

    def _live(self, browser: str, person: Person) -> str | None:
        with self._store.reading() as db:
            row = db.execute(
                "SELECT id FROM session WHERE browser = ? AND person_id = ? AND ended_at IS NULL",
                (browser, person.id),
            ).fetchone()
        return None if row is None else str(row["id"])

    def person_of(self, session_id: str) -> Person | None:
        """Who is logged in under this session; None once it has ended."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT person.* FROM person JOIN session ON person.id = person_id "
                "WHERE session.id = ? AND ended_at IS NULL",
                (session_id,),
            ).fetchone()
        return None if row is None else record(Person, row)

    def end(self, browser: str, person: Person) -> None:
        """Log the person out of this browser."""
        with self._store.writing() as db:
            db.execute(
                "UPDATE session SET ended_at = ? WHERE browser = ? AND person_id = ? AND ended_at IS NULL",
                (self._clock().isoformat(), browser, person.id),
            )

    def end_all(self) -> None:
        """Log everybody out everywhere."""
        with self._store.writing() as db:
            db.execute("UPDATE session SET ended_at = ? WHERE ended_at IS NULL", (self._clock().isoformat(),))
