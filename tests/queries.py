"""Counting what a page asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_NOT_COUNTED = ("PRAGMA", "BEGIN", "SET TRANSACTION", "SAVEPOINT", "RELEASE")


@dataclass
class Queries:
    """The statements seen so far, without those that only open a transaction."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def counting_queries(engine: Engine) -> Iterator[Queries]:
    """Count the statements that anything sends through this engine inside the block."""
    seen = Queries()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            seen.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
