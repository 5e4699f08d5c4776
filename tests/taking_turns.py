"""Two transactions at once, in an order that a test decides.

PostgreSQL lets both write, and a wrong order of locks is a deadlock; on SQLite one waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from sqlalchemy.orm import Session

from lti_app.db import Database

LONG_ENOUGH_SECONDS = 0.3  # until the second one waits for what the first one holds
Act = Callable[[Session], object]


@contextmanager
def taking_turns(database: Database) -> Iterator[tuple[Session, Callable[[Act], None]]]:
    """A writing session, and `meanwhile`, which lets another one begin an act: it is over, or waits for what
    the first one holds, when that goes on. The block raises what the act raised.
    """

    def do(act: Act) -> None:
        with database.writing() as other:
            act(other)

    begun: list[Future[None]] = []
    with ThreadPoolExecutor() as pool:

        def meanwhile(act: Act) -> None:
            begun.append(pool.submit(do, act))
            with suppress(TimeoutError):
                begun[-1].exception(LONG_ENOUGH_SECONDS)

        with database.writing() as session:
            yield session, meanwhile
        for each in begun:
            each.result()
