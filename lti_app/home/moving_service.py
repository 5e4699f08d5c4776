"""Moving portfolios to the newest version of their scheme.

A student may move her own where nothing that is met gets lost; staff may move one, or all of a course's, and
have to name each requirement that a student would lose. Nothing moves once a certificate rests on it. What a
course's new students begin with moves with the course.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.models import CertificateClaim
from lti_app.certificates.queries import certificate_of
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.home.moving_queries import Outcome, certified_behind, outcome_of, portfolios_behind
from lti_app.home.permissions import PERMISSIONS
from lti_app.lti.ags import gradebook
from lti_app.lti.models import LineItemKind
from lti_app.people.actors import Actor, require
from lti_app.people.models import Course
from lti_app.portfolio.models import Item, Portfolio, PortfolioMove, Submission
from lti_app.portfolio.permissions import Owned, is_staff_of
from lti_app.review.reporting import share_of
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.queries import newer_version
from lti_app.schemes.service import follow_version

Confirmed = Mapping[uuid.UUID, Collection[str]]


@dataclass(frozen=True)
class MovedClass:
    """How many portfolios moved, and how many stay: certified, or losing something that nobody confirmed."""

    moved: int
    stayed: int


def portfolio_to_move(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, action: str = "portfolio.move"
) -> Portfolio:
    """A portfolio that the actor may move, or look at as staff by `student.see`. Raises NotFound."""
    portfolio = session.get(Portfolio, portfolio_id)
    if portfolio is None or portfolio.institution_id != actor.institution_id:
        raise NotFound("portfolio")
    require(PERMISSIONS, action, actor, _owned(session, portfolio))
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
    portfolio = session.get_one(Portfolio, portfolio_id, with_for_update=True, populate_existing=True)
    if portfolio.scheme_version_id == to_version_id:
        return None
    if is_certified(session, portfolio_id):
        raise Conflict("a certificate rests on it", slug="already-certified")
    outcome = outcome_of(session, portfolio)
    if outcome is None or outcome.to_version_id != to_version_id:
        raise Conflict("another version is the newest")
    may_lose = set(confirmed) if is_staff_of(actor, _owned(session, portfolio)) else set()
    if not set(outcome.lost) <= may_lose:
        raise Conflict(f"{len(outcome.lost)} requirements", slug="requirement-lost")
    return _move(session, actor, portfolio, outcome)


def move_course(
    session: Session,
    actor: Actor,
    course_id: uuid.UUID,
    to_version_id: uuid.UUID,
    *,
    confirmed: Confirmed | None = None,
    language: str = "en",
) -> MovedClass:
    """Let the course and its portfolios follow the newest version of its scheme, all that can; of a large
    course those that its page shows, and the next ones when it is done again.

    One that would lose something stays unless `confirmed` names all of it. Raises as `move_portfolio`.
    """
    course = course_to_move(session, actor, course_id)
    setup = session.get(CourseSetup, course_id, with_for_update=True)
    if setup is None:
        raise NotFound("set-up")
    newest = newer_version(session, setup.scheme_version_id) or session.get_one(
        SchemeVersion, setup.scheme_version_id
    )
    if newest.id != to_version_id:
        raise Conflict("another version is the newest")
    if setup.scheme_version_id != newest.id:
        follow_version(session, course, setup, newest.id, language=language)
    ids = [each.id for each in session.scalars(portfolios_behind(course_id, newest))]
    stayed = certified_behind(session, course_id, newest)
    moved = 0
    for portfolio_id in ids:
        try:
            moved += (
                move_portfolio(
                    session,
                    actor,
                    portfolio_id,
                    to_version_id,
                    confirmed=(confirmed or {}).get(portfolio_id, ()),
                )
                is not None
            )
        except Conflict as error:
            if error.slug not in {"already-certified", "requirement-lost"}:
                raise
    return MovedClass(moved, len(ids) - moved + stayed)


def _move(session: Session, actor: Actor, portfolio: Portfolio, outcome: Outcome) -> PortfolioMove:
    version = session.get_one(SchemeVersion, outcome.to_version_id)
    move = PortfolioMove(
        institution_id=portfolio.institution_id,
        scheme_id=portfolio.scheme_id,
        portfolio_id=portfolio.id,
        from_version_id=portfolio.scheme_version_id,
        to_version_id=version.id,
        moved_by_id=actor.person_id,
        moved_at=now(),
        lost=list(outcome.lost),
    )
    before = share_of(session, LineItemKind.ACTIVITIES, portfolio)
    portfolio.scheme_version_id = version.id
    session.add(move)
    session.flush()
    tell_share(session, portfolio, before, cause_id=move.id)
    settle(session, portfolio.id, cause_id=move.id)
    return move


def tell_share(
    session: Session, portfolio: Portfolio, before: Decimal | None, *, cause_id: uuid.UUID | None = None
) -> None:
    """Queue the share of the activities that other rules give, if it is another than before."""
    after = share_of(session, LineItemKind.ACTIVITIES, portfolio)
    if after is None or after == before or portfolio.is_test:
        return
    gradebook.report_reviewed(
        session,
        course_id=portfolio.course_id,
        person_id=portfolio.person_id,
        kind=LineItemKind.ACTIVITIES,
        fraction=after,
        comment="",
        cause_id=cause_id,
    )


def is_certified(session: Session, portfolio_id: uuid.UUID) -> bool:
    """Whether a certificate stands, or is being drawn this very moment."""
    claim = session.get(CertificateClaim, portfolio_id)
    return certificate_of(session, portfolio_id) is not None or (
        claim is not None and claim.lease_until > now()
    )


def _owned(session: Session, portfolio: Portfolio) -> Owned:
    courses = session.scalars(
        select(Submission.course_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Item.portfolio_id == portfolio.id)
        .distinct()
    )
    return Owned(portfolio.institution_id, portfolio.person_id, frozenset({portfolio.course_id, *courses}))
