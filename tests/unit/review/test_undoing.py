"""undo: what it restores, until when, what stands against it, and what others then tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.gradebook import SCORE
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item
from lti_app.portfolio.states import ItemState, SubmissionState
from lti_app.review.permissions import scope_of
from lti_app.review.queries import queue_for
from lti_app.review.service import approve, return_, undo
from tests.classroom import (
    TYPES,
    UNDO,
    a_classroom,
    a_submitted_activity,
    a_submitted_presentation,
    state_of,
    submitted_again,
    with_report_approved,
)
from tests.world import a_person, an_actor


def test_an_undone_decision_leaves_everything_as_before_and_nothing_to_send(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO, comment="Fel knapp")
        undo(session, room.teaching, decision.id, undo_for=UNDO)

        assert decision.undone_at is not None
        assert submission.state is SubmissionState.WAITING
        assert state_of(session, submission.item_id) is ItemState.SUBMITTED
        states = session.scalars(select(Delivery.state).where(Delivery.cause_id == decision.id)).all()
        assert states == [DeliveryState.CANCELLED]
        page = queue_for(session, scope_of(room.teaching), not_of=room.teacher.id)
        assert [row.submission_id for row in page.rows] == [submission.id]


def test_undo_twice_is_undo_once(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        undone_at = undo(session, room.teaching, decision.id, undo_for=UNDO).undone_at
        assert undo(session, room.teaching, decision.id, undo_for=UNDO).undone_at == undone_at


def test_after_an_undo_the_submission_can_be_decided_on_again(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        wrong = approve(session, room.teaching, submission.id, undo_for=UNDO)
        undo(session, room.teaching, wrong.id, undo_for=UNDO)
        return_(session, room.teaching, submission.id, undo_for=UNDO, comment="Intyget saknas")
        assert state_of(session, submission.item_id) is ItemState.RETURNED


def test_a_colleague_of_the_same_course_may_undo(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        colleague = a_person(session, room.course, Role.TEACHER, name="Kim Kollega")
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        undo(session, an_actor(colleague, room.course, Role.TEACHER), decision.id, undo_for=UNDO)
        assert decision.undone_at is not None


def test_undo_is_too_late_after_the_window(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        with time_machine.travel(now() + UNDO + timedelta(seconds=1)), pytest.raises(Conflict) as refusal:
            undo(session, room.teaching, decision.id, undo_for=UNDO)
        assert refusal.value.slug == "undo-too-late"


@pytest.mark.parametrize("held", ["sent", "leased"])
def test_undo_is_too_late_once_anything_was_sent_or_is_being_sent(database: Database, held: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        of_it = update(Delivery).where(Delivery.cause_id == decision.id)
        if held == "sent":
            session.execute(of_it.values(state=DeliveryState.SENT, finished_at=now()))
        else:
            session.execute(of_it.values(lease_until=now() + timedelta(minutes=1)))
    with pytest.raises(Conflict) as refusal, database.writing() as session:
        undo(session, room.teaching, decision.id, undo_for=UNDO)
    assert refusal.value.slug == "undo-too-late"
    with database.reading() as session:
        assert state_of(session, submission.item_id) is ItemState.APPROVED


def test_what_a_killed_worker_held_can_still_be_undone(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        of_it = Delivery.cause_id == decision.id
        session.execute(update(Delivery).where(of_it).values(lease_until=now() - timedelta(seconds=1)))
    with database.writing() as session:
        undo(session, room.teaching, decision.id, undo_for=UNDO)
        assert session.scalars(select(Delivery.state).where(of_it)).all() == [DeliveryState.CANCELLED]
        assert state_of(session, submission.item_id) is ItemState.SUBMITTED


def test_undo_conflicts_once_the_student_has_submitted_again(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = return_(session, room.teaching, submission.id, undo_for=UNDO, comment="Mer, tack")
        item = session.get_one(Item, submission.item_id)
        submitted_again(session, room.learning, item, what="Annat svar, och längre än förut. " * 10)
        with pytest.raises(Conflict):
            undo(session, room.teaching, decision.id, undo_for=UNDO)


def test_undoing_the_last_approval_takes_back_the_name_and_the_certificate(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        presentation = a_submitted_presentation(session, room)
        decision = approve(session, room.teaching, presentation.id, undo_for=UNDO)
        undo(session, room.teaching, decision.id, undo_for=UNDO)

        assert portfolio.name_confirmed_at is None
        assert portfolio.name_confirmed_by_id is None
        issue = session.scalars(select(Delivery).where(Delivery.kind == "certificate.issue")).one()
        session.refresh(issue)
        assert issue.state is DeliveryState.CANCELLED


def told(session: Session) -> list[tuple[str | None, str]]:
    """The points and the grading of every review that waits, in their order."""
    waiting = session.scalars(
        select(Delivery).where(Delivery.state == DeliveryState.WAITING).order_by(Delivery.sequence)
    )
    payloads = [each.payload for each in waiting if each.kind == SCORE]
    return [(each["points"], each["grading"]) for each in payloads if each["submission_id"] is None]


def test_what_was_decided_after_an_undone_decision_no_longer_counts_it(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, second, third = (
            a_submitted_activity(session, room.learning, type_code=code) for code in TYPES[:3]
        )
        undone = approve(session, room.teaching, first.id, undo_for=UNDO)
        approve(session, room.teaching, second.id, undo_for=UNDO)
        with time_machine.travel(now() + timedelta(minutes=1), tick=False):
            last = return_(session, room.teaching, third.id, undo_for=UNDO, comment="Mer")
        assert told(session) == [("1", "FullyGraded"), ("2", "FullyGraded"), ("2", "FullyGraded")]

        undo(session, room.teaching, undone.id, undo_for=UNDO)
        assert told(session) == [("1", "FullyGraded"), ("1", "FullyGraded")]
        reviews = session.scalars(
            select(Delivery).where(Delivery.cause_id.is_not(None), Delivery.state == DeliveryState.WAITING)
        ).all()
        assert {each.not_before for each in reviews if each.payload["submission_id"] is None} == {
            last.decided_at + UNDO
        }


def test_with_nothing_approved_any_more_what_waits_tells_no_grade(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, second = (a_submitted_activity(session, room.learning, type_code=code) for code in TYPES[:2])
        undone = approve(session, room.teaching, first.id, undo_for=UNDO)
        return_(session, room.teaching, second.id, undo_for=UNDO, comment="Mer")
        undo(session, room.teaching, undone.id, undo_for=UNDO)
        assert told(session) == [(None, "PendingManual")]


def test_an_undo_leaves_what_was_tried_already_as_it_was(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, second = (a_submitted_activity(session, room.learning, type_code=code) for code in TYPES[:2])
        early = approve(session, room.teaching, first.id, undo_for=UNDO)
        session.execute(update(Delivery).where(Delivery.cause_id == early.id).values(attempts=1))
        late = approve(session, room.teaching, second.id, undo_for=UNDO)
        undo(session, room.teaching, late.id, undo_for=UNDO)
        assert told(session) == [("1", "FullyGraded")]
