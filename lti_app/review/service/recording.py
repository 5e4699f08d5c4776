"""A decision put on record, and what it leads to: what deciding and taking back have in common.

What the platform is told (reporting.py) and the certificate it may bring wait for the undo window, so that an
undone decision was never heard of there. Of a plan nobody but the student is told.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Problem
from lti_app.people.actors import Actor
from lti_app.portfolio.models import Decision
from lti_app.portfolio.states import DecisionKind, ItemKind
from lti_app.review.cases import Case
from lti_app.review.reporting import report_decision
from lti_app.schemes.queries import document_of
from lti_app.web.typed import clean_text

LONGEST_COMMENT = 10_000


def record(
    session: Session,
    actor: Actor,
    case: Case,
    kind: DecisionKind,
    comment: str,
    levels: list[dict[str, Any]],
) -> Decision:
    """The decision, which counts as a change of the item; `levels` are as rubric.chosen_to_json has them."""
    decision = Decision(
        institution_id=case.submission.institution_id,
        submission_id=case.submission.id,
        kind=kind,
        comment=checked_comment(comment),
        levels=levels,
        reviewer_id=actor.person_id,
        decided_at=now(),
    )
    case.item.version += 1
    session.add(decision)
    session.flush()
    return decision


def follow(session: Session, case: Case, decision: Decision, undo_for: timedelta) -> None:
    """Queue what the decision leads to, for when it can no longer be undone: of a plan, nothing."""
    if case.is_plan:
        return
    not_before = decision.decided_at + undo_for
    report_decision(session, decision, case.submission, case.item, case.portfolio, not_before=not_before)
    if decision.kind is DecisionKind.APPROVE:
        settle(session, case.portfolio.id, cause_id=decision.id, not_before=not_before)


def checked_comment(comment: str) -> str:
    """The comment as it is kept. Raises Problem("too-large")."""
    comment = clean_text(comment)
    if len(comment) > LONGEST_COMMENT:
        raise Problem("too-large", "comment")
    return comment


def confirms_name(session: Session, kind: ItemKind, version_id: uuid.UUID) -> bool:
    """Whether approving an item of this kind is the closing step, which confirms the name to print."""
    if kind is ItemKind.PRESENTATION:
        return True
    return kind is ItemKind.FINAL_REPORT and not document_of(session, version_id).presentation.required


def is_closing(session: Session, case: Case) -> bool:
    """Whether approving this is the closing step."""
    return confirms_name(session, case.item.kind, case.portfolio.scheme_version_id)
