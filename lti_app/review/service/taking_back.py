"""Taking a decision back: reopening what was decided, and undoing it as if it had not been made.

An undone decision stays on record and says when it was undone.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.models import CertificateClaim
from lti_app.certificates.queries import certificate_of, is_being_corrected
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor
from lti_app.portfolio import workflow
from lti_app.portfolio.models import Decision
from lti_app.portfolio.states import DecisionKind, SubmissionState
from lti_app.review.cases import Case, is_last_word, is_newest, locked_case, outcome_of, standing_decision
from lti_app.review.reporting import correct_reports, take_turns
from lti_app.review.service.recording import follow, is_closing, record
from lti_app.storage.models import StoredFile


def reopen(
    session: Session, actor: Actor, submission_id: uuid.UUID, *, undo_for: timedelta, reason: str
) -> Decision:
    """Take an approval or a decline back: the student may work on it again.

    Raises Conflict when something else has happened to the item since, Conflict("certificate-stands") when a
    certificate rests on it, Conflict("comment-missing") without a reason.
    """
    case = locked_case(session, actor, submission_id, "reopen")
    if case.submission.state is not SubmissionState.DECIDED or not is_newest(session, case):
        raise Conflict("not the latest decided submission")
    is_certified = has_certificate(session, case.portfolio.id)
    case.item.state = workflow.after(
        case.item.state, workflow.Act.REOPEN, reason=reason, is_certified=is_certified
    )
    decision = record(session, actor, case, DecisionKind.REOPEN, reason, [])
    follow(session, case, decision, undo_for)
    return decision


def undo(session: Session, actor: Actor, decision_id: uuid.UUID, *, undo_for: timedelta) -> Decision:
    """Take a decision back as if it had not been made. Done twice, it is undone once.

    Raises Conflict("undo-too-late") when the window has passed or something was sent, Conflict when something
    else has happened to the item since, Conflict("certificate-stands") when a certificate rests on it.
    """
    decision = session.get(Decision, decision_id)
    if decision is None:
        raise NotFound("decision")
    case = locked_case(session, actor, decision.submission_id, "undo")
    session.refresh(decision)
    if decision.undone_at is not None:
        return decision
    if now() > decision.decided_at + undo_for:
        raise Conflict("window passed", slug="undo-too-late")
    if not is_last_word(session, case, decision):
        raise Conflict("not the last word")
    take_turns(session, case.portfolio.person_id)
    _cancel_deliveries(session, decision)
    decision.undone_at = now()
    _restore(session, case, decision)
    correct_reports(session, case.item, case.portfolio)
    # What another decision queued may have been cancelled with this one, or found a reopened item.
    settle(session, case.portfolio.id, not_before=now() + undo_for)
    return decision


def _restore(session: Session, case: Case, decision: Decision) -> None:
    if decision.kind is DecisionKind.REOPEN:
        standing = standing_decision(session, case.submission.id)
        if standing is None:
            raise Conflict("nothing to go back to")
        is_unnamed = case.portfolio.name_confirmed_at is None
        if is_unnamed and standing.kind is DecisionKind.APPROVE and is_closing(session, case):
            raise Conflict("the name to print has changed")
        case.item.state = outcome_of(case, standing.kind)
    else:
        is_certified = has_certificate(session, case.portfolio.id, since=decision.decided_at)
        case.item.state = workflow.after(
            case.item.state, workflow.Act.UNDO, is_plan=case.is_plan, is_certified=is_certified
        )
        case.item.is_plan = case.is_plan
        case.submission.state = SubmissionState.WAITING
    case.item.version += 1
    if case.portfolio.name_confirmed_at == decision.decided_at:
        case.portfolio.name_confirmed_at = None
        case.portfolio.name_confirmed_by_id = None
    session.flush()


def _cancel_deliveries(session: Session, decision: Decision) -> None:
    """Cancel everything the decision queued, or nothing at all."""
    outbox.cancel(session, decision.id)
    left = select(Delivery.id).where(
        Delivery.cause_id == decision.id, Delivery.state != DeliveryState.CANCELLED
    )
    if session.execute(left.limit(1)).first() is not None:
        raise Conflict("something was sent already", slug="undo-too-late")


def has_certificate(session: Session, portfolio_id: uuid.UUID, since: datetime | None = None) -> bool:
    """Whether one stands (concluded since then, if given), or is being drawn this very moment.

    While one is being corrected, what it rests on may be reopened: its successor will say what is right.
    """
    found = certificate_of(session, portfolio_id)
    if found is not None and not is_being_corrected(session, found.id):
        # It is dated by when it was claimed, and a slow worker may conclude it long after that.
        return since is None or session.get_one(StoredFile, found.stored_file_id).created_at >= since
    claim = session.get(CertificateClaim, portfolio_id)
    return claim is not None and claim.lease_until > now()
