"""What a command works with: the settings of its environment, an open database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lti_app import settings as settings_module
from lti_app.settings import Settings

if TYPE_CHECKING:
    from lti_app.db import Database


def settings() -> Settings:
    """The settings of this environment. Raises SettingsError."""
    return settings_module.load(os.environ)


@contextmanager
def database() -> Iterator[Database]:
    """The database, let go of afterwards."""
    from lti_app.db import Database

    opened = Database(settings().database_url)
    try:
        yield opened
    finally:
        opened.engine.dispose()
