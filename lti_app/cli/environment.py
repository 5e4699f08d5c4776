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

_NOT_NEEDED = {"CIM_PUBLIC_URL": "https://cim.invalid", "CIM_SECRET_KEY": "not needed to judge a certificate"}


def settings() -> Settings:
    """The settings of this environment. Raises SettingsError."""
    return settings_module.load(os.environ)


def unknown_variables() -> list[str]:
    """The names here that look like settings and are none."""
    return settings_module.unknown_variables(os.environ)


def settings_for_judging() -> Settings | None:
    """What says whose signature counts, for which address and secret are not needed; None where no setting
    is made at all: whatever is named like one, even misspelt, is an installation's.

    Raises SettingsError for what is set and cannot be used.
    """
    if not any(name.startswith("CIM_") for name in os.environ):
        return None
    filled = os.environ if "CIM_CONFIG" in os.environ else {**_NOT_NEEDED, **os.environ}
    return settings_module.load(filled)


@contextmanager
def database() -> Iterator[Database]:
    """The database, let go of afterwards."""
    from lti_app.db import Database

    opened = Database(settings().database_url)
    try:
        yield opened
    finally:
        opened.engine.dispose()
