"""Moving portfolios to the newest version of their scheme.

A student may move her own where nothing that is met gets lost; staff may move one, or all of a course's
(`moving_runs.py`), and have to name each requirement that a student would lose. Nothing moves once a
certificate rests on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from lti_app.certificates.models import CertificateClaim
from lti_app.certificates.queries import certificate_of, owned_of
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.home.moving_queries import outcome_of
from lti_app.home.permissions import PERMISSIONS
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.people.actors import Actor, require
from lti_app.people.models import Course
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.moves import PortfolioMove
from lti_app.portfolio.permissions import Owned, is_own, is_staff_of
from lti_app.review.reporting import furthest, share_of_others, share_reached
from lti_app.schemes.rules import Progress


def portfolio_to_move(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, action: str = "portfolio.move"
) -> Portfolio:
    """A portfolio that the actor may move, or look at as staff by `student.see`. Raises NotFound."""
    portfolio, owned = session.get(Portfolio, portfolio_id), owned_of(session, portfolio_id)
    if portfolio is None or owned is None or portfolio.institution_id != actor.institution_id:
        raise NotFound("portfolio")
    require(PERMISSIONS, action, actor, owned)
    return portfolio


def course_to_move(session: Session, actor: Actor, course_id: uuid.UUID) -> Course:
    """A course whose portfolios the actor may move. Raises NotFound."""
    course = session.get(Course, course_id)
    if course is None or course.institution_id != actor.institution_id:
        raise NotFound("course")
    require(
        PERMISSIONS,
        "class.move",
        actor,
        Owned(course.institution_id, uuid.UUID(int=0), frozenset({course.id})),
    )
    return course


def move_portfolio(
    session: Session,
    actor: Actor,
    portfolio_id: uuid.UUID,
    to_version_id: uuid.UUID,
    *,
    confirmed: Collection[str] = (),
) -> PortfolioMove | None:
    """Let the portfolio follow the newest version; None when it does already, so that it may be repeated.

    Raises Conflict when that is another than the actor was shown; Conflict("already-certified"); and
    Conflict("requirement-lost") when a met requirement would be lost that staff have not confirmed by its id.
    """
    portfolio_to_move(session, actor, portfolio_id)
    may_lose = confirmed_by(session, actor, portfolio_id, confirmed)
    return move_to_newest(
        session, portfolio_id, to_version_id, moved_by_id=actor.person_id, may_lose=may_lose
    )


def move_to_newest(
    session: Session,
    portfolio_id: uuid.UUID,
    to_version_id: uuid.UUID,
    *,
    moved_by_id: uuid.UUID,
    may_lose: Collection[str],
) -> PortfolioMove | None:
    """As `move_portfolio`, for whoever may, and what may be lost, has been found out."""
    portfolio = session.get_one(Portfolio, portfolio_id, with_for_update=True, populate_existing=True)
    if portfolio.scheme_version_id == to_version_id:
        return None
    if is_certified(session, portfolio_id):
        raise Conflict("a certificate rests on it", slug="already-certified")
    outcome = outcome_of(session, portfolio)
    if outcome is None or outcome.to_version_id != to_version_id:
        raise Conflict("another version is the newest")
    check_losses(outcome.would.lost, may_lose)
    move = PortfolioMove(
        institution_id=portfolio.institution_id,
        scheme_id=portfolio.scheme_id,
        portfolio_id=portfolio.id,
        from_version_id=portfolio.scheme_version_id,
        to_version_id=to_version_id,
        moved_by_id=moved_by_id,
        lost=list(outcome.would.lost),
    )
    portfolio.scheme_version_id = to_version_id
    session.add(move)
    session.flush()
    tell_share(session, portfolio, outcome.would.before, outcome.would.after, cause_id=move.id)
    settle(session, portfolio.id, cause_id=move.id)
    return move


def confirmed_by(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, names: Collection[str]
) -> Collection[str]:
    """What of this the actor can confirm to be lost: staff all of it, and nobody anything for herself."""
    owned = owned_of(session, portfolio_id)
    may_confirm = owned is not None and is_staff_of(actor, owned) and not is_own(actor, owned)
    return names if may_confirm else ()


def check_losses(lost: Collection[str], may_lose: Collection[str]) -> None:
    """Raise Conflict("requirement-lost") when a requirement is met and would be lost that may not be."""
    if not set(lost) <= set(may_lose):
        raise Conflict(f"{len(lost)} requirements", slug="requirement-lost")


def tell_share(
    session: Session,
    portfolio: Portfolio,
    before: Progress,
    after: Progress,
    *,
    cause_id: uuid.UUID | None = None,
) -> None:
    """Queue the share of the activities that other rules give, if the grade is another by it; where nothing
    counts any more, that the grade is taken back.
    """
    others = share_of_others(session, LineItemKind.ACTIVITIES, portfolio, portfolio.course_id)
    share = furthest(share_reached(after), others)
    if share == furthest(share_reached(before), others) or portfolio.is_test:
        return
    gradebook.report_reviewed(
        session,
        course_id=portfolio.course_id,
        person_id=portfolio.person_id,
        kind=LineItemKind.ACTIVITIES,
        fraction=share,
        comment="",
        cause_id=cause_id,
        takes_back=share is None,
    )


def is_certified(session: Session, portfolio_id: uuid.UUID) -> bool:
    """Whether a certificate stands, or is being drawn this very moment."""
    claim = session.get(CertificateClaim, portfolio_id)
    return certificate_of(session, portfolio_id) is not None or (
        claim is not None and claim.lease_until > now()
    )
