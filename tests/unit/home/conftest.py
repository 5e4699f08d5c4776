"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.unit.home.moving import School, a_school


@pytest.fixture
def school(database: Database) -> Iterator[School]:
    """A course that could move, in one transaction that lasts as long as the test."""
    with database.writing() as session:
        yield a_school(session)


@pytest.fixture
def parts(settings: Settings, database: Database, storage: Storage) -> Parts:
    """The test's own settings, database and store, as a worker has them."""
    return Parts(settings, database, storage)
