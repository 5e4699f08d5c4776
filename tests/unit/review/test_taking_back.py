"""undo and reopen: what they restore, until when, and what stands against them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.certificates.service import claim, conclude
from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.gradebook import SCORE
from lti_app.people.roles import Role
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.service import choose_printed_name, submit, withdraw
from lti_app.portfolio.states import ItemKind, ItemState, SubmissionState
from lti_app.review.permissions import scope_of
from lti_app.review.queries import queue_for
from lti_app.review.service import approve, decline, reopen, return_, undo
from lti_app.settings import Settings
from lti_app.storage import Stored
from tests.classroom import (
    TYPES,
    UNDO,
    a_classroom,
    a_submitted_activity,
    a_submitted_presentation,
    a_submitted_report,
    state_of,
    submitted_again,
    with_requirements_met,
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
        portfolio = with_requirements_met(session, room)
        approve(session, room.teaching, a_submitted_report(session, room).id, undo_for=UNDO)
        presentation = a_submitted_presentation(session, room)
        decision = approve(session, room.teaching, presentation.id, undo_for=UNDO)
        undo(session, room.teaching, decision.id, undo_for=UNDO)

        assert portfolio.name_confirmed_at is None
        assert portfolio.name_confirmed_by_id is None
        issue = session.scalars(select(Delivery).where(Delivery.kind == "certificate.issue")).one()
        session.refresh(issue)
        assert issue.state is DeliveryState.CANCELLED


def test_something_approved_is_reopened_with_a_reason_and_can_be_submitted_anew(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        approve(session, room.teaching, submission.id, undo_for=UNDO)
        reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="Intyget gäller någon annan")

        item = session.get_one(Item, submission.item_id)
        assert item.state is ItemState.RETURNED
        again = submitted_again(session, room.learning, item, what="Nu med rätt intyg i stället. " * 10)
        approve(session, room.teaching, again.id, undo_for=UNDO)
        assert state_of(session, item.id) is ItemState.APPROVED


def test_something_declined_can_be_reopened(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decline(session, room.teaching, submission.id, undo_for=UNDO, comment="Nej")
        reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="Jag hade fel")
        assert state_of(session, submission.item_id) is ItemState.RETURNED


def test_reopening_needs_a_reason_and_something_decided(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        with pytest.raises(Conflict):
            reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="För tidigt")
        approve(session, room.teaching, submission.id, undo_for=UNDO)
        with pytest.raises(Conflict) as refusal:
            reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="  ")
        assert refusal.value.slug == "comment-missing"


def test_an_undone_reopening_is_approved_again(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        approve(session, room.teaching, submission.id, undo_for=UNDO)
        decision = reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="Fel")
        undo(session, room.teaching, decision.id, undo_for=UNDO)
        assert state_of(session, submission.item_id) is ItemState.APPROVED


def test_a_confirmed_name_can_be_changed_once_the_closing_step_is_reopened(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_requirements_met(session, room)
        approve(session, room.teaching, a_submitted_report(session, room).id, undo_for=UNDO)
        presentation = a_submitted_presentation(session, room)
        approve(session, room.teaching, presentation.id, undo_for=UNDO)
        with pytest.raises(Conflict) as refusal:
            choose_printed_name(session, room.learning, "Åsa Öberg-Lind")
        assert refusal.value.slug == "name-confirmed"

        reopened = reopen(session, room.teaching, presentation.id, undo_for=UNDO, reason="Namnet")
        choose_printed_name(session, room.learning, "Åsa Öberg-Lind")
        assert portfolio.name_confirmed_at is None
    with pytest.raises(Conflict), database.writing() as session:
        undo(session, room.teaching, reopened.id, undo_for=UNDO)
    with database.writing() as session:
        again = submit(session, room.learning, presentation.item_id)
        approve(session, room.teaching, again.id, undo_for=UNDO, printed_name="Åsa Öberg-Lind")
        reopen(session, room.teaching, again.id, undo_for=UNDO, reason="Namnet än en gång")
        submit(session, room.learning, presentation.item_id)
        withdraw(session, room.learning, presentation.item_id)
        choose_printed_name(session, room.learning, "Åsa Lind")
        last = submit(session, room.learning, presentation.item_id)
        approve(session, room.teaching, last.id, undo_for=UNDO, printed_name="Åsa Lind")
        confirmed = session.get_one(Portfolio, portfolio.id, populate_existing=True)
        assert confirmed.name_confirmed_at is not None


@pytest.mark.parametrize("is_drawn", [True, False])
def test_nothing_a_certificate_rests_on_is_reopened(
    database: Database, settings: Settings, is_drawn: bool
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_requirements_met(session, room)
        approve(session, room.teaching, a_submitted_report(session, room).id, undo_for=UNDO)
        approve(session, room.teaching, a_submitted_presentation(session, room).id, undo_for=UNDO)
        taken = claim(session, settings, portfolio.id)
        assert taken is not None
        if is_drawn:
            conclude(session, taken, Stored("key", 1, "0" * 64, b"%PDF"))
        submission = session.scalars(
            select(Submission).join(Item).where(Item.kind == ItemKind.ACTIVITY).limit(1)
        ).one()
        with pytest.raises(Conflict) as refusal:
            reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="För sent")

        assert refusal.value.slug == "certificate-stands"
        assert state_of(session, submission.item_id) is ItemState.APPROVED


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


def taken_back(session: Session, cause: Decision) -> tuple[str | None, bool]:
    """The points that a decision tells, and whether it erases them when there are none."""
    delivery = session.scalars(select(Delivery).where(Delivery.cause_id == cause.id)).one()
    return delivery.payload["points"], delivery.payload["takes_back"]


def test_reopening_the_only_approval_takes_its_grade_back(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, second = (a_submitted_activity(session, room.learning, type_code=code) for code in TYPES[:2])
        approve(session, room.teaching, first.id, undo_for=UNDO)
        other = approve(session, room.teaching, second.id, undo_for=UNDO)
        reopened = reopen(session, room.teaching, first.id, undo_for=UNDO, reason="Fel intyg")
        assert taken_back(session, reopened) == ("1", True)

        undo(session, room.teaching, other.id, undo_for=UNDO)
        assert taken_back(session, reopened) == (None, True)


def test_reopening_what_was_declined_takes_no_grade_back(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        declined = decline(session, room.teaching, submission.id, undo_for=UNDO, comment="Nej")
        reopened = reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="Jag hade fel")
        assert taken_back(session, declined) == taken_back(session, reopened) == (None, False)


def test_an_undo_leaves_what_was_tried_already_as_it_was(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first, second = (a_submitted_activity(session, room.learning, type_code=code) for code in TYPES[:2])
        early = approve(session, room.teaching, first.id, undo_for=UNDO)
        session.execute(update(Delivery).where(Delivery.cause_id == early.id).values(attempts=1))
        late = approve(session, room.teaching, second.id, undo_for=UNDO)
        undo(session, room.teaching, late.id, undo_for=UNDO)
        assert told(session) == [("1", "FullyGraded")]
