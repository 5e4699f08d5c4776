"""Moving portfolios to the newest version of their scheme.

A student may move her own where nothing that is met gets lost; staff may move one, or all of a course's, and
have to name each requirement that a student would lose. Nothing moves once a certificate rests on it. What a
course's new students begin with moves with the course.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lti_app.certificates.models import CertificateClaim
from lti_app.certificates.queries import certificate_of, owned_of
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.home.moving_queries import (
    Outcome,
    certified_behind,
    outcome_of,
    place_of,
    portfolios_behind,
)
from lti_app.home.permissions import PERMISSIONS
from lti_app.lti.ags import gradebook
from lti_app.lti.models import LineItemKind
from lti_app.people.actors import Actor, require
from lti_app.people.models import Course
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.moves import PortfolioMove
from lti_app.portfolio.permissions import Owned, is_own, is_staff_of
from lti_app.review.reporting import share_reached
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.queries import newer_version
from lti_app.schemes.rules import Progress
from lti_app.schemes.service import follow_version
from lti_app.web.paging import Place

AT_ONCE = 100
Confirmed = Mapping[uuid.UUID, Collection[str]]


@dataclass(frozen=True)
class Batch:
    """How many portfolios of a course moved, and how many stay: certified, or losing something that nobody
    confirmed. `last` is the place to go on after; None when all are done.
    """

    moved: int
    stayed: int
    last: Place | None


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
    portfolio = session.get_one(Portfolio, portfolio_id, with_for_update=True, populate_existing=True)
    if portfolio.scheme_version_id == to_version_id:
        return None
    if is_certified(session, portfolio_id):
        raise Conflict("a certificate rests on it", slug="already-certified")
    outcome = outcome_of(session, portfolio)
    if outcome is None or outcome.to_version_id != to_version_id:
        raise Conflict("another version is the newest")
    check_losses(session, actor, portfolio_id, outcome.would.lost, confirmed)
    return _move(session, actor, portfolio, outcome)


def check_losses(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, lost: Collection[str], confirmed: Collection[str]
) -> None:
    """Raise Conflict("requirement-lost") unless staff have confirmed by its id each requirement that is met
    and would be lost. Nobody can confirm it for herself.
    """
    owned = owned_of(session, portfolio_id)
    may_confirm = owned is not None and is_staff_of(actor, owned) and not is_own(actor, owned)
    if not set(lost) <= set(confirmed if may_confirm else ()):
        raise Conflict(f"{len(lost)} requirements", slug="requirement-lost")


def move_course(
    session: Session,
    actor: Actor,
    course_id: uuid.UUID,
    to_version_id: uuid.UUID,
    *,
    after: Place | None = None,
    confirmed: Confirmed | None = None,
    language: str = "en",
    at_once: int = AT_ONCE,
) -> Batch:
    """Let the course follow the newest version of its scheme, and the first of its portfolios, or the next
    ones after a place. Called until nothing is left, each time in a transaction of its own, it moves all.

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
    places = [
        place_of(each) for each in session.scalars(portfolios_behind(course_id, newest, after, at_once))
    ]
    may_lose = confirmed or {}
    moved = sum(
        _moves(session, actor, each.row_id, to_version_id, may_lose.get(each.row_id, ())) for each in places
    )
    certified = certified_behind(session, course_id, newest) if after is None else 0
    last = places[-1] if len(places) == at_once else None
    return Batch(moved, len(places) - moved + certified, last)


def _moves(
    session: Session,
    actor: Actor,
    portfolio_id: uuid.UUID,
    to_version_id: uuid.UUID,
    confirmed: Collection[str],
) -> bool:
    """Move one of many; whether it moved."""
    try:
        return move_portfolio(session, actor, portfolio_id, to_version_id, confirmed=confirmed) is not None
    except Conflict as error:
        if error.slug not in {"already-certified", "requirement-lost"}:
            raise
        return False


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
        lost=list(outcome.would.lost),
    )
    portfolio.scheme_version_id = version.id
    session.add(move)
    session.flush()
    tell_share(session, portfolio, outcome.would.before, outcome.would.after, cause_id=move.id)
    settle(session, portfolio.id, cause_id=move.id)
    return move


def tell_share(
    session: Session,
    portfolio: Portfolio,
    before: Progress,
    after: Progress,
    *,
    cause_id: uuid.UUID | None = None,
) -> None:
    """Queue the share of the activities that other rules give, if it is another than before; where nothing
    counts any more, that the grade is taken back.
    """
    share = share_reached(after)
    if share == share_reached(before) or portfolio.is_test:
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
