"""What a run would find, told before anybody begins it: certificates that are earned and not issued.

One that comes by itself in a moment is not among them. A run decides for each again (service.py); this only
tells, so that staff know what they press.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from lti_app.certificates.models import Certificate, CertificateState, Revocation
from lti_app.certificates.permissions import Scope
from lti_app.certificates.queries import ISSUE, order_key, standing
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.models import Person
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.queries import items_by_portfolio
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes.queries import document_of

MOST_NAMED = 10
MOST_JUDGED = 300  # portfolios, for one page


@dataclass(frozen=True)
class Earner:
    """Somebody whose certificate can be issued."""

    portfolio_id: uuid.UUID
    name: str


@dataclass(frozen=True)
class Earned:
    """How many, and the first of them by family name. `may_be_more`: not all that might be were judged."""

    count: int
    named: tuple[Earner, ...]
    may_be_more: bool

    @property
    def unnamed(self) -> int:
        """How many are counted and not named."""
        return self.count - len(self.named)


def might_have_earned(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Which portfolios are worth judging: report approved, name confirmed, and no certificate yet."""
    is_closed = exists().where(
        Item.portfolio_id == Portfolio.id,
        Item.kind == ItemKind.FINAL_REPORT,
        Item.state == ItemState.APPROVED,
    )
    of_course = () if scope.course_id is None else (Portfolio.course_id == scope.course_id,)
    return (
        Portfolio.institution_id == scope.institution_id,
        Portfolio.is_test.is_(False),
        Portfolio.name_confirmed_at.is_not(None),
        Portfolio.certified_at.is_(None),
        is_closed,
        *of_course,
    )


def earned_in(session: Session, scope: Scope) -> Earned:
    """What a run of this course or institution would issue now. Four queries, however many there are, and one
    for each scheme version among them that this process has not read yet.
    """
    rows = session.execute(
        select(Portfolio, Person.name)
        .join(Person, Person.id == Portfolio.person_id)
        .where(*might_have_earned(scope))
        .order_by(Person.name_key, Portfolio.id)
        .limit(MOST_JUDGED + 1)
    ).all()
    judged = {portfolio.id: (portfolio, name) for portfolio, name in rows[:MOST_JUDGED]}
    items = items_by_portfolio(session, judged)
    aside = _coming(session, judged) | _closed(session, judged)
    earners = [
        Earner(portfolio.id, name or portfolio.printed_name)
        for portfolio, name in judged.values()
        if portfolio.id not in aside
        and standing(
            portfolio, document_of(session, portfolio.scheme_version_id), items.get(portfolio.id, ())
        ).is_earned
    ]
    return Earned(len(earners), tuple(earners[:MOST_NAMED]), len(rows) > MOST_JUDGED)


def _coming(session: Session, portfolio_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those whose certificate is queued already."""
    keys = {order_key(each): each for each in portfolio_ids}
    queued = select(Delivery.order_key).where(
        Delivery.order_key.in_(list(keys)),
        Delivery.kind == ISSUE,
        Delivery.state == DeliveryState.WAITING,
    )
    return {keys[each] for each in session.scalars(queued)}


def _closed(session: Session, portfolio_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those that had a certificate and get no other by a run: revoked for good, or erased."""
    rows = session.execute(
        select(Certificate.portfolio_id, Certificate.state, Certificate.erased_at, Revocation.may_be_followed)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.portfolio_id.in_(list(portfolio_ids)))
        .order_by(Certificate.superseded_by_id.is_(None), Certificate.issued_at)
    )
    last = {each.portfolio_id: each for each in rows}
    return {
        portfolio_id
        for portfolio_id, each in last.items()
        if each.erased_at is not None
        or each.state is not CertificateState.REVOKED
        or not each.may_be_followed
    }
