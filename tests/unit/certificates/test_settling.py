"""When a certificate is queued: once, for whom it is earned by, when nothing can be undone any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from lti_app.certificates.afterwards import approve_correction, request_correction
from lti_app.certificates.service import issue_one, settle
from lti_app.certificates.stages import Stage, state_of
from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, NotFound, Problem
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor
from lti_app.people.models import Person
from lti_app.people.roles import Role
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState
from lti_app.review.service import approve, reopen, undo
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.web.context import Parts
from tests import world
from tests.classroom import (
    TYPES,
    UNDO,
    a_classroom,
    a_submitted_activity,
    a_submitted_presentation,
    with_report_approved,
)
from tests.unit.certificates.issuing import (
    NEW_YEARS_EVE,
    NO_TIME,
    an_earner,
    certificates,
    deliver_due,
    issues,
    while_it_is_drawn,
)


def test_the_last_approval_queues_one_certificate_for_when_it_cannot_be_undone(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        assert issues(session) == []
        last = approve(session, room.teaching, a_submitted_presentation(session, room).id, undo_for=UNDO)
        (queued,) = issues(session)
        assert queued.not_before == last.decided_at + UNDO
        assert queued.cause_id == last.id
        assert queued.course_id == portfolio.course_id
        assert queued.institution_id == portfolio.institution_id


def test_it_is_queued_once_however_often_it_is_settled(database: Database) -> None:
    with database.writing() as session:
        portfolio = an_earner(session)
        for _ in range(3):
            assert settle(session, portfolio.id) is False
        assert len(issues(session)) == 1


@pytest.mark.parametrize("missing", ["an activity", "the report", "the presentation", "the name"])
def test_nothing_is_queued_while_anything_is_missing(database: Database, missing: str) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        portfolio = world.an_earned_portfolio(session, world.a_person(session, course), course)
        kinds = {
            "an activity": ItemKind.ACTIVITY,
            "the report": ItemKind.FINAL_REPORT,
            "the presentation": ItemKind.PRESENTATION,
        }
        if missing in kinds:
            item = session.query(Item).filter_by(kind=kinds[missing]).first()
            assert item is not None
            item.state = ItemState.RETURNED
        else:
            portfolio.name_confirmed_at = portfolio.name_confirmed_by_id = None
        assert settle(session, portfolio.id) is False
        assert issues(session) == []
        if missing in kinds:
            item.state = ItemState.APPROVED
        else:
            portfolio.name_confirmed_at = now()
        assert settle(session, portfolio.id) is True


def test_the_test_student_is_never_certified(database: Database, parts: Parts) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        tester = world.a_person(session, course, name="Test Student", is_test=True)
        portfolio = world.an_earned_portfolio(session, tester, course)
        assert settle(session, portfolio.id) is False
        portfolio.is_test = False
        assert settle(session, portfolio.id) is True
        portfolio.is_test = True
    deliver_due(parts)
    with database.reading() as session:
        assert certificates(session) == []


def test_a_scheme_without_presentation_needs_none(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        portfolio = world.an_earned_portfolio(session, world.a_person(session, course), course)
        talk = session.query(Item).filter_by(kind=ItemKind.PRESENTATION).one()
        talk.state = ItemState.DRAFT
        assert settle(session, portfolio.id) is False
        lund = bundled_schemes()["lund-medicine"]
        without = replace(lund, presentation=replace(lund.presentation, required=False))
        portfolio.scheme_version_id = publish(session, course.institution_id, without).id
        assert settle(session, portfolio.id) is True


def test_one_more_approval_makes_the_waiting_certificate_wait_until_that_cannot_be_undone_either(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = an_earner(session, room, undo_for=UNDO)
        before = issues(session)[0].not_before
        extra = a_submitted_activity(session, room.learning, type_code=TYPES[3], title="En till")
        later = timedelta(minutes=5)
        decision = approve(session, room.teaching, extra.id, undo_for=later)
        (queued,) = issues(session)
        assert queued.not_before == decision.decided_at + later > before
        assert settle(session, portfolio.id, not_before=now()) is False
        assert queued.not_before == decision.decided_at + later, "it is never moved forward"


def test_an_undone_last_approval_takes_the_certificate_back_and_approving_again_queues_it_again(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_report_approved(session, room)
        talk = a_submitted_presentation(session, room)
        decision = approve(session, room.teaching, talk.id, undo_for=UNDO)
        undo(session, room.teaching, decision.id, undo_for=UNDO)
        assert [each.state for each in issues(session)] == [DeliveryState.CANCELLED]
        approve(session, room.teaching, talk.id, undo_for=UNDO)
        assert [each.state for each in issues(session)] == [DeliveryState.CANCELLED, DeliveryState.WAITING]


def test_a_certificate_that_another_approval_earns_too_is_not_lost_with_an_undone_one(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        approve(session, room.teaching, a_submitted_presentation(session, room).id, undo_for=UNDO)
        returned = session.query(Item).filter_by(portfolio_id=portfolio.id, type_code=TYPES[0]).one()
        session.query(Delivery).filter_by(kind="certificate.issue").delete()
        returned.state = ItemState.DRAFT
        first = a_submitted_activity(session, room.learning, type_code=TYPES[0], title="Igen")
        extra = a_submitted_activity(session, room.learning, type_code=TYPES[3], title="En till")
        decision = approve(session, room.teaching, first.id, undo_for=UNDO)
        approve(session, room.teaching, extra.id, undo_for=UNDO)
        undo(session, room.teaching, decision.id, undo_for=UNDO)
        assert [each.state for each in issues(session)] == [DeliveryState.CANCELLED, DeliveryState.WAITING]


def test_an_undone_reopening_brings_the_certificate_back(database: Database, parts: Parts) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
        found = session.query(Submission).join(Item).filter(Item.type_code == TYPES[0]).one()
        reopened = reopen(session, room.teaching, found.id, undo_for=UNDO, reason="Fel intyg")
    assert deliver_due(parts) == [DeliveryState.SENT], "it found that it is not earned"
    with database.writing() as session:
        assert certificates(session) == []
        undo(session, room.teaching, reopened.id, undo_for=UNDO)
        assert [each.state for each in issues(session)] == [DeliveryState.SENT, DeliveryState.WAITING]


def test_an_issue_in_a_workers_hands_may_have_looked_too_early_so_another_is_queued(
    database: Database,
) -> None:
    with database.writing() as session:
        portfolio = an_earner(session)
        issues(session)[0].lease_until = now() + UNDO
        session.flush()
        assert settle(session, portfolio.id) is True
        assert settle(session, portfolio.id) is False
        assert len(issues(session)) == 2


def test_nothing_is_queued_once_the_certificate_stands(database: Database, parts: Parts) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id
    assert deliver_due(parts) == [DeliveryState.SENT]
    with database.writing() as session:
        assert settle(session, portfolio_id) is False
        assert len(certificates(session)) == 1
        assert len(issues(session)) == 1


def test_what_a_certificate_rests_on_cannot_be_undone_but_what_came_later_can(
    database: Database, parts: Parts
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_earner(session, room)
    deliver_due(parts)
    with database.writing() as session:
        assert len(certificates(session)) == 1
        extra = a_submitted_activity(session, room.learning, type_code=TYPES[3], title="En till")
        later = approve(session, room.teaching, extra.id, undo_for=UNDO)
        assert undo(session, room.teaching, later.id, undo_for=UNDO).undone_at is not None
        resting = approve(session, room.teaching, extra.id, undo_for=UNDO)
        resting.decided_at -= timedelta(minutes=1)
        session.flush()
        with pytest.raises(Conflict) as refused:
            undo(session, room.teaching, resting.id, undo_for=2 * UNDO)
        assert refused.value.slug == "certificate-stands"


def test_what_was_approved_while_a_slow_worker_drew_cannot_be_undone_once_the_certificate_stands(
    database: Database, parts: Parts
) -> None:
    with time_machine.travel(NEW_YEARS_EVE, tick=False) as clock:
        with database.writing() as session:
            room = a_classroom(session)
            an_earner(session, room)
            first = session.query(Submission).join(Item).filter(Item.type_code == TYPES[0]).one()

        def opened_and_approved_again(session: Session) -> None:
            clock.shift(timedelta(seconds=parts.settings.lease_seconds + 1))
            reopen(session, room.teaching, first.id, undo_for=NO_TIME, reason="Fel intyg")
            session.get_one(Item, first.item_id).state = ItemState.SUBMITTED
            again = Submission(
                institution_id=first.institution_id,
                item_id=first.item_id,
                course_id=first.course_id,
                revision=2,
                snapshot=first.snapshot,
            )
            session.add(again)
            session.flush()
            approve(session, room.teaching, again.id, undo_for=UNDO)

        with while_it_is_drawn(database, opened_and_approved_again):
            deliver_due(parts)
        with database.writing() as session:
            assert len(certificates(session)) == 1
            approval = session.query(Decision).order_by(Decision.decided_at.desc(), Decision.kind).first()
            assert approval is not None
            assert approval.kind is DecisionKind.APPROVE
            with pytest.raises(Conflict) as refused:
                undo(session, room.teaching, approval.id, undo_for=UNDO)
            assert refused.value.slug == "certificate-stands"


def test_settling_for_a_portfolio_that_is_not_there_is_a_mistake_of_ours(database: Database) -> None:
    with database.writing() as session, pytest.raises(LookupError):
        settle(session, world.an_institution(session).id)
    with database.reading() as session:
        assert session.query(Portfolio).count() == 0


def test_where_staff_issue_a_decision_queues_nothing_and_a_run_does(parts: Parts, database: Database) -> None:
    document = bundled_schemes()["lund-medicine"]
    by_staff = replace(document, certificate=replace(document.certificate, is_issued_by_staff=True))
    with database.writing() as session:
        room = a_classroom(session)
        version = publish(session, room.course.institution_id, by_staff)
        session.get_one(CourseSetup, room.course.id).scheme_version_id = version.id
        portfolio = an_earner(session, room)
        assert issues(session) == []
        assert state_of(session, portfolio.id).stage is Stage.AT_STAFF
        assert settle(session, portfolio.id, by_staff=True)
        assert state_of(session, portfolio.id).stage is Stage.COMING
    assert deliver_due(parts) == [DeliveryState.SENT]
    with database.writing() as session:
        (issued,) = certificates(session)
        asked = request_correction(session, room.learning, issued.id, new_name="Åsa Öberg Ek")
        approve_correction(session, room.teaching, asked.id)
        assert [each.state for each in issues(session)] == [DeliveryState.SENT, DeliveryState.WAITING]


def test_one_certificate_is_issued_alone_by_its_staff_and_by_nobody_else(
    parts: Parts, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        course, other = room.course, world.a_course(session, title="Another course")
        portfolio = world.an_earned_portfolio(session, world.a_person(session, course), course)
        fellow = world.an_earned_portfolio(session, world.a_person(session, course), course)
        holder = session.get_one(Person, portfolio.person_id)
        foreign = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        staff, stranger = world.a_person(session, course), world.a_person(session, foreign)
        refused: list[tuple[Actor, type[Problem]]] = [
            (world.an_actor(holder, course), NotAllowed),
            (world.an_actor(holder, course, Role.STUDENT, Role.TEACHER), NotAllowed),
            (world.an_actor(staff, course), NotFound),
            (world.an_actor(staff, course, Role.DESIGNER), NotFound),
            (world.an_actor(staff, course, Role.OBSERVER), NotFound),
            (world.an_actor(staff, other, Role.TEACHER), NotFound),
            (world.an_actor(stranger, foreign, Role.TEACHER), NotFound),
            (world.an_actor(stranger, foreign, Role.COORDINATOR), NotFound),
        ]
        for actor, error in refused:
            with pytest.raises(error):
                issue_one(session, actor, portfolio.id)
        assert issues(session) == []
        assert issue_one(session, room.teaching, portfolio.id)
        assert not issue_one(session, room.teaching, portfolio.id), "pressed twice, it is queued once"
        assert issue_one(session, world.an_actor(staff, None, Role.COORDINATOR), fellow.id)
        assert len(issues(session)) == 2
    deliver_due(parts)
    with database.writing() as session:
        assert len(certificates(session)) == 2
        with pytest.raises(Conflict):
            issue_one(session, room.teaching, portfolio.id)


def test_nothing_is_issued_by_staff_that_is_not_earned(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        with pytest.raises(Conflict):
            issue_one(session, room.teaching, portfolio.id)
