"""Launches from platforms that are not Canvas: the tool asks for nothing that only Canvas has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lti_app.db import Database
from lti_app.demo.plain import MOODLE, PlainPlatform
from lti_app.demo.plain.launching import start_launch
from lti_app.people.models import Course, Person, Platform
from lti_app.settings import Settings
from tests.browsing import Browser
from tests.served_plain import served_plain

from .conftest import Launch


@pytest.mark.parametrize(("login", "role"), [("asa", "student"), ("tove", "teacher"), ("admin", "teacher")])
def test_a_person_arrives_with_name_role_and_the_courses_services(
    login: str, role: str, launch: Launch, plain: PlainPlatform, database: Database
) -> None:
    page = launch(login)
    assert page.role == role
    assert plain.people[login].name in page.text
    paths = plain.shape.paths
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        assert (person.sub, person.name) == (plain.sub_of(login), plain.people[login].name)
        course = session.scalars(select(Course)).one()
        assert course.context_id == plain.shape.context_id
        assert course.lineitems_url == plain.service(paths.line_items)
        assert course.memberships_url == plain.url(paths.memberships)
        assert session.scalars(select(Platform.product_family)).one() == (plain.shape.product_family or "")


def test_the_login_comes_as_the_platform_sends_it_and_the_hint_goes_back_unchanged(
    plain: PlainPlatform, browser: Browser
) -> None:
    begun = start_launch(plain, "asa")
    browser.launch(begun.method, begun.action, begun.fields)
    [asked] = plain.requests.all(plain.shape.paths.authorize)
    assert asked.status == 200
    assert not plain.pending, "the hint that came back was another one"


def test_a_submission_opens_from_the_platform(launch: Launch, plain: PlainPlatform) -> None:
    page = launch(
        "tove", f"{plain.config.tool_url}/lti/launch/submission/00000000-0000-4000-8000-000000000000"
    )
    assert page.problem == "not-found"


def test_a_person_without_shared_names_is_let_in(launch: Launch, plain: PlainPlatform) -> None:
    plain.switch(has_names=False)
    assert launch("asa").role == "student"


def test_roles_at_the_institution_alone_give_no_rights(launch: Launch, plain: PlainPlatform) -> None:
    """As Open edX sent them until 2026, for teachers and students alike."""
    plain.switch(has_context_roles=False)
    for login in ("asa", "tove"):
        page = launch(login)
        assert (page.status, page.role) == (200, "observer")


@pytest.fixture
def two_moodles(settings: Settings, database: Database) -> Iterator[tuple[PlainPlatform, PlainPlatform]]:
    with (
        served_plain(MOODLE, settings, database, "Lunds universitet") as lund,
        served_plain(MOODLE, settings, database, "Uppsala universitet") as uppsala,
    ):
        yield lund, uppsala


def test_small_numbers_are_other_people_and_courses_on_another_platform(
    two_moodles: tuple[PlainPlatform, PlainPlatform],
    client: FlaskClient,
    settings: Settings,
    database: Database,
) -> None:
    """Both have a person 4, a course 2, and a tool with the same client id and deployment."""
    for moodle in two_moodles:
        begun = start_launch(moodle, "asa")
        page = Browser({settings.public_url: client}).launch(begun.method, begun.action, begun.fields)
        assert page.role == "student"
    with database.reading() as session:
        people = session.scalars(select(Person)).all()
        assert {person.sub for person in people} == {"4"}
        assert len({person.institution_id for person in people}) == 2
        courses = session.scalars(select(Course)).all()
        assert {course.context_id for course in courses} == {"2"}
        assert len({course.lineitems_url for course in courses}) == 2
