"""Submitting: complete, frozen, told to the platform; and withdrawing what nobody has opened."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lti_app.errors import Conflict
from lti_app.jobs import outbox
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.people.actors import Actor
from lti_app.portfolio.completeness import Missing, missing
from lti_app.portfolio.freezing import freeze
from lti_app.portfolio.models import Submission
from lti_app.portfolio.queries import answers_of, draft_with, evidence_of, row_of
from lti_app.portfolio.service.closing import check_presentation_is_open, check_report_is_open
from lti_app.portfolio.service.held import Held, own_item, waiting_submission
from lti_app.portfolio.states import ItemKind, ItemState, SubmissionState
from lti_app.portfolio.workflow import Act, after
from lti_app.schemes.queries import setup_of


class Incomplete(Conflict):
    """Something is missing before it can be submitted; `missing` says what."""

    def __init__(self, lacks: tuple[Missing, ...]) -> None:
        super().__init__(", ".join(f"{each.task}/{each.want}" for each in lacks), slug="incomplete")
        self.missing = lacks


def submit(session: Session, actor: Actor, item_id: uuid.UUID, version: int | None = None) -> Submission:
    """Freeze the item as it stands into its next submission. One that waits already is answered as it is.

    Raises Incomplete; Conflict when it changed since `version`, Conflict("not-open-yet") for a closing step.
    """
    held = own_item(session, actor, item_id)
    if held.item.state is ItemState.SUBMITTED and (waiting := waiting_submission(session, item_id)):
        return waiting
    held.check_changeable()
    if version is not None:
        held.check_unchanged(version, held.item.version)
    _check_order(session, held)
    answers, evidence = answers_of(session, item_id), evidence_of(session, item_id)
    lacks = missing(held.document, draft_with(row_of(held.item), held.portfolio, answers, evidence))
    if lacks:
        raise Incomplete(lacks)
    held.item.state = after(held.item.state, Act.SUBMIT)
    held.note_change()
    submission = Submission(
        institution_id=held.item.institution_id,
        item_id=item_id,
        course_id=_course_of(session, actor, held),
        revision=1 + (session.scalar(_last_revision(item_id)) or 0),
        snapshot=freeze(held.document, held.portfolio, held.item, answers, evidence).to_json(),
        is_test=held.portfolio.is_test,
        is_plan=held.item.is_plan,
    )
    session.add(submission)
    session.flush()
    _tell_platform(session, held, submission)
    return submission


def withdraw(session: Session, actor: Actor, item_id: uuid.UUID) -> None:
    """Make the waiting submission a draft again. Nothing happens when it is a draft already.

    Raises Conflict("already-opened") when a reviewer has opened it, Conflict when it has been decided.
    """
    held = own_item(session, actor, item_id)
    waiting = waiting_submission(session, item_id)
    if held.item.state is ItemState.DRAFT:
        return
    is_opened = waiting is not None and waiting.opened_at is not None
    held.item.state = after(held.item.state, Act.WITHDRAW, is_opened=is_opened)
    held.note_change()
    if waiting is not None:
        waiting.state = SubmissionState.WITHDRAWN
        outbox.cancel(session, waiting.id)


def _check_order(session: Session, held: Held) -> None:
    if held.item.kind is ItemKind.FINAL_REPORT:
        check_report_is_open(session, held.portfolio)
    if held.item.kind is ItemKind.PRESENTATION:
        check_presentation_is_open(session, held.portfolio)


def _course_of(session: Session, actor: Actor, held: Held) -> uuid.UUID:
    """The course that the submission is made from: this launch's, when it runs the portfolio's scheme."""
    setup = setup_of(session, actor.course_id) if actor.course_id else None
    if setup is not None and setup.scheme_id == held.portfolio.scheme_id:
        held.portfolio.course_id = setup.course_id
    return held.portfolio.course_id


def _last_revision(item_id: uuid.UUID) -> Select[int]:
    return select(func.max(Submission.revision)).where(Submission.item_id == item_id)


def _tell_platform(session: Session, held: Held, submission: Submission) -> None:
    """Nothing of a plan: nothing is handed in yet that could be graded."""
    if submission.is_test or submission.is_plan:
        return
    is_activity = held.item.kind is ItemKind.ACTIVITY
    gradebook.report_submitted(
        session,
        course_id=submission.course_id,
        person_id=held.portfolio.person_id,
        kind=LineItemKind.ACTIVITIES if is_activity else LineItemKind.FINAL_REPORT,
        submission_id=submission.id,
        cause_id=submission.id,
    )
