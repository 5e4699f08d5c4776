"""The database: one engine, and the two ways to use it.

`reading()` opens a session that cannot write; `writing()` one that holds the write lock before its first
select, commits when its block ends and rolls back when it raises. Services open neither: the view or task
that calls them does. `direct()` is for the few statements of every launch (db/direct.py).

SQLite is told to begin IMMEDIATE in a writing session (a deferred transaction that later writes fails at once
when another has written meanwhile) and `query_only` in a reading one. PostgreSQL needs only READ ONLY for the
second.
"""

from __future__ import annotations

import math
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session

from lti_app.db.direct import Connections, Direct, stands

_LOG = structlog.get_logger("cim.db")


# For `with_for_update`: whoever locks a row so takes turns with others who lock or change it, but keeps
# nobody waiting who only refers to it, as each launch does to its institution, course and person by foreign
# keys. A plain FOR UPDATE would, and two who then wait for each other end in a deadlock. (PostgreSQL: FOR NO
# KEY UPDATE.)
IN_TURN: dict[str, Any] = {"key_share": True}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; a naive one is refused. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are aware UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON(), list[Any]: JSON()}  # noqa: RUF012


def words(enumeration: type[StrEnum], name: str) -> Enum:
    """A column type for an enumeration's words, which the database checks by a constraint of that name."""
    return Enum(
        enumeration,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


def by_code_point(length: int) -> String:
    """A column type for texts that either database, whatever its language, puts in the order of Python."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def new_id() -> uuid.UUID:
    """A fresh public id."""
    return uuid.uuid4()


class Database:
    """An engine and its two kinds of session."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._reader = self.engine.execution_options(cim_access="read")
        self._writer = self.engine.execution_options(cim_access="write")
        self._direct = Connections(self.engine, _prepare_direct)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that may only select; it is closed, never committed."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when the block ends, and then does what `after_commit` was asked."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
        for act in session.info.pop("after_commit", []):
            try:
                act()
            except Exception as error:
                # What was asked for is committed; whoever asked must not hear that it failed.
                _LOG.error("after_commit.failed", error=type(error).__name__)

    def write_in_turns(self, step: Callable[[Session], bool]) -> None:
        """Do what is too much for one transaction: a writing session for each step, until one answers False.

        On SQLite it rests after each as long as that took: whoever waits for the write lock only looks for it
        now and then, and would hardly ever meet a pause that is shorter.
        """
        while True:
            with self.writing() as session:
                session.connection()  # holds the lock from here on: to wait for it is no work to rest from
                began = time.monotonic()
                is_more_left = step(session)
            if not is_more_left:
                return
            if self.engine.dialect.name == "sqlite":
                time.sleep(time.monotonic() - began)

    def direct(self) -> Direct:
        """The driver itself in a `with` block, for prepared statements: each for itself, but for those in its
        `writing()`.
        """
        return self._direct.take()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do `act` once this writing session has committed; never if it rolls back.

    A crash in between loses it, and so does an `act` that raises: it is for what something else makes good.
    """
    session.info.setdefault("after_commit", []).append(act)


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements that are to bypass the ORM because they run with every request."""
    return model.metadata.tables[model.__tablename__]


def insert_into(session: Session, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say ON CONFLICT, in the session's dialect; it makes no ORM objects."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table_of(model)) if is_postgresql else sqlite.insert(table_of(model))


def survey(session: Session) -> None:
    """Let SQLite look at samples of its tables, by which it chooses indexes. At any size a tenth of a second.
    PostgreSQL does so by itself.

    An open connection reads what was found when it reads the schema, and that again only when it has changed:
    so the table of what was found is made anew (https://www.sqlite.org/lang_analyze.html).
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
        session.execute(text("PRAGMA analysis_limit=1000"))
        session.execute(text("ANALYZE"))


def written_out(*values: str) -> list[ColumnElement[Any]]:
    """Words that stand in the statement itself: by a parameter, SQLite would not see that a partial index
    holds what is asked for.
    """
    return [literal(str(value), literal_execute=True) for value in values]


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL, set up as the module's docstring says."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_size=20, hide_parameters=True)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "checkout", partial(_ask_after_a_pause, engine))
        event.listen(engine, "checkin", _note_the_time)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    connect_args = {"timeout": 30, "isolation_level": None}
    engine = create_engine(parsed, connect_args=connect_args, pool_size=20, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _access(connection: Connection) -> str:
    return str(connection.get_execution_options().get("cim_access", "write"))


def _begin_sqlite(connection: Connection) -> None:
    """Begin on the driver itself, as every request does this."""
    driver: Any = connection.connection.dbapi_connection
    is_reading = _access(connection) == "read"
    _allow_writing(driver, connection.info, is_allowed=not is_reading)
    driver.execute("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _allow_writing(driver: Any, info: dict[Any, Any], *, is_allowed: bool) -> None:
    """Only when it changes; until then the connection remembers."""
    if info.get("is_writing_allowed") != is_allowed:
        driver.execute(f"PRAGMA query_only={int(not is_allowed)}")
        info["is_writing_allowed"] = is_allowed


def _note_the_time(_driver: Any, record: Any) -> None:
    record.info["left_at"] = time.monotonic()


def _ask_after_a_pause(engine: Engine, driver: Any, record: Any, _held: Any) -> None:
    """Whether a connection that was not in use for a while still stands; else the pool opens another."""
    if not stands(engine, driver, record.info.get("left_at", math.inf)):
        raise DisconnectionError


def _begin_postgresql(connection: Connection) -> None:
    if _access(connection) == "read":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _prepare_direct(connection: Connection) -> None:
    """Let its statements stand for themselves, and write."""
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        _allow_writing(driver, connection.info, is_allowed=True)
    else:
        driver.autocommit = True
