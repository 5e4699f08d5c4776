"""Changing the programme that a portfolio belongs to: the work stays, the rules are that programme's.

What the change would do is shown before (`programme_page`). A student cannot take a met requirement from
herself: such a change is a teacher's to make, who has to name each requirement that would be lost. Who
changed it, when and why is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.queries import owned_of
from lti_app.certificates.service import settle
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.home.consequences import Consequences, consequences
from lti_app.home.moving_service import check_losses, confirmed_by, is_certified, tell_share
from lti_app.people.actors import Actor, require
from lti_app.people.models import Institution
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.moves import ProgrammeChange
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import items_of, judged
from lti_app.schemes import catalogue
from lti_app.schemes.catalogue_files import Programme
from lti_app.schemes.queries import document_of
from lti_app.schemes.rules import Progress

LONGEST_REASON = 1000


@dataclass(frozen=True)
class ProgrammePage:
    """A portfolio under its programme and, if one is looked at, what another would mean; `offered` are the
    others.
    """

    portfolio_id: uuid.UUID
    is_own: bool
    now_code: str
    offered: tuple[Programme, ...]
    progress: Progress
    wanted: Programme | None
    would: Consequences | None


def programme_page(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, wanted: str, language: str
) -> ProgrammePage:
    """What changing to the programme of this code would do; with a code not offered, the choice alone.

    Raises NotFound for a portfolio that is neither the actor's nor her student's,
    Conflict("already-certified") once there is a certificate.
    """
    portfolio = _portfolio(session, actor, portfolio_id)
    if is_certified(session, portfolio_id):
        raise Conflict("a certificate rests on it", slug="already-certified")
    document, items = document_of(session, portfolio.scheme_version_id), items_of(session, portfolio_id)
    institution = session.get_one(Institution, portfolio.institution_id).name
    offered = tuple(
        each
        for each in catalogue.programmes_for([document], institution, language)
        if each.code != portfolio.programme_code
    )
    chosen = next((each for each in offered if each.code == wanted), None)
    progress = judged(document, portfolio.programme_code, items)
    return ProgrammePage(
        portfolio_id=portfolio_id,
        is_own=portfolio.person_id == actor.person_id,
        now_code=portfolio.programme_code,
        offered=offered,
        progress=progress,
        wanted=chosen,
        would=consequences(items, progress, judged(document, chosen.code, items)) if chosen else None,
    )


def change_programme(
    session: Session,
    actor: Actor,
    portfolio_id: uuid.UUID,
    programme_code: str,
    *,
    reason: str = "",
    confirmed: Collection[str] = (),
) -> Portfolio:
    """Let the portfolio belong to this programme from now on, and keep who has done it. Done twice, it is
    done once.

    The gradebook is told when the share changes by it. Raises NotFound as `programme_change`,
    Problem("bad-request") for a programme that the scheme is not for or a reason of more than LONGEST_REASON
    characters, Conflict("already-certified") once there is a certificate, Conflict("requirement-lost") when a
    met requirement would be lost that staff have not confirmed by its id.
    """
    portfolio = _portfolio(session, actor, portfolio_id, is_locked=True)
    if portfolio.programme_code == programme_code:
        return portfolio
    would = programme_page(session, actor, portfolio_id, programme_code, "en").would
    if would is None or len(reason) > LONGEST_REASON:
        raise Problem("bad-request", "programme or reason")
    check_losses(would.lost, confirmed_by(session, actor, portfolio_id, confirmed))
    change = ProgrammeChange(
        institution_id=portfolio.institution_id,
        portfolio_id=portfolio.id,
        from_code=portfolio.programme_code,
        to_code=programme_code,
        changed_by_id=actor.person_id,
        reason=reason,
        lost=list(would.lost),
    )
    portfolio.programme_code = programme_code
    session.add(change)
    session.flush()
    tell_share(session, portfolio, would.before, would.after, cause_id=change.id)
    settle(session, portfolio_id, cause_id=change.id)
    return portfolio


def _portfolio(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, *, is_locked: bool = False
) -> Portfolio:
    wanted = select(Portfolio).where(
        Portfolio.id == portfolio_id, Portfolio.institution_id == actor.institution_id
    )
    if is_locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    portfolio = session.scalars(wanted).one_or_none()
    owned = owned_of(session, portfolio_id) if portfolio else None
    if portfolio is None or owned is None:
        raise NotFound("portfolio")
    require(PERMISSIONS, "portfolio.programme", actor, owned)
    return portfolio
