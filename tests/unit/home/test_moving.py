"""A portfolio follows the version it began with until it is moved, and what moving it takes and leaves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.models import Certificate, CertificateClaim
from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.home.change_queries import changes_of
from lti_app.home.moving_queries import course_page, outcome_of
from lti_app.home.moving_service import Batch, move_course, move_portfolio
from lti_app.jobs.models import Delivery
from lti_app.lti.models import LineItem, LineItemKind
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.moves import PortfolioMove
from lti_app.portfolio.queries import progress_of
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.requirements import Count, Distinct, Filter, Requirement
from lti_app.schemes.service import publish
from lti_app.storage.models import StoredFile
from tests import world
from tests.queries import counting_queries

TYPES = ("conference_abroad", "language_cafe", "journal_club")


@dataclass
class School:
    """A course, its teacher, and a student with three approved activities: Lund's requirement is met."""

    session: Session
    course: Course
    teacher: Actor
    student: Actor
    portfolio: Portfolio

    def published(self, requirement: Requirement) -> SchemeVersion:
        """A newer version that asks for this instead."""
        lund = bundled_schemes()["lund-medicine"]
        rules = replace(lund.rules, requirement=requirement)
        return publish(self.session, self.course.institution_id, replace(lund, rules=rules))


@pytest.fixture
def school(database: Database) -> object:
    with database.writing() as session:
        course = world.a_running_course(session)
        teacher = world.an_actor(world.a_person(session, course, Role.TEACHER), course, Role.TEACHER)
        yield School(session, course, teacher, *begun(session, course))


def begun(session: Session, course: Course, types: tuple[str, ...] = TYPES) -> tuple[Actor, Portfolio]:
    person = world.a_person(session, course)
    portfolio = world.a_portfolio(session, person, course)
    for code in types:
        world.a_submitted_item(session, portfolio, code, starts_on=date(2026, 3, 2))
    return world.an_actor(person, course), portfolio


def certify(session: Session, portfolio: Portfolio) -> None:
    inside = {"institution_id": portfolio.institution_id}
    file = StoredFile(**inside, key="1" * 12, media_type="application/pdf", size_bytes=1, sha256="0" * 64)
    session.add(file)
    session.flush()
    session.add(
        Certificate(
            **inside,
            portfolio_id=portfolio.id,
            number="1",
            code="1" * 12,
            facts="{}",
            stored_file_id=file.id,
        )
    )
    session.flush()


def test_a_student_moves_where_nothing_is_lost(school: School) -> None:
    began_with = school.portfolio.scheme_version_id
    version = school.published(Distinct(2, "r"))
    move = move_portfolio(school.session, school.student, school.portfolio.id, version.id)
    assert move is not None
    assert (move.from_version_id, move.to_version_id) == (began_with, version.id)
    assert (move.moved_by_id, move.lost) == (school.student.person_id, [])
    assert school.portfolio.scheme_version_id == version.id
    assert move_portfolio(school.session, school.student, school.portfolio.id, version.id) is None
    assert len(school.session.scalars(select(PortfolioMove)).all()) == 1


def test_a_student_never_loses_what_is_met_unless_staff_confirm_each(school: School) -> None:
    version = school.published(Distinct(5, "r"))
    outcome = outcome_of(school.session, school.portfolio)
    assert outcome is not None
    assert outcome.would.lost == ("r", WHOLE)
    also_teaches = replace(school.student, roles=frozenset({Role.STUDENT, Role.TEACHER}))
    for actor, confirmed in (
        (school.student, ()),
        (also_teaches, ("r", WHOLE)),
        (school.student, ("r", WHOLE)),
        (school.teacher, ()),
        (school.teacher, ("r",)),
        (school.teacher, ("x", WHOLE)),
    ):
        with pytest.raises(Conflict) as refused:
            move_portfolio(school.session, actor, school.portfolio.id, version.id, confirmed=confirmed)
        assert refused.value.slug == "requirement-lost"
    assert progress_of(school.session, school.portfolio.id).met
    move = move_portfolio(
        school.session, school.teacher, school.portfolio.id, version.id, confirmed=("r", WHOLE)
    )
    assert move is not None
    assert move.lost == ["r", WHOLE]
    (told,) = changes_of(school.session, school.portfolio.id)
    assert (told.before, told.after, told.has_lost, told.by_id) == ("1", "2", True, school.teacher.person_id)
    assert not progress_of(school.session, school.portfolio.id).met


def test_only_the_newest_version_is_moved_to(school: School) -> None:
    older = school.published(Distinct(2, "r"))
    began_with = school.portfolio.scheme_version_id
    newest = school.published(Count(1, "r"))
    for version_id in (older.id, uuid.uuid4()):
        with pytest.raises(Conflict):
            move_portfolio(school.session, school.student, school.portfolio.id, version_id)
    move_portfolio(school.session, school.student, school.portfolio.id, newest.id)
    with pytest.raises(Conflict):
        move_portfolio(school.session, school.student, school.portfolio.id, began_with)


def test_nothing_moves_while_a_certificate_is_drawn(school: School) -> None:
    version = school.published(Count(1, "r"))
    claim = CertificateClaim(portfolio_id=school.portfolio.id, number="1", code="1" * 12, lease_until=now())
    claim.lease_until = now().replace(year=2099)
    school.session.add(claim)
    school.session.flush()
    with pytest.raises(Conflict) as refused:
        move_portfolio(school.session, school.teacher, school.portfolio.id, version.id)
    assert refused.value.slug == "already-certified"


def test_strangers_hear_of_no_portfolio_and_no_course(school: School) -> None:
    version = school.published(Count(1, "r"))
    other = world.a_course(school.session)
    classmate = begun(school.session, school.course)[0]
    roles = (Role.DESIGNER, Role.OBSERVER)
    strangers = [
        classmate,
        world.an_actor(world.a_person(school.session, other, Role.TEACHER), other, Role.TEACHER),
        *(
            world.an_actor(world.a_person(school.session, school.course, role), school.course, role)
            for role in roles
        ),
    ]
    for actor in strangers:
        with pytest.raises(NotFound):
            move_portfolio(school.session, actor, school.portfolio.id, version.id)
        with pytest.raises(NotFound):
            move_course(school.session, actor, school.course.id, version.id)
    with pytest.raises(NotFound):
        move_course(school.session, school.student, school.course.id, version.id)


def test_a_course_moves_with_everybody_who_loses_nothing(school: School) -> None:
    _, poor = begun(school.session, school.course, TYPES[:1])
    _, other = begun(school.session, school.course)
    version = school.published(Distinct(4, "r"))
    page = course_page(school.session, school.course)
    assert page is not None
    assert page.is_course_older
    assert {each.portfolio_id for each in page.outcomes if each.would.lost} == {school.portfolio.id, other.id}
    confirmed = {other.id: ("r", WHOLE)}
    done = move_course(school.session, school.teacher, school.course.id, version.id, confirmed=confirmed)
    assert (done.moved, done.stayed) == (2, 1)
    assert {poor.scheme_version_id, other.scheme_version_id} == {version.id}
    assert school.portfolio.scheme_version_id != version.id
    assert school.session.get_one(CourseSetup, school.course.id).scheme_version_id == version.id
    page = course_page(school.session, school.course)
    assert page is not None
    assert [each.portfolio_id for each in page.outcomes] == [school.portfolio.id]
    assert move_course(school.session, school.teacher, school.course.id, version.id).moved == 0


def test_a_large_course_is_shown_by_pages_and_moved_in_batches_past_those_who_would_lose(
    school: School,
) -> None:
    certified = school.portfolio
    certify(school.session, certified)
    losing = [begun(school.session, school.course)[1] for _ in range(5)]
    others = [begun(school.session, school.course, TYPES[:1])[1] for _ in range(3)]
    version = school.published(Distinct(4, "r"))

    seen: list[uuid.UUID] = []
    after = ""
    while page := course_page(school.session, school.course, after=after, rows=2):
        assert len(page.outcomes) <= 2
        assert (page.behind, page.certified) == (8, 1)
        seen += [each.portfolio_id for each in page.outcomes]
        if not (after := page.next_cursor):
            break
    assert seen == [each.id for each in (*losing, *others)]

    confirmed = {losing[4].id: ("r", WHOLE)}
    batches: list[Batch] = []
    while not batches or batches[-1].last:
        batches.append(
            move_course(
                school.session,
                school.teacher,
                school.course.id,
                version.id,
                after=batches[-1].last if batches else None,
                confirmed=confirmed,
                at_once=2,
            )
        )
    assert [(each.moved, each.stayed) for each in batches[:4]] == [(0, 3), (0, 2), (2, 0), (2, 0)]
    assert sum(each.moved for each in batches) == 4
    assert {each.scheme_version_id for each in (*others, losing[4])} == {version.id}
    assert version.id not in {each.scheme_version_id for each in (*losing[:4], certified)}


def test_assignments_that_the_course_has_follow_in_their_points_and_no_others_are_made(
    school: School,
) -> None:
    inside = {"institution_id": school.course.institution_id, "course_id": school.course.id}
    held = LineItem(**inside, kind=LineItemKind.ACTIVITIES, label="A", score_maximum=3)
    school.session.add(held)
    school.session.flush()
    version = school.published(Distinct(5, "r"))
    move_course(school.session, school.teacher, school.course.id, version.id)
    assert school.session.scalars(select(LineItem)).all() == [held]
    assert held.score_maximum == 5


def test_where_nothing_counts_any_more_the_grade_is_taken_back(school: School) -> None:
    inside = {"institution_id": school.course.institution_id, "course_id": school.course.id}
    held = LineItem(
        **inside, kind=LineItemKind.ACTIVITIES, label="A", score_maximum=3, url="https://canvas.test/1"
    )
    school.session.add(held)
    school.session.flush()
    version = school.published(Count(1, "r", of=Filter(types=frozenset({"exchange_studies"}))))
    move_portfolio(school.session, school.teacher, school.portfolio.id, version.id, confirmed=("r", WHOLE))
    (told,) = school.session.scalars(select(Delivery)).all()
    assert (told.payload["points"], told.payload["takes_back"]) == (None, True)


def test_a_course_that_is_not_set_up_cannot_move(school: School) -> None:
    course = world.a_course(school.session)
    teacher = world.an_actor(world.a_person(school.session, course, Role.TEACHER), course, Role.TEACHER)
    assert course_page(school.session, course) is None
    with pytest.raises(Problem):
        move_course(school.session, teacher, course.id, uuid.uuid4())


def test_the_page_of_a_course_asks_as_much_for_many_as_for_one(school: School, database: Database) -> None:
    school.published(Distinct(2, "r"))
    asked = []
    for _ in range(2):
        with counting_queries(database.engine) as seen:
            course_page(school.session, school.course)
        asked.append(seen.count)
        for _ in range(3):
            begun(school.session, school.course)
    with counting_queries(database.engine) as seen:
        page = course_page(school.session, school.course)
    assert page is not None
    assert len(page.outcomes) == 7
    assert seen.count <= min(asked)
