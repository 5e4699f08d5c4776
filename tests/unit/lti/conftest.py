"""What a tool calls here: a platform of many faults, and the small Canvas's gradebook."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lti_app.db import Database
from lti_app.jobs.delivering import Delivering
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.tasks import HANDLERS
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.served_canvas import Server, joined, served_canvas
from tests.unit.lti.faulty_platform import FaultyPlatform
from tests.unit.lti.school import LABEL, School


@pytest.fixture
def served() -> Iterator[tuple[FaultyPlatform, str]]:
    """The platform, and the address that it is served at."""
    server, platform = Server(), FaultyPlatform()
    with server.serving(platform):
        yield platform, server.url


@pytest.fixture
def platform(served: tuple[FaultyPlatform, str]) -> FaultyPlatform:
    return served[0]


@pytest.fixture
def url(served: tuple[FaultyPlatform, str]) -> str:
    return served[1]


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, storage: Storage) -> Iterator[School]:
    """The course, connected and with nothing posted yet."""
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            rows = joined(session, canvas)
            wanted = [WantedLineItem(LineItemKind.ACTIVITIES, LABEL, Decimal(3))]
            gradebook.connect_line_items(session, course=rows.course, wanted=wanted)
        delivering = Delivering(Parts(settings, database, storage), HANDLERS)
        school = School(canvas, database, rows.course, rows.student, delivering)
        school.deliver()
        canvas.requests.clear()
        yield school
