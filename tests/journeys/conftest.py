"""X"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from tests import world
from tests.signing_platform import SigningPlatform, key_server
from tests.visit import Visit


@pytest.fixture
def platform(database: Database) -> Iterator[SigningPlatform]:
    """A platform with an approved deployment, and its key server."""
    with key_server() as server:
        platform = SigningPlatform(server)
        platform.register(database)
        yield platform


@pytest.fixture
def course(database: Database) -> Course:
    """A course that is set up."""
    with database.writing() as session:
        return world.a_running_course(session)


@pytest.fixture
def student(database: Database, course: Course) -> Actor:
    """A student in a launch of the course."""
    with database.writing() as session:
        return world.an_actor(world.a_person(session, course), course)


@pytest.fixture
def at_home(visit: Callable[..., Visit], student: Actor) -> Visit:
    """The student's visit."""
    return visit(student)
