"""What a request works with: the application's parts, and the launch it belongs to.

`create_app` puts one `Parts` into the application; views reach it by `parts()`, and open sessions by
`reading()` and `writing()`. Nothing below the views uses this module.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.people.actors import Actor
from lti_app.settings import Settings
from lti_app.storage import Storage, open_storage
from lti_app.web.sessions import Launch


@dataclass(frozen=True)
class Parts:
    """What the application is made with."""

    settings: Settings
    db: Database
    storage: Storage

    @classmethod
    def of(cls, settings: Settings) -> Parts:
        """The parts that the settings name. Raises ValueError for an address that none of ours can open."""
        return cls(settings, Database(settings.database_url), open_storage(settings.storage_url))


def parts() -> Parts:
    """The running application's parts."""
    # The application itself, for this is asked often: an attribute of the proxy takes three times as long.
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    found: Parts = app.extensions["cim"]
    return found


def reading() -> AbstractContextManager[Session]:
    """A session for a page that only looks."""
    return parts().db.reading()


def writing() -> AbstractContextManager[Session]:
    """A session for an act; it commits when its block ends."""
    return parts().db.writing()


def current_launch() -> Launch:
    """The launch session of a request under /l/<sid>/. Raises Problem("session-missing") elsewhere."""
    launch: Launch | None = g.get("launch")
    if launch is None:
        raise Problem("session-missing")
    return launch


def current_actor() -> Actor:
    """Who acts in a request under /l/<sid>/."""
    return current_launch().actor
