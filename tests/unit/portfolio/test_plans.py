"""An activity that begins with a plan: planned, plan approved, then a draft as any other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Conflict
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.gradebook import SCORE
from lti_app.portfolio.completeness import Task, Want
from lti_app.portfolio.item_page import item_page
from lti_app.portfolio.models import Item, Submission
from lti_app.portfolio.queries import progress_of
from lti_app.portfolio.questions import PLAN
from lti_app.portfolio.service import (
    Details,
    Incomplete,
    add_activity,
    change_activity,
    submit,
    withdraw,
    write_answers,
)
from lti_app.portfolio.states import ItemState
from lti_app.review.permissions import scope_of
from lti_app.review.queries import Kind, queue_for
from lti_app.review.service import approve, decline, reopen, return_, undo
from lti_app.schemes.document import PlanRule
from tests.classroom import UNDO, Classroom, submitted_again
from tests.schemes_of_ours import a_room_with

PLANS = PlanRule(types=frozenset({"own_activity"}))
WHEN = Details("Läger i Kenya", date(2026, 9, 1), None, {})


def a_plan(session: Session) -> tuple[Classroom, Item]:
    room = a_room_with(session, plans=PLANS)
    return room, add_activity(session, room.learning, "own_activity", WHEN)


def a_sent_plan(session: Session) -> tuple[Classroom, Item, Submission]:
    room, item = a_plan(session)
    return room, item, submitted_again(session, room.learning, item, plan="För att lära mig.")


def how(session: Session, item: Item) -> tuple[ItemState, bool]:
    now = session.get_one(Item, item.id, populate_existing=True)
    return now.state, now.is_plan


def test_only_what_the_scheme_says_begins_with_a_plan(database: Database) -> None:
    with database.writing() as session:
        room, item = a_plan(session)
        assert how(session, item) == (ItemState.DRAFT, True)
        assert not add_activity(session, room.learning, "mooc").is_plan


def test_a_plan_needs_what_when_and_why_and_nothing_else(database: Database) -> None:
    with database.writing() as session:
        room, item = a_plan(session)
        lacks = item_page(session, room.learning, item.id).lacks
        assert [(each.task, each.want, each.name) for each in lacks] == [
            (Task.REFLECTION, Want.ANSWER, PLAN.id)
        ]
        with pytest.raises(Incomplete):
            submit(session, room.learning, item.id)


def test_a_plan_waits_in_the_queue_as_one_and_the_gradebook_hears_nothing(database: Database) -> None:
    with database.writing() as session:
        room, _, plan = a_sent_plan(session)
        scope, teacher = scope_of(room.teaching), room.teaching.person_id
        (row,) = queue_for(session, scope, not_of=teacher, kind=Kind.PLAN).rows
        assert (row.submission_id, row.is_plan) == (plan.id, True)
        assert queue_for(session, scope, not_of=teacher, kind=Kind.ACTIVITY).rows == ()
        approve(session, room.teaching, plan.id, undo_for=UNDO, comment="Bra.")
        assert session.scalars(select(Delivery).where(Delivery.kind == SCORE)).all() == []


def test_an_approved_plan_becomes_a_draft_that_is_submitted_and_counts(database: Database) -> None:
    with database.writing() as session:
        room, item, plan = a_sent_plan(session)
        approve(session, room.teaching, plan.id, undo_for=UNDO)
        assert how(session, item) == (ItemState.DRAFT, False)
        assert progress_of(session, item.portfolio_id).achieved_total == 0
        fields = {"description": "Ett läger", "place": "abroad"}
        done = Details(WHEN.title, WHEN.starts_on, None, fields)
        session.refresh(item)
        change_activity(session, room.learning, item.id, done, item.version)
        words = "Vi jämförde två länder och vad det betyder för mitt arbete som läkare. " * 4
        sent = submitted_again(session, room.learning, item, what=words, learned=words)
        assert (sent.revision, sent.is_plan) == (2, False)
        approve(session, room.teaching, sent.id, undo_for=UNDO)
        assert how(session, item) == (ItemState.APPROVED, False)
        assert progress_of(session, item.portfolio_id).achieved_total == 1


def test_a_plan_is_returned_sent_again_withdrawn_declined_and_opened_again(database: Database) -> None:
    with database.writing() as session:
        room, item, plan = a_sent_plan(session)
        return_(session, room.teaching, plan.id, undo_for=UNDO, comment="När?")
        assert how(session, item) == (ItemState.RETURNED, True)
        submit(session, room.learning, item.id)
        withdraw(session, room.learning, item.id)
        assert how(session, item) == (ItemState.DRAFT, True)
        last = submit(session, room.learning, item.id)
        decline(session, room.teaching, last.id, undo_for=UNDO, comment="Nej.")
        assert how(session, item) == (ItemState.DECLINED, True)
        reopen(session, room.teaching, last.id, undo_for=UNDO, reason="Jo.")
        assert how(session, item) == (ItemState.RETURNED, True)


def test_an_approval_is_undone_until_the_student_has_begun(database: Database) -> None:
    with database.writing() as session:
        room, item, plan = a_sent_plan(session)
        decision = approve(session, room.teaching, plan.id, undo_for=UNDO)
        undo(session, room.teaching, decision.id, undo_for=UNDO)
        assert how(session, item) == (ItemState.SUBMITTED, True)
        again = approve(session, room.teaching, plan.id, undo_for=UNDO)
        session.refresh(item)
        write_answers(session, room.learning, item.id, {"what": "Nu!"}, item.version)
        session.get_one(Item, item.id).updated_at = again.decided_at + timedelta(seconds=1)
        session.flush()
        with pytest.raises(Conflict):
            undo(session, room.teaching, again.id, undo_for=UNDO)


def test_another_type_begins_as_the_scheme_has_it(database: Database) -> None:
    with database.writing() as session:
        room, item = a_plan(session)
        change_activity(session, room.learning, item.id, WHEN, item.version, type_code="mooc")
        assert not how(session, item)[1]
        change_activity(session, room.learning, item.id, WHEN, item.version, type_code="own_activity")
        assert how(session, item)[1]
