"""What issuing by the worker needs: the parts of the tool that it is given."""

from __future__ import annotations

import pytest

from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts


@pytest.fixture
def parts(settings: Settings, database: Database, storage: Storage) -> Parts:
    """The test's own settings, database and store, as a worker has them."""
    return Parts(settings, database, storage)
