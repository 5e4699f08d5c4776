"""A plain platform of each shape, a browser between it and the tool, and the worker's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from lti_app.db import Database
from lti_app.demo.plain import MOODLE, OPEN_EDX, PlainPlatform
from lti_app.demo.plain.launching import start_launch
from lti_app.jobs.delivering import Delivering
from lti_app.lti.tasks import HANDLERS
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.browsing import Browser, Shown
from tests.hands import Hands
from tests.served_plain import served_plain

SHAPES = {"moodle": MOODLE, "open edx": OPEN_EDX}


@pytest.fixture(params=SHAPES)
def plain(request: pytest.FixtureRequest, settings: Settings, database: Database) -> Iterator[PlainPlatform]:
    """A platform of each shape in turn."""
    with served_plain(SHAPES[request.param], settings, database) as platform:
        yield platform


@pytest.fixture
def browser(client: FlaskClient, settings: Settings) -> Browser:
    """Somebody's browser; the tool answers in this process, the platform over HTTP."""
    return Browser({settings.public_url: client})


Launch = Callable[..., Shown]


@pytest.fixture
def launch(plain: PlainPlatform, browser: Browser) -> Launch:
    """`launch("asa")` opens the tool from the course as this person."""

    def open_tool(login: str, target_link_uri: str = "") -> Shown:
        begun = start_launch(plain, login, target_link_uri)
        return browser.launch(begun.method, begun.action, begun.fields)

    return open_tool


@pytest.fixture
def hands(settings: Settings, database: Database, storage: Storage) -> Hands:
    return Hands(database, Delivering(Parts(settings, database, storage), HANDLERS))
