"""What journeys begin with: a platform that signs, a small Canvas, a course with a student, the operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lti_app.certificates.models import Certificate
from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person, Platform
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests import world
from tests.journeys.in_canvas import InCanvas, in_canvas
from tests.journeys.registering import Administrator, an_address
from tests.operating import Operating
from tests.signing_platform import SigningPlatform, key_server
from tests.unit.certificates.issuing import an_earner, certificates, deliver_due
from tests.visit import Visit


@pytest.fixture
def platform(database: Database) -> Iterator[SigningPlatform]:
    """A platform with an approved deployment, and its key server."""
    with key_server() as server:
        platform = SigningPlatform(server)
        platform.register(database)
        yield platform


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, client: FlaskClient) -> Iterator[InCanvas]:
    """The tool in a small Canvas that knows it."""
    with in_canvas(tmp_path / "canvas", settings, database, client) as school:
        yield school


@pytest.fixture
def admin(client: FlaskClient, database: Database, settings: Settings) -> Administrator:
    """Somebody who has been sent a registration address."""
    return Administrator(client, database, an_address(database, settings))


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


@pytest.fixture
def operator(client: FlaskClient, database: Database, settings: Settings) -> Operating:
    """The tool's operator, who has signed in."""
    return Operating(client, database, settings)


@pytest.fixture
def lund(database: Database) -> Platform:
    """A platform with one approved deployment, from which nobody has come."""
    with database.writing() as session:
        return session.get_one(Platform, world.a_deployment(session).platform_id)


@pytest.fixture
def parts(settings: Settings, database: Database, storage: Storage) -> Parts:
    """What the worker works with."""
    return Parts(settings, database, storage)


@pytest.fixture
def issued(parts: Parts, database: Database) -> Certificate:
    """A certificate that has just been issued."""
    with database.writing() as session:
        an_earner(session)
    deliver_due(parts)
    with database.reading() as session:
        (found,) = certificates(session)
        return found


@pytest.fixture
def somebody(database: Database, issued: Certificate) -> Callable[[Role], Actor]:
    """The holder as a student; else somebody of the certificate's course in that role."""

    def made(role: Role) -> Actor:
        with database.writing() as session:
            portfolio = session.get_one(Portfolio, issued.portfolio_id)
            course = session.get_one(Course, portfolio.course_id)
            if role is Role.STUDENT:
                return world.an_actor(session.get_one(Person, portfolio.person_id), course, role)
            return world.an_actor(world.a_person(session, course, role, name="Eva Ek"), course, role)

    return made
