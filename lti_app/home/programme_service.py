"""Changing the programme that a portfolio belongs to: the work stays, the rules are that programme's.

What the change would do is shown before (`programme_change`). A student cannot take a met requirement from
herself: such a change is a teacher's to make, who has to name each requirement that would be lost.
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
from lti_app.home.moving_service import check_losses, is_certified, tell_share
from lti_app.people.actors import Actor, require
from lti_app.people.models import Institution
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import items_of, judged
from lti_app.portfolio.records import ItemRow
from lti_app.schemes import catalogue
from lti_app.schemes.catalogue_files import Programme
from lti_app.schemes.comparing import counted, lost
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of
from lti_app.schemes.rules import Progress


@dataclass(frozen=True)
class ProgrammeChange:
    """A portfolio under its programme and, if one is looked at, under another; `offered` are the others.

    `lost` as comparing.lost gives it.
    """

    portfolio_id: uuid.UUID
    is_own: bool
    document: SchemeDocument
    items: tuple[ItemRow, ...]
    now_code: str
    offered: tuple[Programme, ...]
    wanted: Programme | None
    before: Progress
    after: Progress | None

    @property
    def lost(self) -> tuple[str, ...]:
        """The requirements that are met now and would no longer be."""
        return () if self.after is None else lost(self.before, self.after)

    @property
    def uncounted(self) -> tuple[ItemRow, ...]:
        """The activities that count now and would not any more."""
        if self.after is None:
            return ()
        gone = counted(self.before) - counted(self.after)
        return tuple(each for each in self.items if each.id in gone)


def programme_change(
    session: Session, actor: Actor, portfolio_id: uuid.UUID, wanted: str, language: str
) -> ProgrammeChange:
    """What changing to the programme of this code would do; with a code not offered, the choice alone.

    Raises NotFound for a portfolio that is neither the actor's nor her student's.
    """
    portfolio = _portfolio(session, actor, portfolio_id)
    document, items = document_of(session, portfolio.scheme_version_id), items_of(session, portfolio_id)
    institution = session.get_one(Institution, portfolio.institution_id).name
    offered = tuple(
        each
        for each in catalogue.programmes_for([document], institution, language)
        if each.code != portfolio.programme_code
    )
    chosen = next((each for each in offered if each.code == wanted), None)
    return ProgrammeChange(
        portfolio_id=portfolio_id,
        is_own=portfolio.person_id == actor.person_id,
        document=document,
        items=items,
        now_code=portfolio.programme_code,
        offered=offered,
        wanted=chosen,
        before=judged(document, portfolio.programme_code, items),
        after=judged(document, chosen.code, items) if chosen else None,
    )


def change_programme(
    session: Session,
    actor: Actor,
    portfolio_id: uuid.UUID,
    programme_code: str,
    *,
    confirmed: Collection[str] = (),
) -> None:
    """Let the portfolio belong to this programme from now on. Done twice, it is done once.

    The gradebook is told when the share changes by it. Raises NotFound as `programme_change`,
    Problem("bad-request") for a programme that the scheme is not for, Conflict("already-certified") once
    there is a certificate, Conflict("requirement-lost") when a met requirement would be lost that staff have
    not confirmed by its id.
    """
    portfolio = _portfolio(session, actor, portfolio_id, is_locked=True)
    if portfolio.programme_code == programme_code:
        return
    change = programme_change(session, actor, portfolio_id, programme_code, "en")
    if change.wanted is None or change.after is None:
        raise Problem("bad-request", "programme")
    if is_certified(session, portfolio_id):
        raise Conflict("a certificate rests on it", slug="already-certified")
    check_losses(session, actor, portfolio_id, change.lost, confirmed)
    portfolio.programme_code = programme_code
    session.flush()
    tell_share(session, portfolio, change.before, change.after)
    settle(session, portfolio_id)


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
