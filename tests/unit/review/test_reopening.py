"""reopen: what it gives back to the student, what it tells the gradebook, and what stands against it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.badge.signing import make
from lti_app.certificates.issuing import claim, conclude
from lti_app.db import Database
from lti_app.errors import Conflict
from lti_app.jobs.models import Delivery
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.service import choose_printed_name, submit, withdraw
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.review.service import approve, decline, reopen, undo
from lti_app.settings import Settings
from lti_app.storage import Stored
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
        portfolio = with_report_approved(session, room)
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
        portfolio = with_report_approved(session, room)
        approve(session, room.teaching, a_submitted_presentation(session, room).id, undo_for=UNDO)
        taken = claim(session, settings, portfolio.id)
        assert taken is not None
        if is_drawn:
            conclude(session, taken, Stored("key", 1, "0" * 64, b"%PDF"), make(taken.facts, taken.badge))
        submission = session.scalars(
            select(Submission).join(Item).where(Item.kind == ItemKind.ACTIVITY).limit(1)
        ).one()
        with pytest.raises(Conflict) as refusal:
            reopen(session, room.teaching, submission.id, undo_for=UNDO, reason="För sent")

        assert refusal.value.slug == "certificate-stands"
        assert state_of(session, submission.item_id) is ItemState.APPROVED


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
