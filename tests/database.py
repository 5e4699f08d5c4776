"""Databases for the tests: migrated once per run, clean for each test, on SQLite or on PostgreSQL.

CIM_TEST_DATABASE=postgresql asks for the second. It is then, in this order: the server that
CIM_TEST_POSTGRESQL_URL names (as a superuser), or the system's own binaries started for this run. Where there
is neither, the tests that need a database are skipped with a sentence, or fail when CI=true.
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from lti_app import migrations
from lti_app.db import Base, Database, make_engine
from lti_app.tables import ALL_MODELS
from tests.ports import free_port

assert ALL_MODELS
_NO_SERVER = "No PostgreSQL here: install it (Debian: postgresql), or set CIM_TEST_POSTGRESQL_URL."


class Backend(Protocol):
    """Where the tests of one run get their databases."""

    def fresh(self) -> str:
        """The address of a migrated database without rows: always the same."""

    def database(self) -> Database:
        """The database there, the same for every test: an engine that is kept knows how to say what it has
        said before.
        """

    def rest(self) -> None:
        """Let go, after a test, of what the next one could not use."""


class SqliteBackend:
    """One migrated file, and a copy of it, made anew for each test."""

    def __init__(self, folder: Path) -> None:
        self._template, self._file = folder / "template.sqlite3", folder / "cim.sqlite3"
        self._database = Database(f"sqlite:///{self._file}")
        event.listen(self._database.engine, "connect", _do_not_wait_for_the_disk)
        _migrate(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        copy = self._file.with_name("copy")
        shutil.copyfile(self._template, copy)
        for left in self._file.parent.glob(f"{self._file.name}-*"):
            left.unlink()
        copy.replace(self._file)  # whoever still has the old one open keeps it
        return f"sqlite:///{self._file}"

    def database(self) -> Database:
        return self._database

    def rest(self) -> None:
        self._database.engine.dispose()  # connections to a file that is replaced


def _do_not_wait_for_the_disk(driver: Any, _record: Any) -> None:
    """What a power cut would lose is of no interest here, as with PostgreSQL's fsync below."""
    driver.execute("PRAGMA synchronous=OFF")


class PostgresqlBackend:
    """One migrated database, emptied for each test. Connections are kept: a new one has to learn every table
    first, which takes longer than most tests.
    """

    def __init__(self, url: str) -> None:
        self._url, self._engine = url, make_engine(url)
        migrations.upgrade(self._engine)
        self._database, self._kept = Database(url), set[int]()
        event.listen(self._database.engine, "connect", self._keep)
        # A hundred times as fast as TRUNCATE, which makes a new file for each table and index. A function is
        # planned once. As a replica it fires no triggers, which would leave dead rows in other tables.
        rows = "".join(f'DELETE FROM "{table.name}";' for table in reversed(Base.metadata.sorted_tables))
        numbers = "PERFORM setval(pg_get_serial_sequence('delivery', 'sequence'), 1, false);"
        with self._engine.begin() as connection:
            connection.exec_driver_sql("CREATE SCHEMA tests")
            connection.exec_driver_sql(
                "CREATE FUNCTION tests.empty() RETURNS void LANGUAGE plpgsql"
                " SET search_path = public SET session_replication_role = replica"
                f" AS $$ BEGIN {rows} {numbers} END $$"
            )

    def _keep(self, driver: Any, _record: Any) -> None:
        self._kept.add(driver.info.backend_pid)

    def fresh(self) -> str:
        with self._engine.begin() as connection:
            if not self._kept <= set(connection.scalars(_RESTING)):  # one was broken, or is still at work
                self._database.engine.dispose()
                self._kept.clear()
            connection.execute(_END_OTHERS, {"kept": list(self._kept)})
            connection.execute(_EMPTY)
        return self._url

    def database(self) -> Database:
        return self._database

    def rest(self) -> None:
        pass

    def close(self) -> None:
        """Let go of the database."""
        self._database.engine.dispose()
        self._engine.dispose()


_EMPTY = text("SELECT tests.empty()")
_OTHERS = (
    "FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_RESTING = text(f"SELECT pid {_OTHERS} AND state = 'idle'")
# A process that a test killed, and a thread that outlives its test, may still hold locks.
_END_OTHERS = text(f"SELECT pg_terminate_backend(pid) {_OTHERS} AND pid <> ALL(:kept)")


def _migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()


@contextmanager
def postgresql() -> Iterator[PostgresqlBackend]:
    """A database of this run's own on a PostgreSQL server; it is gone afterwards."""
    with _server() as url:
        server = make_engine(url)
        name = f"cim_test_{uuid.uuid4().hex[:12]}"
        autocommit = server.execution_options(isolation_level="AUTOCOMMIT")
        try:
            with autocommit.connect() as connection:
                connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
            own = PostgresqlBackend(make_url(url).set(database=name).render_as_string(hide_password=False))
            yield own
            own.close()
            with autocommit.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        finally:
            server.dispose()


def has_postgresql() -> bool:
    """Whether there is a server to use or to start."""
    return bool(os.environ.get("CIM_TEST_POSTGRESQL_URL")) or _binaries() is not None


@contextmanager
def _server() -> Iterator[str]:
    if url := os.environ.get("CIM_TEST_POSTGRESQL_URL"):
        yield url
        return
    binaries = _binaries()
    if binaries is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_NO_SERVER)
        pytest.skip(_NO_SERVER)
    with tempfile.TemporaryDirectory(prefix="cim-pg-") as folder:
        yield from _cluster(binaries, Path(folder))


def _binaries() -> Path | None:
    found = sorted(
        glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: float(Path(path).parts[-3])
    )
    beside = shutil.which("initdb")
    if found:
        return Path(found[-1]).parent
    return Path(beside).parent if beside else None


def _cluster(binaries: Path, folder: Path) -> Iterator[str]:
    """A throw-away cluster; PostgreSQL refuses to run as root, so root becomes the system's postgres user."""
    become: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    folder.chmod(0o700)
    data, port = folder / "data", free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "port": str(port),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "jit": "off",  # tables that were never analysed look large enough for it
        "max_connections": "200",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    initdb = [binaries / "initdb", "-D", data, "-U", "cim", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    pg_ctl = [binaries / "pg_ctl", "-D", data, "-w", "-s"]
    _run(become, *initdb, cwd=folder)
    _run(become, *pg_ctl, "-l", folder / "log", "-o", options, "start", cwd=folder)
    try:
        yield f"postgresql://cim@127.0.0.1:{port}/postgres"
    finally:
        _run(become, *pg_ctl, "-m", "immediate", "stop", cwd=folder)


def _run(become: list[str], *command: object, cwd: Path) -> None:
    subprocess.run(
        [*become, *map(str, command)],
        cwd=cwd,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
