"""Statements that run with every launch: compiled once, and executed on the database's driver itself.

SQLAlchemy writes the SQL and converts the values, as ever; what is left out is what it does around each
execution, which costs ten times the statement. Transactions on the driver and errors of it are the same as in
a session. For everything else there are sessions (docs/decisions/013-launches-speak-to-the-driver.md).
"""

from __future__ import annotations

import os
import time
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from sqlalchemy import Connection, Delete, Dialect, Engine, Table, bindparam, event, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

PAUSE_SECONDS = 5.0  # after which a connection to PostgreSQL is asked whether it still stands
_Processor = Callable[[Any], Any]
Values = Mapping[str, Any]
Row = Any  # a named tuple of the statement's columns


class Prepared:
    """A statement with named parameters. The same for each dialect; safe for threads.

    `returns` are the columns of its rows, in order, which for a select are known. For an insert, `keys` name
    the columns that get values: all that have no default in the database, for Python's are not asked.
    """

    def __init__(
        self, statement: ClauseElement, *, returns: Sequence[Any] = (), keys: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = tuple(returns) or tuple(getattr(statement, "selected_columns", ()))
        self._keys = keys
        self._compiled: dict[str, _Compiled] = {}

    def compiled_for(self, dialect: Dialect) -> _Compiled:
        """The SQL of a dialect, and how values travel."""
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._keys)
            found = self._compiled[dialect.name] = _Compiled(compiled, self._columns, dialect)
        return found


class _Compiled:
    """SQL in the driver's own words; what each value passes on its way in and out (None: nothing)."""

    def __init__(self, compiled: Any, columns: tuple[Any, ...], dialect: Dialect) -> None:
        self.sql: str = compiled.string
        self._is_positional: bool = compiled.positional
        names: list[str] = compiled.positiontup if self._is_positional else list(compiled.params)
        types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in names}
        self._names = tuple(names)
        binds = [types[name].bind_processor(dialect) for name in names]
        self._binds = tuple((at, process) for at, process in enumerate(binds) if process is not None)
        self._fixed: dict[str, Any] = {
            name: value for name, value in compiled.params.items() if not compiled.binds[name].required
        }
        results = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._results = tuple((at, process) for at, process in enumerate(results) if process is not None)
        self._row: Any = namedtuple("Row", [column.key for column in columns]) if columns else None

    def parameters(self, values: Values) -> Any:
        """The values as the driver takes them. Raises KeyError for one that is missing."""
        if self._fixed:
            values = {**self._fixed, **values}
        given = [values[name] for name in self._names]
        for at, process in self._binds:
            given[at] = process(given[at])
        return given if self._is_positional else dict(zip(self._names, given, strict=True))

    def row(self, found: Sequence[Any]) -> Row:
        """A row as the statement's columns have it."""
        values = list(found)
        for at, process in self._results:
            values[at] = process(values[at])
        return self._row(*values)


class Exchange:
    """One row given for another: stored only if there was something to delete, and both or neither.

    For PostgreSQL this is one statement instead of four round trips; SQLite, which has none to save, has no
    such statement. `deletion` must delete at most one row.
    """

    def __init__(self, deletion: Delete, into: Table) -> None:
        given, taken = tuple(deletion.table.primary_key), tuple(into.primary_key)
        self.deletion = Prepared(deletion.returning(*given), returns=given)
        self.insertion = Prepared(insert(into), keys=into.c.keys())
        gone = deletion.returning(*given).cte("gone")
        values = select(*(bindparam(each.key, type_=each.type) for each in into.c)).select_from(gone)
        both = insert(into).from_select(into.c.keys(), values).returning(*taken)
        self.both = Prepared(both, returns=taken)


class Direct:
    """A connection of the driver: each statement stands for itself, but for those in a `writing()` block.

    A `with` block gives it back at its end; the driver's errors leave the block as SQLAlchemy's.
    """

    def __init__(self, engine: Engine, driver: Any, home: list[Direct]) -> None:
        self.driver = driver
        self.left_at = 0.0
        self._engine = engine
        self._dialect = engine.dialect
        self._begin = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN"
        self._home = home

    def __enter__(self) -> Direct:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        loaded = self._dialect.loaded_dbapi
        if isinstance(error, loaded.Error):
            self._throw_away(error, loaded.Error)
        elif isinstance(error, Exception | None):
            self.left_at = time.monotonic()
            self._home.append(self)
        else:  # stopped in the middle of something
            self.driver.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that commits when its block ends, and rolls back when it raises."""
        self.driver.execute(self._begin)
        try:
            yield
        except BaseException:
            self.driver.rollback()
            raise
        self.driver.commit()

    def one(self, prepared: Prepared, values: Values) -> Row | None:
        """The first row, or None where there is none."""
        compiled = prepared.compiled_for(self._dialect)
        found = self._execute(compiled, values).fetchone()
        return None if found is None else compiled.row(found)

    def all(self, prepared: Prepared, values: Values) -> list[Row]:
        """Every row."""
        compiled = prepared.compiled_for(self._dialect)
        return [compiled.row(found) for found in self._execute(compiled, values).fetchall()]

    def do(self, prepared: Prepared, values: Values) -> None:
        """Execute what returns nothing."""
        self._execute(prepared.compiled_for(self._dialect), values)

    def exchange(self, exchange: Exchange, values: Values) -> bool:
        """Whether there was a row to give; if so, the other is stored. Of many at once, one finds it."""
        if self._dialect.name == "postgresql":
            return self.one(exchange.both, values) is not None
        with self.writing():
            is_there = self.one(exchange.deletion, values) is not None
            if is_there:
                self.do(exchange.insertion, values)
        return is_there

    def _execute(self, compiled: _Compiled, values: Values) -> Any:
        parameters = compiled.parameters(values)
        cursor = self.driver.cursor()
        for listener in self._engine.dispatch.before_cursor_execute:
            listener(None, cursor, compiled.sql, parameters, None, False)
        cursor.execute(compiled.sql, parameters)
        return cursor

    def _throw_away(self, error: Any, errors: type[Exception]) -> NoReturn:
        """Raise the error as SQLAlchemy does; nobody knows what state the connection is in, so close it."""
        is_broken = self._dialect.is_disconnect(error, self.driver, None)
        self.driver.close()
        raise DBAPIError.instance(
            None,
            None,
            error,
            errors,
            hide_parameters=True,
            connection_invalidated=is_broken,
            dialect=self._dialect,
        ) from error


class Connections:
    """Where `Direct` connections wait: taken from the pool once, then kept apart from it.

    Taking one from the pool and giving it back costs more than a statement on SQLite. There are as many as
    were in use at the same moment; they are closed when the engine is disposed of, and a forked process opens
    its own.
    """

    def __init__(self, engine: Engine, prepare: Callable[[Connection], None]) -> None:
        self._engine = engine
        self._prepare = prepare
        self._waiting: list[Direct] = []
        self._process = os.getpid()
        event.listen(engine, "engine_disposed", self._close)

    def take(self) -> Direct:
        """One that nobody uses, for a `with` block. Raises DBAPIError when the database cannot be reached."""
        if self._process != os.getpid():
            self._waiting, self._process = [], os.getpid()
        while self._waiting:
            try:
                found = self._waiting.pop()
            except IndexError:  # another thread was faster
                break
            if stands(self._engine, found.driver, found.left_at):
                return found
            found.driver.close()
        connection = self._engine.connect()
        self._prepare(connection)
        connection.detach()
        return Direct(self._engine, connection.connection.dbapi_connection, self._waiting)

    def _close(self, _engine: Engine) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting if self._process == os.getpid() else ():
            each.driver.close()


def stands(engine: Engine, driver: Any, left_at: float) -> bool:
    """Whether a connection that was left at that monotonic time can be used: after a pause it is asked."""
    if engine.dialect.name == "sqlite" or time.monotonic() - left_at <= PAUSE_SECONDS:
        return True
    try:
        return bool(engine.dialect.do_ping(driver))
    except engine.dialect.loaded_dbapi.Error:
        return False
