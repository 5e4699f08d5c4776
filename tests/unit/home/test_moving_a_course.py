"""Moving a course: a small one at once, a larger one by the worker, each portfolio once, whatever happens."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.certificates.models import CertificateClaim
from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.home import moving_runs
from lti_app.home.moving_progress import MoveState, MoveView, latest_move
from lti_app.home.moving_queries import course_page
from lti_app.home.moving_runs import COURSE_MOVE, resume_move, start_move, stop_move
from lti_app.home.tasks import HANDLERS
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.moves import PortfolioMove
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.requirements import Count, Distinct
from lti_app.web.context import Parts
from tests import world
from tests.inspect_page import Page
from tests.queries import counting_queries
from tests.unit.home.moving import TYPES, School, a_school, begun, certify
from tests.visit import Visit

STUDENTS = 5
Visiting = Callable[..., Visit]


@pytest.fixture
def large(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[School, SchemeVersion]:
    """A course with more portfolios than move at once, and a version under which nobody loses anything."""
    monkeypatch.setattr(moving_runs, "AT_ONCE", 2)
    with database.writing() as session:
        school = a_school(session)
        for _ in range(STUDENTS - 1):
            begun(session, school.course)
        return school, school.published(Distinct(2, "r"))


def started(database: Database, school: School, version: SchemeVersion) -> uuid.UUID:
    with database.writing() as session:
        return start_move(session, school.teacher, school.course.id, version.id).id


def work(parts: Parts) -> None:
    """Let the worker do what is due of it."""
    with parts.db.reading() as session:
        due = session.scalars(
            select(Delivery.id).where(Delivery.kind == COURSE_MOVE, Delivery.state == DeliveryState.WAITING)
        ).all()
    for each in due:
        Delivering(parts, HANDLERS).deliver(each)


def seen_of(database: Database, school: School) -> MoveView:
    with database.reading() as session:
        view = latest_move(session, school.course.id)
    assert view is not None
    return view


def looks_again(page: Page) -> bool:
    """Whether the page asks by itself how far it is."""
    return any("hx-trigger" in each.attributes for each in page.main.all("div"))


def moves(database: Database) -> int:
    """How many portfolios moved; none twice."""
    with database.reading() as session:
        ids = session.scalars(select(PortfolioMove.portfolio_id)).all()
    assert len(set(ids)) == len(ids)
    return len(ids)


def test_a_small_course_moves_at_once_with_everybody_who_loses_nothing(school: School) -> None:
    session, course = school.session, school.course
    _, poor = begun(session, course, TYPES[:1])
    _, other = begun(session, course)
    certify(session, begun(session, course)[1])
    version = school.published(Distinct(4, "r"))
    page = course_page(session, course)
    assert page is not None
    assert page.is_course_older
    assert {each.portfolio_id for each in page.outcomes if each.would.lost} == {school.portfolio.id, other.id}

    confirmed = {other.id: ("r", WHOLE)}
    first = start_move(session, school.teacher, course.id, version.id, confirmed=confirmed)
    done = latest_move(session, course.id)
    assert done is not None
    assert (done.state, done.moved, done.losing, done.certified) == (MoveState.DONE, 2, 1, 1)
    assert {poor.scheme_version_id, other.scheme_version_id} == {version.id}
    assert school.portfolio.scheme_version_id != version.id
    assert session.get_one(CourseSetup, course.id).scheme_version_id == version.id
    assert session.scalar(select(func.count()).where(Delivery.kind == COURSE_MOVE)) == 0
    page = course_page(session, course)
    assert page is not None
    assert [each.portfolio_id for each in page.outcomes] == [school.portfolio.id]

    assert start_move(session, school.teacher, course.id, version.id).id == first.id, "asked twice"
    again = start_move(session, school.teacher, course.id, version.id, seen=first.id)
    assert (again.moved, again.losing) == (0, 1)


def test_nobody_confirms_a_loss_for_herself_by_moving_the_course(school: School) -> None:
    version = school.published(Distinct(4, "r"))
    also_teaches = replace(school.student, roles=frozenset({Role.STUDENT, Role.TEACHER}))
    confirmed = {school.portfolio.id: ("r", WHOLE)}
    move = start_move(school.session, also_teaches, school.course.id, version.id, confirmed=confirmed)
    assert (move.moved, move.losing) == (0, 1)


def test_the_worker_moves_a_larger_course(
    parts: Parts, database: Database, large: tuple[School, SchemeVersion]
) -> None:
    school, version = large
    move_id = started(database, school, version)
    assert started(database, school, version) == move_id, "it is under way"
    assert seen_of(database, school).state is MoveState.UNDER_WAY
    assert moves(database) == 0
    work(parts)
    view = seen_of(database, school)
    assert (view.state, view.total, view.moved) == (MoveState.DONE, STUDENTS, STUDENTS)
    assert moves(database) == STUDENTS
    with database.reading() as session:
        assert set(session.scalars(select(Portfolio.scheme_version_id))) == {version.id}


def test_it_goes_on_where_a_killed_worker_left_it(
    parts: Parts, database: Database, large: tuple[School, SchemeVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    school, version = large
    started(database, school, version)
    move_to_newest, calls = moving_runs.move_to_newest, iter(range(100))

    class Killed(BaseException):
        pass

    def killed(*args: object, **kwargs: object) -> PortfolioMove | None:
        if next(calls) == 3:
            raise Killed
        return move_to_newest(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(moving_runs, "move_to_newest", killed)
        with pytest.raises(Killed):
            work(parts)
    assert (moves(database), seen_of(database, school).moved) == (2, 2), "what was not committed is not there"
    with database.writing() as session:
        session.query(Delivery).filter_by(kind=COURSE_MOVE).one().lease_until = None
    work(parts)
    assert (moves(database), seen_of(database, school).moved) == (STUDENTS, STUDENTS)


def test_it_stops_and_goes_on_when_staff_say_so(
    parts: Parts, database: Database, large: tuple[School, SchemeVersion]
) -> None:
    school, version = large
    move_id = started(database, school, version)
    with database.writing() as session:
        assert moving_runs.move_next(session, move_id)
        for _ in range(2):
            stop_move(session, school.teacher, move_id)
    work(parts)
    view = seen_of(database, school)
    assert (view.state, view.moved) == (MoveState.STOPPED, 2)
    assert started(database, school, version) == move_id, "no other begins while it is stopped"
    with database.writing() as session:
        for _ in range(2):
            resume_move(session, school.teacher, move_id)
        assert session.query(Delivery).filter_by(kind=COURSE_MOVE, state=DeliveryState.WAITING).count() == 1
    work(parts)
    with database.writing() as session:
        assert resume_move(session, school.teacher, move_id).finished_at is not None
        stop_move(session, school.teacher, move_id)
    view = seen_of(database, school)
    assert (view.state, moves(database)) == (MoveState.DONE, STUDENTS)


def test_what_broke_off_says_so_and_can_be_let_go_on(
    parts: Parts, database: Database, large: tuple[School, SchemeVersion]
) -> None:
    school, version = large
    move_id = started(database, school, version)
    with database.writing() as session:
        failed = session.query(Delivery).filter_by(kind=COURSE_MOVE).one()
        failed.state, failed.reason, failed.finished_at = DeliveryState.FAILED, "why", now()
    assert seen_of(database, school).state is MoveState.BROKEN
    with database.writing() as session:
        resume_move(session, school.teacher, move_id)
    assert seen_of(database, school).state is MoveState.UNDER_WAY
    work(parts)
    assert moves(database) == STUDENTS


def test_one_that_keeps_failing_says_so_at_once_and_goes_on_when_staff_say_so(
    parts: Parts,
    database: Database,
    large: tuple[School, SchemeVersion],
    monkeypatch: pytest.MonkeyPatch,
    visit: Visiting,
) -> None:
    school, version = large
    move_id = started(database, school, version)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(moving_runs, "move_to_newest", broken)
        patched.setattr(leases, "pause_seconds", lambda _attempts: 3600.0)
        work(parts)
    with database.writing() as session:
        session.query(Delivery).filter_by(kind=COURSE_MOVE).one().lease_until = now() - timedelta(seconds=1)
    assert seen_of(database, school).state is MoveState.RETRYING
    page = visit(school.teacher).page(f"courses/{school.course.id}/move")
    assert "Something went wrong on our side. It is tried again by itself. 0 of 5 are done." in page.text
    assert "See why" in page.links
    assert page.form(f"/courses/moves/{move_id}/resume") is not None
    with database.writing() as session:
        stop_move(session, school.teacher, move_id)
        resume_move(session, school.teacher, move_id)
    assert seen_of(database, school).state is MoveState.UNDER_WAY
    work(parts)
    assert (seen_of(database, school).state, moves(database)) == (MoveState.DONE, STUDENTS)


def test_a_version_published_meanwhile_ends_it_and_says_how_many_have_moved(
    parts: Parts, database: Database, large: tuple[School, SchemeVersion], visit: Visiting
) -> None:
    school, version = large
    move_id = started(database, school, version)
    with database.writing() as session:
        assert moving_runs.move_next(session, move_id)
        newest = replace(school, session=session).published(Count(1, "r"))
    work(parts)
    view = seen_of(database, school)
    assert (view.state, view.moved, view.total) == (MoveState.OUTDATED, 2, STUDENTS)
    page = visit(school.teacher).page(f"courses/{school.course.id}/move")
    assert "A newer version was published meanwhile" in page.text
    assert "2 of 5 portfolios had moved." in page.text
    with database.writing() as session:
        with pytest.raises(Conflict):
            start_move(session, school.teacher, school.course.id, version.id, seen=move_id)
        start_move(session, school.teacher, school.course.id, newest.id, seen=move_id)
    work(parts)
    view = seen_of(database, school)
    assert (view.state, view.moved) == (MoveState.DONE, STUDENTS)


def test_a_version_published_between_two_portfolios_keeps_what_has_moved(
    database: Database, large: tuple[School, SchemeVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    school, version = large
    move_id = started(database, school, version)
    move_to_newest, calls = moving_runs.move_to_newest, iter(range(100))

    def overtaken(*args: object, **kwargs: object) -> PortfolioMove | None:
        if next(calls) == 1:
            raise Conflict("another version is the newest")
        return move_to_newest(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(moving_runs, "move_to_newest", overtaken)
    with database.writing() as session:
        assert not moving_runs.move_next(session, move_id)
    view = seen_of(database, school)
    assert (view.state, view.moved, moves(database)) == (MoveState.OUTDATED, 1, 1)


def test_past_those_who_would_lose_and_those_who_are_certified(school: School) -> None:
    session, course = school.session, school.course
    certify(session, school.portfolio)
    losing = [begun(session, course)[1] for _ in range(5)]
    others = [begun(session, course, TYPES[:1])[1] for _ in range(7)]
    drawn = begun(session, course)[1]
    session.add(
        CertificateClaim(
            portfolio_id=drawn.id, number="1", code="1" * 12, lease_until=now() + timedelta(days=1)
        )
    )
    version = school.published(Distinct(4, "r"))

    shown: list[uuid.UUID] = []
    after = ""
    while page := course_page(session, course, after=after, rows=2):
        assert len(page.outcomes) <= 2
        assert (page.behind, page.certified) == (12, 2)
        shown += [each.portfolio_id for each in page.outcomes]
        if not (after := page.next_cursor):
            break
    assert shown == [each.id for each in (*losing, *others)]

    confirmed = {losing[4].id: ("r", WHOLE)}
    move = start_move(session, school.teacher, course.id, version.id, confirmed=confirmed)
    assert (move.moved, move.losing) == (0, 0), "they are more than move at once"
    assert moving_runs.move_next(session, move.id)
    assert (move.moved, move.losing) == (6, 4)
    assert not moving_runs.move_next(session, move.id)
    assert (move.moved, move.losing, move.certified, move.total) == (8, 4, 2, 12)
    assert {each.scheme_version_id for each in (*others, losing[4])} == {version.id}
    stayed = (*losing[:4], school.portfolio, drawn)
    assert version.id not in {each.scheme_version_id for each in stayed}


def test_only_staff_of_the_course_move_stop_or_resume_it(school: School) -> None:
    session, course = school.session, school.course
    version = school.published(Count(1, "r"))
    move = start_move(session, school.teacher, course.id, version.id)
    other = world.a_course(session)
    abroad = world.a_course(session, world.an_institution(session, "Uppsala universitet"))
    roles = (Role.DESIGNER, Role.OBSERVER)
    strangers: list[Actor] = [
        school.student,
        begun(session, course)[0],
        world.an_actor(world.a_person(session, other, Role.TEACHER), other, Role.TEACHER),
        world.an_actor(world.a_person(session, abroad, Role.TEACHER), abroad, Role.COORDINATOR),
        *(world.an_actor(world.a_person(session, course, role), course, role) for role in roles),
        replace(school.teacher, is_test=True),
    ]
    for actor in strangers:
        with pytest.raises(NotFound):
            start_move(session, actor, course.id, version.id)
        for verb in (stop_move, resume_move):
            with pytest.raises(NotFound):
                verb(session, actor, move.id)
            with pytest.raises(NotFound):
                verb(session, school.teacher, uuid.uuid4())
    coordinator = world.an_actor(world.a_person(session, other, Role.TEACHER), other, Role.COORDINATOR)
    assert start_move(session, coordinator, course.id, version.id, seen=move.id).id != move.id
    assert stop_move(session, coordinator, move.id).stopped_at is None, "it is over"


def test_assignments_that_the_course_has_follow_in_their_points_and_no_others_are_made(
    school: School,
) -> None:
    inside = {"institution_id": school.course.institution_id, "course_id": school.course.id}
    held = LineItem(**inside, kind=LineItemKind.ACTIVITIES, label="A", score_maximum=3)
    school.session.add(held)
    school.session.flush()
    version = school.published(Distinct(5, "r"))
    start_move(school.session, school.teacher, school.course.id, version.id)
    assert school.session.scalars(select(LineItem)).all() == [held]
    assert held.score_maximum == 5


def test_a_course_that_is_not_set_up_cannot_move(school: School) -> None:
    course = world.a_course(school.session)
    teacher = world.an_actor(world.a_person(school.session, course, Role.TEACHER), course, Role.TEACHER)
    assert course_page(school.session, course) is None
    with pytest.raises(Problem):
        start_move(school.session, teacher, course.id, uuid.uuid4())


def test_the_page_of_a_course_asks_as_much_for_many_as_for_one(school: School, database: Database) -> None:
    school.published(Distinct(2, "r"))
    asked = []
    for _ in range(2):
        with counting_queries(database.engine) as seen:
            course_page(school.session, school.course)
            latest_move(school.session, school.course.id)
        asked.append(seen.count)
        for _ in range(3):
            begun(school.session, school.course)
    with counting_queries(database.engine) as seen:
        page = course_page(school.session, school.course)
        latest_move(school.session, school.course.id)
    assert page is not None
    assert len(page.outcomes) == 7
    assert seen.count <= min(asked)


def test_the_class_says_in_both_languages_how_many_portfolios_are_behind(
    database: Database, large: tuple[School, SchemeVersion], visit: Visiting
) -> None:
    school, _ = large
    for locale, sentence in (
        ("en", "5 portfolios follow an older version of the rules."),
        ("sv", "5 portföljer följer en äldre version av reglerna."),
    ):
        assert sentence in visit(school.teacher, locale=locale).page("class").text


def test_the_page_shows_how_far_it_is_and_looks_again_until_it_is_over(
    parts: Parts, database: Database, large: tuple[School, SchemeVersion], visit: Visiting
) -> None:
    school, _ = large
    address = f"courses/{school.course.id}/move"
    eva = visit(school.teacher)
    page = eva.page(address)
    losing = page.text.count("Would lose something")
    assert f"{5 - losing} portfolio" in page.text
    assert f"{losing} would lose something." in page.text
    assert page.links["All students"].endswith("/class")
    assert "Go to the class" not in page.links
    form = page.form(f"/courses/{school.course.id}/move")
    assert eva.post(address, {"version": form["version"]}).status_code == 303

    page = eva.page(address)
    assert "0 of 5 are done." in page.text
    assert "Move the course" not in page.text, "there is nothing to confirm now"
    assert looks_again(page)
    assert page.watched == {"move-words": "status", "move-rest": "", "moving": ""}
    (again,) = page.fetched_again.values()
    assert eva.get(again).status_code == 204
    move_id = seen_of(database, school).id
    assert eva.post(f"courses/moves/{move_id}/stop", {}).status_code == 303
    page = eva.page(address)
    assert "stopped it. 0 of 5 are done." in page.text
    assert not looks_again(page)
    assert eva.post(f"courses/moves/{move_id}/resume", {}).status_code == 303
    work(parts)
    page = eva.page(again)
    assert "5 portfolios have moved." in page.part("move-words").text
    assert "Everything in this course follows the newest version of its scheme." in page.text
    assert page.links["Go to the class"].endswith("/class")
    assert not looks_again(page)
