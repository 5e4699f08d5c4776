"""Statements that run with every launch: compiled once, and executed on the database's driver itself.

SQLAlchemy writes the SQL and converts the values, as ever; what is left out is what it does around each
execution, which costs ten times the statement. Transactions on the driver and errors of it are the same as in
a session. For everything else there are sessions (docs/decisions/013-launches-speak-to-the-driver.md).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Delete, Dialect, Engine, Table, bindparam, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

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
        self._binds = tuple((name, types[name].bind_processor(dialect) or _as_it_is) for name in names)
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
        if self._is_positional:
            return [process(values[name]) for name, process in self._binds]
        return {name: process(values[name]) for name, process in self._binds}

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


def _as_it_is(value: Any) -> Any:
    return value


class Direct:
    """A connection of the driver: each statement stands for itself, but for those in a `writing()` block."""

    def __init__(self, engine: Engine, driver: Any, begin: str) -> None:
        self._dialect = engine.dialect
        self._driver = driver
        self._begin = begin
        self._listeners = tuple(engine.dispatch.before_cursor_execute)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that commits when its block ends, and rolls back when it raises."""
        self._driver.execute(self._begin)
        try:
            yield
        except BaseException:
            self._driver.rollback()
            raise
        self._driver.commit()

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
        cursor = self._driver.cursor()
        for listener in self._listeners:
            listener(None, cursor, compiled.sql, parameters, None, False)
        cursor.execute(compiled.sql, parameters)
        return cursor


@contextmanager
def driver_of(engine: Engine) -> Iterator[Any]:
    """A pooled connection. The driver's errors are raised as SQLAlchemy's; a broken one is thrown away."""
    driver_errors = engine.dialect.loaded_dbapi.Error
    held = engine.raw_connection()
    try:
        yield held
    except driver_errors as error:
        if is_broken := engine.dialect.is_disconnect(error, held.dbapi_connection, None):
            held.invalidate(error)
        raise DBAPIError.instance(
            None,
            None,
            error,
            driver_errors,
            hide_parameters=True,
            connection_invalidated=is_broken,
            dialect=engine.dialect,
        ) from error
    finally:
        held.close()
