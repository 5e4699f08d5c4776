"""Deciding on what was submitted: look, approve, return, decline."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from lti_app.certificates.printable import require_printable
from lti_app.clock import now
from lti_app.errors import Conflict, Problem
from lti_app.people.actors import Actor
from lti_app.portfolio import workflow
from lti_app.portfolio.models import Decision, Portfolio
from lti_app.portfolio.rubric import chosen, chosen_to_json, criteria_for
from lti_app.portfolio.states import DecisionKind, SubmissionState
from lti_app.review.cases import Case, locked_case, standing_decision
from lti_app.review.service.recording import checked_comment, follow, is_closing, record
from lti_app.web.typed import is_blank

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
        if is_closing(session, case):
            _confirm_name(case.portfolio, decision, printed_name)
        session.flush()
        require_printable(session, case.portfolio)
        follow(session, case, decision, undo_for)
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


def _decide(
    session: Session, actor: Actor, case: Case, kind: DecisionKind, comment: str, levels: Levels
) -> tuple[Decision, bool]:
    """The decision, and whether it is new: the second of two equal clicks finds the first one's."""
    comment, chosen_levels = checked_comment(comment), _levels(case, kind, levels)
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
    return record(session, actor, case, kind, comment, chosen_levels), True


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
        follow(session, case, decision, undo_for)
    return decision


def _confirm_name(portfolio: Portfolio, decision: Decision, shown: str | None) -> None:
    if is_blank(portfolio.printed_name):
        raise Conflict("no name to print", slug="name-missing")
    if shown is not None and shown != portfolio.printed_name:
        raise Conflict("the name to print has changed")
    portfolio.name_confirmed_at = decision.decided_at
    portfolio.name_confirmed_by_id = decision.reviewer_id
