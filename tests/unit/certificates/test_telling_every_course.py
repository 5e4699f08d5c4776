"""A portfolio was worked on in one course after another: each that has its certificate is told, no other."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates import afterwards
from lti_app.certificates.erasing import erase
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.certificates.stages import Stage, state_of
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.ags.scores import Score
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.service import begin_portfolio
from lti_app.review.catching_up import catch_up
from lti_app.schemes.service import set_up_course
from lti_app.web.context import Parts
from tests import world
from tests.classroom import UNDO
from tests.unit.certificates.issuing import certificates, deliver_due
from tests.unit.certificates.test_afterwards import actor_for, asked_for, issued

__all__ = ["issued"]
CANCELLED, FAILED, SENT, WAITING = (
    DeliveryState.CANCELLED,
    DeliveryState.FAILED,
    DeliveryState.SENT,
    DeliveryState.WAITING,
)


@dataclass(frozen=True)
class Moved:
    """A certificate that was handed in in two courses; the third has an assignment, and nothing of it."""

    certificate_id: uuid.UUID
    first: uuid.UUID
    second: uuid.UUID
    third: uuid.UUID


@pytest.fixture
def moved(database: Database, issued: uuid.UUID) -> Moved:
    """The student has gone on to the second course, whose assignment was connected after that."""
    with database.writing() as session:
        first = portfolio_of(session, issued).course_id
        second, third = (another_course(session, issued, title) for title in ("Autumn", "Spring"))
    work_in(database, issued, second)
    catch_up(database, line_item(database, second).id, UNDO)
    return Moved(issued, first, second, third)


def portfolio_of(session: Session, certificate_id: uuid.UUID) -> Portfolio:
    return session.get_one(Portfolio, session.get_one(Certificate, certificate_id).portfolio_id)


def another_course(session: Session, certificate_id: uuid.UUID, title: str) -> uuid.UUID:
    """The id of one that runs the same scheme, with its assignments connected and the holder in it."""
    course = world.a_course(session, title=title)
    teacher = world.a_person(session, course, Role.TEACHER)
    set_up_course(session, world.an_actor(teacher, course, Role.TEACHER), "lund-medicine", "lakare")
    for each in session.query(LineItem).filter_by(course_id=course.id):
        each.url = f"https://canvas.test/{each.id}"
    holder = session.get_one(Person, portfolio_of(session, certificate_id).person_id)
    world.an_enrolment(session, holder, course)
    return course.id


def work_in(database: Database, certificate_id: uuid.UUID, course_id: uuid.UUID) -> None:
    """The holder goes on with the portfolio in this course."""
    with database.writing() as session:
        holder = session.get_one(Person, portfolio_of(session, certificate_id).person_id)
        begin_portfolio(session, world.an_actor(holder, session.get_one(Course, course_id)))


def line_item(database: Database, course_id: uuid.UUID) -> LineItem:
    with database.reading() as session:
        wanted = select(LineItem).where(
            LineItem.course_id == course_id, LineItem.kind == LineItemKind.CERTIFICATE
        )
        return session.scalars(wanted).one()


def told(database: Database, *causes: uuid.UUID) -> list[Delivery]:
    with database.reading() as session:
        wanted = select(Delivery).where(Delivery.cause_id.in_(causes), Delivery.kind == SCORE)
        return list(session.scalars(wanted.order_by(Delivery.sequence)))


def courses(deliveries: Iterable[Delivery]) -> list[uuid.UUID]:
    return sorted(each.course_id for each in deliveries if each.course_id)


def files(database: Database, certificate_id: uuid.UUID) -> list[Delivery]:
    return [each for each in told(database, certificate_id) if each.payload["stored_file_id"]]


def revocations(database: Database, certificate_id: uuid.UUID) -> list[Delivery]:
    return [each for each in told(database, certificate_id) if each.payload["takes_back"]]


def set_state(
    database: Database, certificate_id: uuid.UUID, state: DeliveryState, course_id: uuid.UUID | None = None
) -> None:
    """Let handing it in stand like this, in one course or in all."""
    with database.writing() as session:
        for each in session.query(Delivery).filter_by(cause_id=certificate_id, kind=SCORE):
            if course_id in {None, each.course_id}:
                each.state, each.reason = state, "" if state in {SENT, WAITING} else "Canvas says no."
                each.finished_at = None if state is WAITING else now()


def revoke(database: Database, certificate_id: uuid.UUID) -> None:
    with database.writing() as session:
        coordinator = actor_for(session, certificate_id, Role.COORDINATOR)
        afterwards.revoke(session, coordinator, certificate_id, reason=RevokeReason.ERROR)


def correct(parts: Parts, certificate_id: uuid.UUID, name: str) -> uuid.UUID:
    """The id of the one that is issued instead, with another name."""
    correction = asked_for(parts.db, certificate_id, new_name=name)
    with parts.db.writing() as session:
        afterwards.approve_correction(session, actor_for(session, certificate_id, Role.TEACHER), correction)
    deliver_due(parts)
    with parts.db.reading() as session:
        return certificates(session)[-1].id


def test_it_is_handed_in_where_she_was_and_where_she_went(database: Database, moved: Moved) -> None:
    assert courses(files(database, moved.certificate_id)) == sorted([moved.first, moved.second])


@pytest.mark.parametrize("state", [WAITING, SENT, DeliveryState.UNCERTAIN, FAILED])
@pytest.mark.parametrize("where", ["first", "second", "third"])
def test_that_it_is_revoked_is_told_once_in_each_course_that_has_it_wherever_she_is_by_now(
    database: Database, moved: Moved, where: str, state: DeliveryState
) -> None:
    set_state(database, moved.certificate_id, state)
    work_in(database, moved.certificate_id, getattr(moved, where))
    for _ in range(2):
        revoke(database, moved.certificate_id)
    revoked = revocations(database, moved.certificate_id)
    assert courses(revoked) == sorted([moved.first, moved.second])
    assert all("återkallat" in each.payload["comment"] for each in revoked)
    kept = {SENT, DeliveryState.UNCERTAIN}
    assert {each.state for each in files(database, moved.certificate_id)} == {
        state if state in kept else CANCELLED
    }


def test_that_it_is_revoked_is_told_to_no_course_that_it_was_taken_back_from(
    database: Database, moved: Moved
) -> None:
    set_state(database, moved.certificate_id, CANCELLED, moved.first)
    revoke(database, moved.certificate_id)
    assert courses(revocations(database, moved.certificate_id)) == [moved.second]


def test_that_it_is_revoked_is_told_to_nobody_who_never_had_it(database: Database, issued: uuid.UUID) -> None:
    with database.writing() as session:
        session.query(Delivery).filter_by(cause_id=issued).delete()
    revoke(database, issued)
    assert told(database, issued) == []


@pytest.mark.parametrize("where", ["first", "second", "third"])
def test_the_one_that_takes_its_place_is_handed_in_where_it_was_and_where_she_is_by_now(
    parts: Parts, database: Database, moved: Moved, where: str
) -> None:
    work_in(database, moved.certificate_id, getattr(moved, where))
    successor = correct(parts, moved.certificate_id, "Åsa Ek")
    handed_in = files(database, successor)
    assert courses(handed_in) == sorted({moved.first, moved.second, getattr(moved, where)})
    assert len({each.payload["stored_file_id"] for each in handed_in}) == 1


def test_the_next_but_one_is_handed_in_too_where_the_one_before_it_did_not_get(
    parts: Parts, database: Database, moved: Moved
) -> None:
    second = correct(parts, moved.certificate_id, "Åsa Ek")
    set_state(database, second, CANCELLED, moved.first)
    third = correct(parts, second, "Åsa Lind")
    assert courses(files(database, third)) == sorted([moved.first, moved.second])


def test_a_revoked_one_is_told_where_only_what_it_took_the_place_of_is(
    parts: Parts, database: Database, moved: Moved
) -> None:
    set_state(database, moved.certificate_id, SENT)
    successor = correct(parts, moved.certificate_id, "Åsa Ek")
    set_state(database, successor, CANCELLED, moved.first)
    revoke(database, successor)
    assert courses(revocations(database, successor)) == sorted([moved.first, moved.second])
    assert revocations(database, moved.certificate_id) == []


@pytest.mark.parametrize("state", [WAITING, FAILED])
def test_what_a_revoked_one_took_the_place_of_is_not_handed_in_any_more(
    parts: Parts, database: Database, moved: Moved, state: DeliveryState
) -> None:
    set_state(database, moved.certificate_id, state)
    successor = correct(parts, moved.certificate_id, "Åsa Ek")
    revoke(database, successor)
    assert {each.state for each in files(database, moved.certificate_id)} == {CANCELLED}
    assert {each.state for each in files(database, successor)} == {CANCELLED}


def test_what_follows_a_revoked_one_is_handed_in_only_where_she_is_by_now(
    parts: Parts, database: Database, moved: Moved
) -> None:
    revoke(database, moved.certificate_id)
    work_in(database, moved.certificate_id, moved.third)
    with database.writing() as session:
        coordinator = actor_for(session, moved.certificate_id, Role.COORDINATOR)
        assert afterwards.allow_another(session, coordinator, moved.certificate_id)
    deliver_due(parts)
    with database.reading() as session:
        other = certificates(session)[-1].id
    assert courses(files(database, other)) == [moved.third]
    revoke(database, other)
    assert courses(revocations(database, other)) == [moved.third], "the others have heard of theirs"


def test_the_answer_to_a_correction_is_told_in_each_course_that_has_the_certificate(
    database: Database, moved: Moved
) -> None:
    work_in(database, moved.certificate_id, moved.third)
    correction = asked_for(database, moved.certificate_id, note="The year is wrong.")
    with database.writing() as session:
        teacher = actor_for(session, moved.certificate_id, Role.TEACHER)
        afterwards.decline_correction(session, teacher, correction, reply="No.")
    answers = told(database, correction)
    assert courses(answers) == sorted([moved.first, moved.second])
    assert {Score.from_payload(each.payload).handed_in for each in answers} == {None}


def test_an_erased_one_is_handed_in_nowhere_any_more(database: Database, moved: Moved) -> None:
    with database.writing() as session:
        erase(session, moved.certificate_id)
    assert [each.state for each in files(database, moved.certificate_id)] == [CANCELLED, CANCELLED]
    revoke(database, moved.certificate_id)
    assert revocations(database, moved.certificate_id) == []


def test_its_page_tells_how_it_stands_in_the_course_that_she_is_in(database: Database, moved: Moved) -> None:
    set_state(database, moved.certificate_id, FAILED, moved.first)
    set_state(database, moved.certificate_id, SENT, moved.second)
    seen = {}
    for course_id in (moved.first, moved.second, moved.third):
        work_in(database, moved.certificate_id, course_id)
        with database.reading() as session:
            seen[course_id] = state_of(session, portfolio_of(session, moved.certificate_id).id).stage
    assert seen == {moved.first: Stage.STUCK, moved.second: Stage.THERE, moved.third: Stage.THERE}


def test_an_assignment_made_again_gets_the_certificates_of_those_who_have_moved_on(
    database: Database, moved: Moved
) -> None:
    set_state(database, moved.certificate_id, SENT)
    with database.writing() as session:
        made_again = session.get_one(LineItem, line_item(database, moved.first).id)
        made_again.url, made_again.connected_at = "https://canvas.test/1", now() + timedelta(seconds=1)
    for course_id in (moved.first, moved.third):
        for _ in range(2):
            catch_up(database, line_item(database, course_id).id, UNDO)
    again = [each for each in files(database, moved.certificate_id) if each.state is WAITING]
    assert courses(again) == [moved.first]
