"""What a coordinator sees of the institution's courses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.home import overview_queries
from lti_app.home import views as home_views
from lti_app.home.overview_queries import overview_of
from lti_app.people.models import Course, Institution
from lti_app.people.roles import Role
from lti_app.portfolio.states import ItemState
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.paging import to_cursor
from tests import world
from tests.everybody import ELSEWHERE, HOME, LUND, everybody
from tests.queries import counting_queries
from tests.visit import Visit


def courses(session: Session, count: int, *, running: int = 0) -> Institution:
    """Courses `0`, `1`, …, an hour apart, all at one institution."""
    institution = world.an_institution(session)
    for number in range(count):
        course = world.a_course(session, institution, title=str(number))
        course.created_at = now() - timedelta(hours=count - number)
        if number < running:
            world.a_setup(session, course)
    session.flush()
    return institution


def test_each_course_says_how_far_its_students_are(
    database: Database, storage: Storage, settings: Settings
) -> None:
    all_of_them = everybody(database, storage, settings)
    with database.reading() as session:
        lund = session.query(Institution).filter_by(name=LUND).one()
        rows = {each.title: each for each in overview_of(session, lund.id).rows}
    words = all_of_them.course_words
    assert set(rows) == {words[HOME], words[ELSEWHERE]}
    home = rows[words[HOME]]
    assert home.scheme is not None
    assert (home.scheme.name.en, home.programme_code) == ("Lund, Medicine", "lakare")
    assert (home.students, home.waiting, home.certificates) == (3, 3, 3)
    elsewhere = rows[words[ELSEWHERE]]
    assert (elsewhere.students, elsewhere.waiting, elsewhere.certificates) == (1, 1, 1)


def test_test_students_count_nowhere(database: Database) -> None:
    with database.writing() as session:
        course = world.a_running_course(session)
        tester = world.a_person(session, course, is_test=True)
        portfolio = world.a_portfolio(session, tester, course)
        portfolio.is_test = True
        session.flush()
        (row,) = overview_of(session, course.institution_id).rows
    assert (row.students, row.waiting, row.certificates) == (0, 0, 0)


def test_what_is_much_is_not_counted_to_its_end(
    database: Database,
    visit: Callable[..., Visit],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (overview_queries, home_views):
        monkeypatch.setattr(module, "MOST_WAITING", 1)
        monkeypatch.setattr(module, "MOST_PEOPLE", 2)
    with database.writing() as session:
        course = world.a_running_course(session)
        for number in range(4):
            portfolio = world.a_portfolio(session, world.a_person(session, course), course)
            if number < 3:
                world.a_submitted_item(session, portfolio, state=ItemState.SUBMITTED)
        (row,) = overview_of(session, course.institution_id).rows
        person = world.a_person(session, course, Role.TEACHER)
    assert (row.students, row.waiting, row.certificates) == (3, 2, 0)
    shown = visit(world.an_actor(person, None, Role.COORDINATOR)).page("/overview").main
    assert [cell.text for cell in shown.all("td")][1:] == ["over 2", "over 1", "0"]


def test_pages_follow_each_other_newest_first_without_gap_or_repetition(database: Database) -> None:
    with database.writing() as session:
        institution = courses(session, 7)
        seen: list[str] = []
        after = ""
        while True:
            page = overview_of(session, institution.id, after=after, rows=3)
            seen += [each.title for each in page.rows]
            after = page.next_cursor
            if not after:
                break
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


def test_courses_made_at_the_same_moment_are_all_shown_once(database: Database) -> None:
    with database.writing() as session:
        institution = courses(session, 4)
        moment = now()
        for course in session.query(Course):
            course.created_at = moment
        session.flush()
        first = overview_of(session, institution.id, rows=3)
        second = overview_of(session, institution.id, after=first.next_cursor, rows=3)
    assert sorted(each.title for each in (*first.rows, *second.rows)) == ["0", "1", "2", "3"]


def test_the_number_of_queries_does_not_grow_with_the_courses(database: Database) -> None:
    with database.writing() as session:
        institution = courses(session, 3, running=3)
        overview_of(session, institution.id)
    few = _queries(database, institution)
    with database.writing() as session:
        courses(session, 30, running=30)
    assert _queries(database, institution) == few <= 2


def _queries(database: Database, institution: Institution) -> int:
    with counting_queries(database.engine) as seen, database.reading() as session:
        overview_of(session, institution.id)
    return seen.count


@pytest.mark.parametrize(
    "cursor", ["x", to_cursor("2026", "x"), to_cursor("2026-01-01T00:00:00", "0" * 32), to_cursor("a")]
)
def test_a_place_that_is_none_is_refused(database: Database, cursor: str) -> None:
    with database.writing() as session:
        institution = courses(session, 1)
        with pytest.raises(Problem) as refusal:
            overview_of(session, institution.id, after=cursor)
    assert refusal.value.slug == "bad-request"


def test_the_last_page_leads_back_to_the_first(database: Database, visit: Callable[..., Visit]) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        person = world.a_person(session, course, Role.TEACHER)
    coordinator = visit(world.an_actor(person, None, Role.COORDINATOR))
    beyond = to_cursor("2000-01-01T00:00:00+00:00", "0" * 32)
    shown = coordinator.page(f"/overview?after={beyond}")
    assert "Nothing more after this." in shown.text
    assert course.title in coordinator.page(shown.links["First page"]).text


def test_a_course_is_opened_in_its_platform_where_the_platform_tells_its_address(
    database: Database, visit: Callable[..., Visit]
) -> None:
    with database.writing() as session:
        here, there, hidden = (world.a_course(session, title=each) for each in ("Here", "There", "Hidden"))
        there.memberships_url = "https://school.test/api/lti/courses/42/names_and_roles"
        person = world.a_person(session, here, Role.TEACHER)
    coordinator = visit(world.an_actor(person, here, Role.COORDINATOR))
    shown = coordinator.page("/overview")
    links = {each.text: each.attributes for each in shown.main.all("a")}
    assert links["Open the course (There)"]["href"] == "https://school.test/courses/42"
    assert links["Open the course (There)"]["target"] == "_blank"
    assert links["Look at the class (Here)"]["href"].endswith("/class")
    assert "Open the course (Hidden)" not in links
    assert "For courses without a link" in shown.text
    assert hidden.title in shown.text


def test_a_course_on_an_older_version_leads_to_the_move(
    database: Database, visit: Callable[..., Visit]
) -> None:
    with database.writing() as session:
        course = world.a_running_course(session)
        lund = bundled_schemes()["lund-medicine"]
        publish(session, course.institution_id, replace(lund, source="Another source"))
        world.a_running_course(session)
        actor = world.an_actor(world.a_person(session, course), None, Role.COORDINATOR)
    links = [each for each in visit(actor).page("overview").links if "newer version" in each]
    assert links == ["Move to a newer version (Internationella meriter)"]


def test_a_course_that_has_moved_leads_there_while_portfolios_are_behind(
    database: Database,
) -> None:
    with database.writing() as session:
        course, other = (world.a_running_course(session) for _ in range(2))
        world.a_portfolio(session, world.a_person(session, course), course)
        lund = bundled_schemes()["lund-medicine"]
        newest = publish(session, course.institution_id, replace(lund, source="Another source"))
        for each in (course, other):
            session.get_one(CourseSetup, each.id).scheme_version_id = newest.id
        session.flush()
        rows = overview_of(session, course.institution_id).rows
    assert {each.course_id for each in rows if each.has_newer_version} == {course.id}
