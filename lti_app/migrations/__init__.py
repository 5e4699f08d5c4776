"""The database's history, and the one way to bring it up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_LOCK = 0x43494D  # any number that nothing else on this database locks


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision; nothing happens when it is there. Two at once take turns."""
    config = _config()
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # on SQLite the transaction itself is the lock
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.execution_options(cim_access="read").connect() as connection:
        stands_at = MigrationContext.configure(connection).get_current_revision()
    return stands_at == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
