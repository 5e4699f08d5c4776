"""approve, return_, decline: what they write, what they queue, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, Problem
from lti_app.jobs.models import Delivery
from lti_app.people.models import Person
from lti_app.portfolio import service as student_service
from lti_app.portfolio.models import Decision, Item, Portfolio
from lti_app.portfolio.states import DecisionKind, ItemState, SubmissionState
from lti_app.review.service import approve, decline, open_submission, return_
from tests.classroom import (
    UNDO,
    a_classroom,
    a_submitted_activity,
    a_submitted_presentation,
    a_submitted_report,
    state_of,
    with_report_approved,
    with_requirements_met,
)
from tests.world import a_person, an_actor


def test_approving_makes_one_decision_and_an_approved_item(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO, comment="  Fint! ")

        assert decision.kind is DecisionKind.APPROVE
        assert decision.comment == "Fint!"
        assert decision.reviewer_id == room.teacher.id
        assert submission.state is SubmissionState.DECIDED
        assert state_of(session, submission.item_id) is ItemState.APPROVED


def test_an_approval_is_reported_as_progress_over_required_and_waits_for_the_undo_window(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning, title="Samtal")
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO, comment="Bra")

        (delivery,) = session.scalars(select(Delivery).where(Delivery.cause_id == decision.id))
        assert delivery.not_before == decision.decided_at + UNDO
        assert delivery.course_id == room.course.id
        assert (delivery.payload["activity"], delivery.payload["grading"]) == ("Completed", "FullyGraded")
        assert Decimal(delivery.payload["points"]) == 1
        assert Decimal(delivery.payload["maximum"]) == 3
        assert delivery.payload["comment"] == "Samtal: Bra"


def test_a_return_with_nothing_approved_reports_no_points(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        decision = return_(session, room.teaching, submission.id, undo_for=UNDO, comment="Intyget saknas")

        (delivery,) = session.scalars(select(Delivery).where(Delivery.cause_id == decision.id))
        assert (delivery.payload["activity"], delivery.payload["grading"]) == ("Submitted", "PendingManual")
        assert delivery.payload["points"] is None
        assert "Intyget saknas" in delivery.payload["comment"]
        assert state_of(session, submission.item_id) is ItemState.RETURNED


def test_a_decline_after_an_approval_reports_the_progress_that_stands(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first = a_submitted_activity(session, room.learning)
        approve(session, room.teaching, first.id, undo_for=UNDO)
        second = a_submitted_activity(session, room.learning, type_code="virtual_tour")
        decision = decline(session, room.teaching, second.id, undo_for=UNDO, comment="Räknas inte")

        (delivery,) = session.scalars(select(Delivery).where(Delivery.cause_id == decision.id))
        assert delivery.payload["grading"] == "FullyGraded"
        assert Decimal(delivery.payload["points"]) == 1
        assert state_of(session, second.item_id) is ItemState.DECLINED


@pytest.mark.parametrize("verb", [return_, decline])
def test_sending_back_needs_a_comment(database: Database, verb: object) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        with pytest.raises(Conflict) as refusal:
            verb(session, room.teaching, submission.id, undo_for=UNDO, comment=" \n ")  # type: ignore[operator]

        assert refusal.value.slug == "comment-missing"
        assert state_of(session, submission.item_id) is ItemState.SUBMITTED


def test_a_comment_beyond_its_limit_is_refused(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        with pytest.raises(Problem) as refusal:
            return_(session, room.teaching, submission.id, undo_for=UNDO, comment="x" * 10_001)
        assert refusal.value.slug == "too-large"


def test_the_same_click_twice_is_one_decision(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        first = approve(session, room.teaching, submission.id, undo_for=UNDO, comment="Bra")
        again = approve(session, room.teaching, submission.id, undo_for=UNDO, comment="Bra")

        assert again.id == first.id
        assert len(session.scalars(select(Decision)).all()) == 1
        assert len(session.scalars(select(Delivery).where(Delivery.cause_id == first.id)).all()) == 1


def test_another_decision_on_what_is_decided_conflicts(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        approve(session, room.teaching, submission.id, undo_for=UNDO)
        with pytest.raises(Conflict):
            return_(session, room.teaching, submission.id, undo_for=UNDO, comment="Ändrade mig")


def test_a_withdrawn_submission_cannot_be_decided_on(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        student_service.withdraw(session, room.learning, submission.item_id)
        with pytest.raises(Conflict):
            approve(session, room.teaching, submission.id, undo_for=UNDO)


def test_the_first_look_is_noted_and_ends_withdrawing(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        other = an_actor(
            a_person(session, room.course, name="Annan Lärare"), room.course, *room.teaching.roles
        )
        submission = a_submitted_activity(session, room.learning)
        open_submission(session, room.teaching, submission.id)
        noted = submission.opened_at
        open_submission(session, other, submission.id)

        assert noted is not None
        assert now() - noted < timedelta(minutes=1)
        assert submission.opened_at == noted
        assert submission.opened_by_id == room.teacher.id
        with pytest.raises(Conflict) as refusal:
            student_service.withdraw(session, room.learning, submission.item_id)
        assert refusal.value.slug == "already-opened"


def test_a_look_at_what_was_withdrawn_a_moment_ago_is_not_noted(database: Database) -> None:
    """The review page asks, and shows what it says, so that nobody reads what was taken back."""
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        assert open_submission(session, room.teaching, submission.id) is True

        other = a_submitted_activity(session, room.learning)
        student_service.withdraw(session, room.learning, other.item_id)
        assert open_submission(session, room.teaching, other.id) is False
        assert other.opened_at is None


def test_an_approved_report_has_full_marks_and_keeps_them_when_the_presentation_is_returned(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_requirements_met(session, room)
        report = a_submitted_report(session, room)
        approved = approve(session, room.teaching, report.id, undo_for=UNDO)
        presentation = a_submitted_presentation(session, room)
        returned = return_(session, room.teaching, presentation.id, undo_for=UNDO, comment="Ange datum")

        points = {
            each.cause_id: each.payload["points"]
            for each in session.scalars(
                select(Delivery).where(Delivery.cause_id.in_([approved.id, returned.id]))
            )
        }
        assert Decimal(points[approved.id]) == 1
        assert Decimal(points[returned.id]) == 1


def test_approving_the_presentation_confirms_the_name_and_queues_the_certificate(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        assert portfolio.name_confirmed_at is None
        presentation = a_submitted_presentation(session, room)
        decision = approve(
            session, room.teaching, presentation.id, undo_for=UNDO, printed_name=portfolio.printed_name
        )

        assert portfolio.name_confirmed_at == decision.decided_at
        assert portfolio.name_confirmed_by_id == room.teacher.id
        (issue,) = session.scalars(select(Delivery).where(Delivery.kind == "certificate.issue"))
        assert issue.cause_id == decision.id
        assert issue.not_before == decision.decided_at + UNDO


def test_a_name_that_changed_after_the_reviewer_saw_it_is_not_confirmed(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_report_approved(session, room)
        presentation = a_submitted_presentation(session, room)
    with pytest.raises(Conflict), database.writing() as session:
        approve(session, room.teaching, presentation.id, undo_for=UNDO, printed_name="Någon Annan")
    with database.reading() as session:
        assert session.scalars(select(Portfolio)).one().name_confirmed_at is None
        assert state_of(session, presentation.item_id) is ItemState.SUBMITTED


@pytest.mark.parametrize("nothing", ["", "\u200d"])
def test_without_a_name_to_print_the_presentation_cannot_be_approved(
    database: Database, nothing: str
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_report_approved(session, room)
        presentation = a_submitted_presentation(session, room)
        portfolio.printed_name = nothing
    with pytest.raises(Conflict) as refusal, database.writing() as session:
        approve(session, room.teaching, presentation.id, undo_for=UNDO)
    assert refusal.value.slug == "name-missing"


def test_what_no_certificate_could_print_is_not_approved(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        submission = a_submitted_activity(session, room.learning)
        submission.snapshot = submission.snapshot | {"title": "Språkcafé 🎉"}
        submission_id, teaching = submission.id, room.teaching

    with pytest.raises(Conflict) as refused, database.writing() as session:
        approve(session, teaching, submission_id, undo_for=UNDO)

    assert (refused.value.slug, refused.value.detail) == ("cannot-be-printed", "🎉")
    with database.reading() as session:
        assert session.scalars(select(Decision)).all() == []


def test_a_name_that_cannot_be_printed_stops_only_the_step_that_confirms_it(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio = with_requirements_met(session, room)
        report = a_submitted_report(session, room)
        portfolio.printed_name = "李 Öberg"
        approve(session, room.teaching, report.id, undo_for=UNDO)
        portfolio.printed_name = "Li Öberg"
        presentation = a_submitted_presentation(session, room)
        portfolio.printed_name = "李 Öberg"
    with pytest.raises(Conflict, match="李"), database.writing() as session:
        approve(session, room.teaching, presentation.id, undo_for=UNDO)


def test_a_test_students_submission_can_be_decided_on_and_is_told_to_nobody(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        tester = a_person(session, room.course, name="Testelev", is_test=True)
        submission = a_submitted_activity(session, an_actor(tester, room.course))
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)

        assert session.get_one(Item, submission.item_id).state is ItemState.APPROVED
        assert session.scalars(select(Delivery).where(Delivery.cause_id == decision.id)).all() == []
        assert session.get_one(Person, tester.id).is_test


def test_what_a_test_student_submitted_stays_untold_when_she_is_none_any_more(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        tester = a_person(session, room.course, name="Testelev", is_test=True)
        submission = a_submitted_activity(session, an_actor(tester, room.course))
        tester.is_test = False
        decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
        assert session.scalars(select(Delivery).where(Delivery.cause_id == decision.id)).all() == []
