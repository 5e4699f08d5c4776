"""A submission with all that a decision on it touches, locked together, and what was decided on it before.

Owns the one place that locks: the portfolio, as everybody does who writes into it, so that two decisions on
one student's work take turns and each reports the progress that both made.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.errors import NotFound, Problem
from lti_app.people.actors import Actor, require
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.states import DecisionKind, ItemState
from lti_app.review.permissions import DECIDING, PERMISSIONS, Reviewed, may_decide_under
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of

OUTCOMES = {
    DecisionKind.APPROVE: ItemState.APPROVED,
    DecisionKind.RETURN: ItemState.RETURNED,
    DecisionKind.DECLINE: ItemState.DECLINED,
    DecisionKind.REOPEN: ItemState.RETURNED,
}


@dataclass(frozen=True)
class Case:
    """What a decision is about."""

    submission: Submission
    item: Item
    portfolio: Portfolio
    document: SchemeDocument

    @property
    def is_plan(self) -> bool:
        """Whether it is an activity's plan that is decided on."""
        return self.submission.is_plan


def locked_case(session: Session, actor: Actor, submission_id: uuid.UUID, action: str) -> Case:
    """The submission with its item and its portfolio, which is locked, if the actor may do this with it.

    Raises Problem("coordinators-decide") for a teacher where the scheme leaves decisions to coordinators.
    """
    portfolio = session.scalars(
        select(Portfolio)
        .join(Item, Item.portfolio_id == Portfolio.id)
        .join(Submission, Submission.item_id == Item.id)
        .where(Submission.id == submission_id, Submission.institution_id == actor.institution_id)
        .with_for_update(of=Portfolio)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if portfolio is None:
        raise NotFound("submission")
    submission, item = session.execute(
        select(Submission, Item)
        .join(Item, Item.id == Submission.item_id)
        .where(Submission.id == submission_id)
        .execution_options(populate_existing=True)
    ).one()
    subject = Reviewed(submission.institution_id, submission.course_id, portfolio.person_id)
    require(PERMISSIONS, action, actor, subject)
    document = document_of(session, portfolio.scheme_version_id)
    if action in DECIDING and not may_decide_under(actor, document):
        raise Problem("coordinators-decide")
    return Case(submission, item, portfolio, document)


def standing_decision(session: Session, submission_id: uuid.UUID) -> Decision | None:
    """The approval, return or decline that holds; a reopening does not replace it."""
    return session.scalars(
        select(Decision).where(
            Decision.submission_id == submission_id,
            Decision.kind != DecisionKind.REOPEN,
            Decision.undone_at.is_(None),
        )
    ).one_or_none()


def outcome_of(case: Case, kind: DecisionKind) -> ItemState:
    """How the item stands after such a decision: an approved plan makes a draft of the activity."""
    return ItemState.DRAFT if case.is_plan and kind is DecisionKind.APPROVE else OUTCOMES[kind]


def is_last_word(session: Session, case: Case, decision: Decision) -> bool:
    """Whether nothing has happened to the item since this decision."""
    if case.item.state is not outcome_of(case, decision.kind) or not is_newest(session, case):
        return False
    if case.is_plan and case.item.updated_at > decision.decided_at:
        return False  # the student has begun on what the plan's approval allowed
    later = select(Decision.id).where(
        Decision.submission_id == decision.submission_id,
        Decision.undone_at.is_(None),
        Decision.decided_at > decision.decided_at,
    )
    return session.execute(later.limit(1)).first() is None


def is_newest(session: Session, case: Case) -> bool:
    """Whether the item has no later submission."""
    newest = select(func.max(Submission.revision)).where(Submission.item_id == case.item.id)
    return session.scalar(newest) == case.submission.revision
