"""Deciding on submissions: look, approve, return, decline, reopen, undo.

A decision is never changed; an undone one says when it was undone. What the platform is told of it
(reporting.py) and the certificate it may bring wait for the undo window, so that an undone decision was never
heard of there. Of a plan nobody but the student is told. Long, because every verb of deciding stands here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.models import CertificateClaim
from lti_app.certificates.printable import require_printable
from lti_app.certificates.queries import certificate_of
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor
from lti_app.portfolio import workflow
from lti_app.portfolio.models import Decision, Portfolio
from lti_app.portfolio.rubric import chosen, chosen_to_json, criteria_for
from lti_app.portfolio.states import DecisionKind, ItemKind, SubmissionState
from lti_app.review.cases import Case, is_last_word, is_newest, locked_case, outcome_of, standing_decision
from lti_app.review.reporting import correct_reports, report_decision
from lti_app.schemes.queries import document_of
from lti_app.web.typed import clean_text

LONGEST_COMMENT = 10_000
Levels = Mapping[str, str]
NO_LEVELS: Levels = MappingProxyType({})
_ACTS = {
    DecisionKind.APPROVE: workflow.Act.APPROVE,
    DecisionKind.RETURN: workflow.Act.RETURN,
    DecisionKind.DECLINE: workflow.Act.DECLINE,
}


def open_submission(session: Session, actor: Actor, submission_id: uuid.UUID) -> bool:
    """Note that a reviewer has begun to look, which ends withdrawing. Only the first look counts.

    Answers whether it still waits: it may have been withdrawn or decided on a moment ago.
    """
    case = locked_case(session, actor, submission_id, "look")
    is_waiting = case.submission.state is SubmissionState.WAITING
    if is_waiting and case.submission.opened_at is None:
        case.submission.opened_at = now()
        case.submission.opened_by_id = actor.person_id
    return is_waiting


def approve(
    session: Session,
    actor: Actor,
    submission_id: uuid.UUID,
    *,
    undo_for: timedelta,
    comment: str = "",
    levels: Levels = NO_LEVELS,
    printed_name: str | None = None,
) -> Decision:
    """Approve. The closing step also confirms `printed_name`, the name that the reviewer was shown. `levels`
    are the ids chosen in the scheme's rubric, by criterion: an approval needs all that are asked of the kind.

    A plan that is approved makes a draft of the activity. Done twice by the same reviewer in the same words,
    it is one decision. Raises Conflict when the submission was withdrawn or decided meanwhile, or the name
    changed; Conflict("name-missing") when there is no name, Conflict("levels-missing") for levels left out,
    Conflict("cannot-be-printed") when a certificate could not print what would then be approved,
    Problem("coordinators-decide") for a teacher where only coordinators approve.
    """
    case = locked_case(session, actor, submission_id, "approve")
    decision, is_new = _decide(session, actor, case, DecisionKind.APPROVE, comment, levels)
    if is_new and not case.is_plan:
        if _is_closing(session, case):
            _confirm_name(case.portfolio, decision, printed_name)
        session.flush()
        require_printable(session, case.portfolio)
        _follow(session, case, decision, undo_for)
    return decision


def return_(
    session: Session,
    actor: Actor,
    submission_id: uuid.UUID,
    *,
    undo_for: timedelta,
    comment: str,
    levels: Levels = NO_LEVELS,
) -> Decision:
    """Send it back to be completed, with levels or without. Conflicts as `approve`;
    Conflict("comment-missing") without a comment.
    """
    return _send_back(session, actor, submission_id, DecisionKind.RETURN, undo_for, comment, levels)


def decline(
    session: Session,
    actor: Actor,
    submission_id: uuid.UUID,
    *,
    undo_for: timedelta,
    comment: str,
    levels: Levels = NO_LEVELS,
) -> Decision:
    """Turn it down for good, with levels or without. Conflicts as `approve`; Conflict("comment-missing")
    without a comment.
    """
    return _send_back(session, actor, submission_id, DecisionKind.DECLINE, undo_for, comment, levels)


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
    is_certified = _has_certificate(session, case.portfolio.id)
    case.item.state = workflow.after(
        case.item.state, workflow.Act.REOPEN, reason=reason, is_certified=is_certified
    )
    decision = _record(session, actor, case, DecisionKind.REOPEN, reason, [])
    _follow(session, case, decision, undo_for)
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
    _cancel_deliveries(session, decision)
    decision.undone_at = now()
    _restore(session, case, decision)
    correct_reports(session, case.item, case.portfolio)
    # What another decision queued may have been cancelled with this one, or found a reopened item.
    settle(session, case.portfolio.id, not_before=now() + undo_for)
    return decision


def confirms_name(session: Session, kind: ItemKind, version_id: uuid.UUID) -> bool:
    """Whether approving an item of this kind is the closing step, which confirms the name to print."""
    if kind is ItemKind.PRESENTATION:
        return True
    return kind is ItemKind.FINAL_REPORT and not document_of(session, version_id).presentation.required


def _is_closing(session: Session, case: Case) -> bool:
    return confirms_name(session, case.item.kind, case.portfolio.scheme_version_id)


def _decide(
    session: Session, actor: Actor, case: Case, kind: DecisionKind, comment: str, levels: Levels
) -> tuple[Decision, bool]:
    """The decision, and whether it is new: the second of two equal clicks finds the first one's."""
    comment, chosen_levels = _checked(comment), _levels(case, kind, levels)
    if case.submission.state is SubmissionState.DECIDED:
        standing = standing_decision(session, case.submission.id)
        said = (kind, comment, chosen_levels, actor.person_id)
        if standing and said == (standing.kind, standing.comment, standing.levels, standing.reviewer_id):
            return standing, False
    if case.submission.state is not SubmissionState.WAITING:
        raise Conflict(f"submission is {case.submission.state}")
    act = _ACTS[kind]
    case.item.state = workflow.after(case.item.state, act, is_plan=case.item.is_plan, reason=comment)
    case.item.is_plan = workflow.is_plan_after(act, is_plan=case.item.is_plan)
    case.submission.state = SubmissionState.DECIDED
    return _record(session, actor, case, kind, comment, chosen_levels), True


def _levels(case: Case, kind: DecisionKind, levels: Levels) -> list[dict[str, Any]]:
    """The levels chosen, as they are kept. Raises Problem("bad-request"), Conflict("levels-missing")."""
    criteria = criteria_for(case.document, case.item.kind, is_plan=case.is_plan)
    try:
        found = chosen(criteria, levels)
    except ValueError as error:
        raise Problem("bad-request", str(error)) from error
    if kind is DecisionKind.APPROVE and len(found) < len(criteria):
        raise Conflict("not every criterion has a level", slug="levels-missing")
    return chosen_to_json(found)


def _checked(comment: str) -> str:
    comment = clean_text(comment)
    if len(comment) > LONGEST_COMMENT:
        raise Problem("too-large", "comment")
    return comment


def _record(
    session: Session,
    actor: Actor,
    case: Case,
    kind: DecisionKind,
    comment: str,
    levels: list[dict[str, Any]],
) -> Decision:
    decision = Decision(
        institution_id=case.submission.institution_id,
        submission_id=case.submission.id,
        kind=kind,
        comment=_checked(comment),
        levels=levels,
        reviewer_id=actor.person_id,
        decided_at=now(),
    )
    case.item.version += 1
    session.add(decision)
    session.flush()
    return decision


def _follow(session: Session, case: Case, decision: Decision, undo_for: timedelta) -> None:
    """Queue what the decision leads to, for when it can no longer be undone: of a plan, nothing."""
    if case.is_plan:
        return
    not_before = decision.decided_at + undo_for
    report_decision(session, decision, case.submission, case.item, case.portfolio, not_before=not_before)
    if decision.kind is DecisionKind.APPROVE:
        settle(session, case.portfolio.id, cause_id=decision.id, not_before=not_before)


def _send_back(
    session: Session,
    actor: Actor,
    submission_id: uuid.UUID,
    kind: DecisionKind,
    undo_for: timedelta,
    comment: str,
    levels: Levels,
) -> Decision:
    case = locked_case(session, actor, submission_id, kind.value)
    decision, is_new = _decide(session, actor, case, kind, comment, levels)
    if is_new:
        _follow(session, case, decision, undo_for)
    return decision


def _confirm_name(portfolio: Portfolio, decision: Decision, shown: str | None) -> None:
    if not portfolio.printed_name:
        raise Conflict("no name to print", slug="name-missing")
    if shown is not None and shown != portfolio.printed_name:
        raise Conflict("the name to print has changed")
    portfolio.name_confirmed_at = decision.decided_at
    portfolio.name_confirmed_by_id = decision.reviewer_id


def _restore(session: Session, case: Case, decision: Decision) -> None:
    if decision.kind is DecisionKind.REOPEN:
        standing = standing_decision(session, case.submission.id)
        if standing is None:
            raise Conflict("nothing to go back to")
        is_unnamed = case.portfolio.name_confirmed_at is None
        if is_unnamed and standing.kind is DecisionKind.APPROVE and _is_closing(session, case):
            raise Conflict("the name to print has changed")
        case.item.state = outcome_of(case, standing.kind)
    else:
        is_certified = _has_certificate(session, case.portfolio.id, since=decision.decided_at)
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


def _has_certificate(session: Session, portfolio_id: uuid.UUID, since: datetime | None = None) -> bool:
    """Whether one stands (issued since then, if given), or is being drawn this very moment."""
    found = certificate_of(session, portfolio_id)
    if found is not None:
        return since is None or found.issued_at >= since
    claim = session.get(CertificateClaim, portfolio_id)
    return claim is not None and claim.lease_until > now()
