"""What a student's home says next, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from lti_app.certificates.afterwards import approve_correction, request_correction
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.service import settle
from lti_app.certificates.stages import Stage
from lti_app.clock import now
from lti_app.db import Database
from lti_app.home.queries import Step, student_home
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.service import submit
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState
from lti_app.review.service import approve, reopen
from lti_app.schemes.queries import document_of
from lti_app.schemes.service import publish
from lti_app.schemes.steps import NextStep, Wanted
from lti_app.web.context import Parts
from tests import world
from tests.classroom import TYPES, UNDO, a_classroom
from tests.queries import counting_queries
from tests.unit.certificates.issuing import NO_TIME, an_earner, certificates, deliver_due
from tests.visit import Visit

THREE = ("conference_abroad", "language_cafe", "journal_club")


@pytest.fixture
def course(database: Database) -> Course:
    with database.writing() as session:
        return world.a_running_course(session)


@pytest.fixture
def person(database: Database, course: Course) -> Person:
    with database.writing() as session:
        return world.a_person(session, course)


@pytest.fixture
def student(person: Person, course: Course) -> Actor:
    return world.an_actor(person, course)


def step(database: Database, student: Actor) -> Step:
    with database.reading() as session:
        home = student_home(session, student)
    assert home is not None
    return home.step


def with_items(
    database: Database, person: Person, course: Course, *items: tuple[str | ItemKind, ItemState]
) -> None:
    with database.writing() as session:
        portfolio = world.a_portfolio(session, person, course)
        for what, state in items:
            if isinstance(what, ItemKind):
                world.a_submitted_item(session, portfolio, kind=what, state=state)
            else:
                world.a_submitted_item(session, portfolio, what, state=state)


APPROVED = tuple((type_code, ItemState.APPROVED) for type_code in THREE)
REPORT = (ItemKind.FINAL_REPORT, ItemState.APPROVED)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], Step.BEGIN),
        ([("language_cafe", ItemState.DRAFT)], Step.FINISH),
        ([("language_cafe", ItemState.DRAFT), ("journal_club", ItemState.RETURNED)], Step.MEND),
        ([("language_cafe", ItemState.SUBMITTED)], Step.ADD),
        ([(type_code, ItemState.SUBMITTED) for type_code in THREE], Step.WAIT),
        ([("language_cafe", ItemState.DECLINED)], Step.ADD),
        ([*APPROVED], Step.WRITE_REPORT),
        ([*APPROVED, ("exchange_studies", ItemState.DRAFT)], Step.WRITE_REPORT),
        ([*APPROVED, ("exchange_studies", ItemState.RETURNED)], Step.MEND),
        ([*APPROVED, (ItemKind.FINAL_REPORT, ItemState.DRAFT)], Step.FINISH),
        ([*APPROVED, (ItemKind.FINAL_REPORT, ItemState.SUBMITTED)], Step.WAIT),
        ([*APPROVED, (ItemKind.FINAL_REPORT, ItemState.RETURNED)], Step.MEND),
        ([*APPROVED, REPORT], Step.PRESENT),
        ([*APPROVED, REPORT, (ItemKind.PRESENTATION, ItemState.SUBMITTED)], Step.WAIT),
        ([*APPROVED, REPORT, (ItemKind.PRESENTATION, ItemState.APPROVED)], Step.CERTIFICATE_COMING),
    ],
)
def test_there_is_always_one_next_step(
    database: Database,
    person: Person,
    course: Course,
    student: Actor,
    items: list[tuple[str | ItemKind, ItemState]],
    expected: Step,
) -> None:
    if items:
        with_items(database, person, course, *items)
    assert step(database, student) is expected


@pytest.mark.parametrize(
    ("wanted", "expected"), [((), Step.ADD), ((Wanted(2),), Step.ADD), ((Wanted(1),), Step.WAIT)]
)
def test_what_waits_is_enough_only_where_the_search_says_so(
    database: Database,
    person: Person,
    course: Course,
    student: Actor,
    wanted: tuple[Wanted, ...],
    expected: Step,
) -> None:
    with_items(database, person, course, ("language_cafe", ItemState.SUBMITTED))
    with database.reading() as session:
        home = student_home(session, student)
    assert home is not None
    found = NextStep(wanted, is_shortest=False)
    progress = replace(home.progress, find_step=lambda: found)
    assert replace(home, progress=progress).step is expected


def test_whoever_has_done_everything_hears_what_becomes_of_the_certificate(
    database: Database, course: Course, person: Person, student: Actor
) -> None:
    with database.writing() as session:
        portfolio = world.an_earned_portfolio(session, person, course)
        assert settle(session, portfolio.id)
    assert step(database, student) is Step.CERTIFICATE_COMING
    with database.writing() as session:
        (issue,) = session.query(Delivery).filter_by(kind=ISSUE)
        issue.state, issue.reason, issue.finished_at = DeliveryState.FAILED, "why", now()
    assert step(database, student) is Step.CERTIFICATE_FAILED
    with database.writing() as session:
        session.query(Delivery).delete()
        document = document_of(session, portfolio.scheme_version_id)
        by_staff = replace(document.certificate, is_issued_by_staff=True)
        newer = publish(session, course.institution_id, replace(document, certificate=by_staff))
        session.get_one(Portfolio, portfolio.id).scheme_version_id = newer.id
    assert step(database, student) is Step.CERTIFICATE_AT_STAFF


def test_a_test_student_ends_without_a_certificate(database: Database, course: Course) -> None:
    with database.writing() as session:
        tester = world.a_person(session, course, is_test=True)
    with_items(database, tester, course, *APPROVED, REPORT, (ItemKind.PRESENTATION, ItemState.APPROVED))
    assert step(database, world.an_actor(tester, course)) is Step.DONE_AS_TEST


def test_returned_activities_come_first_with_the_words_said(
    database: Database, person: Person, course: Course, student: Actor
) -> None:
    with_items(database, person, course, *APPROVED, ("exchange_studies", ItemState.RETURNED))
    with database.writing() as session:
        item = session.scalars(select(Item).where(Item.state == ItemState.RETURNED)).one()
        submission = session.scalars(select(Submission).where(Submission.item_id == item.id)).one()
        teacher = world.a_person(session, course, Role.TEACHER)
        for kind, comment, undone_at in (
            (DecisionKind.DECLINE, "Nej.", now()),
            (DecisionKind.RETURN, "Var?", None),
        ):
            session.add(
                Decision(
                    institution_id=item.institution_id,
                    submission_id=submission.id,
                    kind=kind,
                    comment=comment,
                    reviewer_id=teacher.id,
                    undone_at=undone_at,
                )
            )
    with database.reading() as session:
        home = student_home(session, student)
    assert home is not None
    assert home.activities[0].id == item.id
    assert home.words == {item.id: "Var?"}


def test_a_home_with_forty_activities_takes_at_most_eight_queries(
    database: Database, person: Person, course: Course, student: Actor, visit: Callable[..., Visit]
) -> None:
    states = list(ItemState)
    with_items(
        database,
        person,
        course,
        *((THREE[number % 3], states[number % len(states)]) for number in range(40)),
        REPORT,
    )
    at_home = visit(student)
    at_home.page()
    with counting_queries(database.engine) as queries:
        home = at_home.page()
    assert len([link for link in home.links.values() if "/items/" in link]) >= 3
    assert queries.count <= 8, queries.statements


def test_the_number_of_queries_does_not_grow(
    database: Database, person: Person, course: Course, student: Actor, visit: Callable[..., Visit]
) -> None:
    with_items(database, person, course, *APPROVED)
    at_home = visit(student)
    at_home.page("/record")
    seen = []
    for _ in range(2):
        with counting_queries(database.engine) as home, counting_queries(database.engine) as record:
            at_home.page()
            at_home.page("/record")
        seen.append((home.count, record.count))
        with database.writing() as session:
            portfolio = session.scalars(select(Portfolio)).one()
            for _ in range(5):
                world.a_submitted_item(session, portfolio, "exchange_studies", state=ItemState.RETURNED)
    assert seen[0] == seen[1]


def test_after_an_approved_correction_the_step_is_hers_only_where_something_was_reopened(
    database: Database, parts: Parts
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
    deliver_due(parts)
    with database.writing() as session:
        (issued,) = certificates(session)
        asked = request_correction(session, room.learning, issued.id, note="Fel år.")
        approve_correction(session, room.teaching, asked.id)
    assert (step(database, room.learning), stage(database, room.learning)) == (Step.CERTIFIED, Stage.OPEN)
    with database.writing() as session:
        item = session.scalars(select(Item).where(Item.type_code == TYPES[0])).one()
        approved = session.scalars(select(Submission).where(Submission.item_id == item.id)).one()
        reopen(session, room.teaching, approved.id, undo_for=UNDO, reason="Rätta året.")
    assert step(database, room.learning) is Step.MEND
    with database.writing() as session:
        again = submit(session, room.learning, item.id)
    assert step(database, room.learning) is Step.WAIT
    with database.writing() as session:
        approve(session, room.teaching, again.id, undo_for=NO_TIME)
    assert (step(database, room.learning), stage(database, room.learning)) == (Step.CERTIFIED, Stage.COMING)
    deliver_due(parts)
    assert (step(database, room.learning), stage(database, room.learning)) == (Step.CERTIFIED, None)


def stage(database: Database, student: Actor) -> Stage | None:
    with database.reading() as session:
        home = student_home(session, student)
    assert home is not None
    return home.stage
