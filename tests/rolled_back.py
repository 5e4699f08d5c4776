"""A database that forgets every request: what it wrote is there until `forget`, and never afterwards.

Many requests can then meet the same rows. Sessions behave as ever within the one transaction that never
commits; only what waits for a commit (`after_commit`) does not happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from lti_app.db import Database


class RolledBack(Database):
    """A Database on one connection. `written` lists the statements that wrote since the last `forget`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.written: list[str] = []
        self._connection = self.engine.connect()
        self._connection.begin()
        event.listen(self.engine, "before_cursor_execute", self._note)

    def forget(self) -> None:
        """Take everything back."""
        transaction = self._connection.get_transaction()
        assert transaction is not None
        transaction.rollback()
        self._connection.begin()
        self.written.clear()

    def close(self) -> None:
        """Give the connection up."""
        self._connection.close()
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            yield session
            assert not session.new, "a reading session was written to"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with (
            Session(
                self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            yield session

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            self.written.append(statement)
