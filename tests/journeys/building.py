"""The application with everybody in it, for the tests that ask every route: made once for a module."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lti_app import create_app
from lti_app import settings as settings_module
from lti_app.db import Database
from lti_app.storage import open_storage
from lti_app.web.frame import COOKIE
from tests.everybody import Everybody, Somebody, everybody

_PART = re.compile(r"<(?:[^<>]*:)?(\w+)>")
UNKNOWN = uuid.UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True, eq=False)
class Building:
    """The application and everybody."""

    app: Flask
    database: Database
    all: Everybody

    @property
    def is_repeated(self) -> bool:
        """Whether this is the run on PostgreSQL, after all of it ran on SQLite."""
        return self.database.engine.dialect.name == "postgresql"

    def ask(self, who: Somebody | None, method: str, path: str, **options: Any) -> TestResponse:
        """One request, read to its end. `who` shows the cookie of the own launch, None shows none."""
        headers = dict(options.pop("headers", None) or {})
        if who is not None:
            headers.setdefault("Cookie", f"{COOKIE}={who.secret}")
        client = self.app.test_client(use_cookies=False)
        response = client.open(path, method=method, headers=headers, **options)
        response.get_data()
        response.close()
        return response

    def rules(self, *, framed: bool) -> list[Rule]:
        """The routes inside or outside of the frame."""
        return [each for each in self.app.url_map.iter_rules() if each.rule.startswith("/l/") is framed]


@contextmanager
def a_building(
    database_url: str, folder: Path, database: type[Database] = Database, *, is_one_platform: bool = False
) -> Iterator[Building]:
    """Everything on this database. What the requests see of it is a `database`, opened when all is there."""
    settings = settings_module.load(
        {
            "CIM_PUBLIC_URL": "http://localhost",
            "CIM_SECRET_KEY": "the tests' own secret key, long enough",
            "CIM_DEVELOPMENT": "1",
            "CIM_VAR_DIR": str(folder / "var"),
            "CIM_DATABASE_URL": database_url,
        }
    )
    settings = replace(settings, undo_seconds=3600, max_upload_bytes=100_000)
    making, storage = Database(database_url), open_storage(settings.storage_url)
    all_of_them = everybody(making, storage, settings, is_one_platform=is_one_platform)
    making.engine.dispose()
    app = create_app(settings)
    app.extensions["cim"].db.engine.dispose()
    used = database(database_url)
    app.extensions["cim"] = replace(app.extensions["cim"], db=used, storage=storage)
    yield Building(app, used, all_of_them)
    used.engine.dispose()


def path_of(rule: Rule, sid: str, parts: Mapping[str, object]) -> str:
    """The address of a route with these parts, fit for it or not; an unknown id for any left out."""
    values = {"sid": sid} | {name: str(part) for name, part in parts.items()}
    return _PART.sub(lambda found: values.get(found[1], str(UNKNOWN)), rule.rule)
