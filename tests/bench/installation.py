"""An installation of its own for a measurement: settings, a migrated database, and the parts out of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lti_app import migrations
from lti_app import settings as settings_module
from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import open_storage
from lti_app.web.context import Parts


def settings_in(folder: str, database_url: str = "", **more: str) -> Settings:
    """Settings of an installation in this folder; on SQLite where no database is named."""
    return settings_module.load(
        {
            "CIM_PUBLIC_URL": "http://localhost",
            "CIM_SECRET_KEY": "a secret for this measurement only",
            "CIM_DEVELOPMENT": "1",
            "CIM_VAR_DIR": folder,
            "CIM_DATABASE_URL": database_url or f"sqlite:///{Path(folder) / 'cim.sqlite3'}",
            **more,
        }
    )


@contextmanager
def installation(database_url: str = "", **more: str) -> Iterator[Parts]:
    """One that is gone afterwards, with a database without rows."""
    with tempfile.TemporaryDirectory() as folder:
        found = settings_in(folder, database_url, **more)
        database = Database(found.database_url)
        migrations.upgrade(database.engine)
        yield Parts(found, database, open_storage(found.storage_url))
        database.engine.dispose()
