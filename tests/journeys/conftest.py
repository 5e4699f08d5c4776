"""What the journeys share: a registered platform whose keys are served on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lti_app.db import Database
from tests.signing_platform import SigningPlatform, key_server


@pytest.fixture
def platform(database: Database) -> Iterator[SigningPlatform]:
    """A platform with an approved deployment, and its key server."""
    with key_server() as server:
        platform = SigningPlatform(server)
        platform.register(database)
        yield platform
