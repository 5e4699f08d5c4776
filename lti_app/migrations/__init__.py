"""The database's history, and the one way to bring it up to date.

Alembic and the rooms' tables are read in only to migrate: where the database stands is asked without them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x43494D  # any number that nothing else on this database locks
_FOLDER = Path(__file__).parent
_STANDS_AT = table("alembic_version", column("version_num"))


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision; nothing happens when it is there. Two at once take turns."""
    if is_current(engine):
        return
    from alembic import command  # noqa: PLC0415

    config = _config()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # on SQLite the transaction itself is the lock
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.execution_options(cim_access="read").connect() as connection:
        if not inspect(connection).has_table(_STANDS_AT.name):
            return False
        return connection.scalar(select(_STANDS_AT.c.version_num)) == newest()


@cache
def newest() -> str:
    """The newest revision: they are numbered, and a file's name begins with its revision's number."""
    return max(file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
