"""The SQLite file of the small Canvas: who may read or write it, and when a change becomes visible.

A connection is used by one thread at a time, and kept for the next: to close the last one costs SQLite a
checkpoint. `writing` takes the write lock before the first statement, and may be nested: the outermost block
commits.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

# What a data folder of an earlier version lacks: `CREATE TABLE IF NOT EXISTS` leaves its tables as they are.
_ADDED_LATER = (
    ("account", "brand", "TEXT NOT NULL DEFAULT '{}'"),
    ("person", "prefers_high_contrast", "INTEGER NOT NULL DEFAULT 0"),
)


class Store:
    """One SQLite database in write-ahead mode."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._idle: list[sqlite3.Connection] = []
        weakref.finalize(self, _close, self._idle)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))
            for table, column, kind in _ADDED_LATER:
                if column not in {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}:
                    db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """An idle connection, or a new one; it is idle again when the block ends."""
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._connect()
        try:
            yield db
        finally:
            self._idle.append(db)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")
        return db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for selects; inside `writing` it is the same connection."""
        current: sqlite3.Connection | None = getattr(self._local, "db", None)
        if current is not None:
            yield current
            return
        with self._connection() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction holding the write lock; an exception rolls everything back."""
        current: sqlite3.Connection | None = getattr(self._local, "db", None)
        if current is not None:
            yield current
            return
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            self._local.db = db
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            else:
                db.execute("COMMIT")
            finally:
                self._local.db = None

    def setting(self, name: str) -> str | None:
        """One remembered value, or None."""
        with self.reading() as db:
            row = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        """Keep one value under a name, replacing an older one."""
        with self.writing() as db:
            db.execute(
                "INSERT INTO setting (name, value) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )


def _close(connections: list[sqlite3.Connection]) -> None:
    for each in connections:
        each.close()
