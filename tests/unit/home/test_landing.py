"""The first page after a launch, by role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lti_app.db import Database
from lti_app.people.models import Course
from lti_app.people.roles import Role
from tests import world
from tests.visit import Visit


@pytest.fixture
def course(database: Database) -> Course:
    with database.writing() as session:
        return world.a_course(session)


def opened(
    database: Database, visit: Callable[..., Visit], course: Course | None, home: Course, *roles: Role
) -> Visit:
    with database.writing() as session:
        person = world.a_person(session, home, name="Kim Björk")
    actor = world.an_actor(person, course, *(roles or (Role.STUDENT,)))
    if not roles:
        actor = replace(actor, roles=frozenset())
    return visit(actor)


def lands_on(visit: Visit) -> str:
    response = visit.get("/")
    assert response.status_code == 303
    return response.headers["Location"].removeprefix(f"/l/{visit.sid}")


def test_a_teacher_lands_on_the_set_up_and_later_on_the_queue(
    database: Database, visit: Callable[..., Visit], course: Course
) -> None:
    teacher = opened(database, visit, course, course, Role.TEACHER)
    assert lands_on(teacher) == "/set-up"
    with database.writing() as session:
        world.a_setup(session, course)
    assert lands_on(teacher) == "/queue"


def test_a_designer_lands_on_the_set_up(
    database: Database, visit: Callable[..., Visit], course: Course
) -> None:
    assert lands_on(opened(database, visit, course, course, Role.DESIGNER)) == "/set-up"


def test_a_student_lands_at_home_with_her_name(
    database: Database, visit: Callable[..., Visit], course: Course
) -> None:
    with database.writing() as session:
        world.a_setup(session, course)
    home = opened(database, visit, course, course, Role.STUDENT).page("/")
    assert home.h1 == "Lund, Medicine"
    assert "Kim Björk" in home.root.text


def test_a_teacher_who_is_a_student_too_finds_her_own_portfolio(
    database: Database, visit: Callable[..., Visit], course: Course
) -> None:
    with database.writing() as session:
        world.a_setup(session, course)
    both = opened(database, visit, course, course, Role.TEACHER, Role.STUDENT)
    assert lands_on(both) == "/queue"
    assert both.page("/queue").links["My own portfolio"].endswith("/mine")
    assert "Start with something" in both.page("/mine").text


def test_a_coordinator_without_a_course_sees_the_courses_of_the_institution(
    database: Database, visit: Callable[..., Visit], course: Course
) -> None:
    with database.writing() as session:
        world.a_setup(session, course)
        foreign = world.a_course(session, world.an_institution(session, "Annat lärosäte"), title="Hemlig")
    overview = opened(database, visit, None, course, Role.COORDINATOR).page("/")
    assert course.title in overview.text
    assert "Lund, Medicine" in overview.text
    assert foreign.title not in overview.text


@pytest.mark.parametrize("roles", [(Role.OBSERVER,), ()])
def test_without_a_part_in_the_course_a_polite_page_is_all(
    database: Database, visit: Callable[..., Visit], course: Course, roles: tuple[Role, ...]
) -> None:
    with database.writing() as session:
        world.a_setup(session, course)
    watching = opened(database, visit, course, course, *roles)
    page = watching.page("/")
    assert page.h1 == "Welcome"
    assert page.root.all("body")[0].attributes["data-role"] == "observer"
    for path in ("/mine", "/record", "/overview"):
        assert watching.get(path).status_code == 404
    for path in ("/activities/new", "/activities/new/language_cafe"):
        assert watching.get(path).status_code == 403
    assert watching.post("/activities/new/language_cafe", {"title": "x"}).status_code == 403


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("role", list(Role))
def test_every_landing_page_is_sound_in_both_languages(
    database: Database, visit: Callable[..., Visit], course: Course, role: Role, language: str
) -> None:
    with database.writing() as session:
        world.a_setup(session, course)
        person = world.a_person(session, course, role)
    there = visit(world.an_actor(person, course, role), locale=language)
    response = there.get("/", follow_redirects=True)
    assert response.status_code == 200
    assert there.page(response.request.path).language == language
