"""What a run would find, told before anybody begins it: certificates that are earned and not issued.

One that comes by itself in a moment is told apart from them. A run decides for each again (service.py); this
only tells, so that staff know what they press.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, exists, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.models import Certificate, CertificateState, Revocation
from lti_app.certificates.permissions import Scope
from lti_app.certificates.queries import ISSUE, order_key, standing
from lti_app.db import written_out
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
    """Somebody whose certificate can be issued; `due_at` is when it will be by itself, None for never."""

    portfolio_id: uuid.UUID
    name: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Earned:
    """How many, and the first of them by family name. `may_be_more`: not all that might be were judged.
    `coming` are those beside them whose certificate is queued, the first of them, too.
    """

    count: int
    named: tuple[Earner, ...]
    may_be_more: bool
    coming: tuple[Earner, ...] = ()
    coming_count: int = 0

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
    """What a run of this course or institution would issue now. Three queries, however many there are, and
    one for each scheme version among them that this process has not read yet.
    """
    rows = _candidates(session, scope)
    due_at = _coming(session, [each.Portfolio.id for each in rows])
    judged = [
        Earner(each.Portfolio.id, each.name or each.Portfolio.printed_name, due_at.get(each.Portfolio.id))
        for each in _earners(session, rows[:MOST_JUDGED])
    ]
    earners = [each for each in judged if each.due_at is None]
    coming = [each for each in judged if each.due_at is not None]
    return Earned(
        len(earners),
        tuple(earners[:MOST_NAMED]),
        len(rows) > MOST_JUDGED,
        coming=tuple(coming[:MOST_NAMED]),
        coming_count=len(coming),
    )


def left_to_staff(session: Session, scope: Scope) -> int:
    """How many wait for staff to issue them, because their scheme says so; counted up to MOST_JUDGED. One
    query where there are none, else two.
    """
    rows = _candidates(session, scope, _is_not_queued())
    left = [
        each
        for each in rows
        if document_of(session, each.Portfolio.scheme_version_id).certificate.is_issued_by_staff
    ]
    return sum(1 for _ in _earners(session, left[:MOST_JUDGED]))


def _candidates(session: Session, scope: Scope, *further: ColumnElement[bool]) -> list[Row[Any]]:
    """Portfolios worth judging and their students' names, by family name: one more than are judged."""
    return list(
        session.execute(
            select(Portfolio, Person.name)
            .join(Person, Person.id == Portfolio.person_id)
            .where(*might_have_earned(scope), _may_get_one(), *further)
            .order_by(Person.name_key, Portfolio.id)
            .limit(MOST_JUDGED + 1)
        )
    )


def _earners(session: Session, rows: Collection[Row[Any]]) -> Iterator[Row[Any]]:
    """Those of them that have earned it."""
    items = items_by_portfolio(session, [each.Portfolio.id for each in rows]) if rows else {}
    for each in rows:
        document = document_of(session, each.Portfolio.scheme_version_id)
        if standing(each.Portfolio, document, items.get(each.Portfolio.id, ())).is_earned:
            yield each


def _coming(session: Session, portfolio_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Those whose certificate is queued already, and for when."""
    keys = {order_key(each): each for each in portfolio_ids}
    queued = select(Delivery.order_key, Delivery.not_before).where(
        Delivery.order_key.in_(list(keys)),
        Delivery.kind == ISSUE,
        Delivery.state == DeliveryState.WAITING,
    )
    return {keys[each.order_key]: each.not_before for each in session.execute(queued)} if keys else {}


def _is_not_queued() -> ColumnElement[bool]:
    """That a portfolio's certificate is not queued, by the key of `order_key`; SQLite writes ids without
    hyphens. Of whatever waits, which ix_delivery_due leads to: of an institution there is very much.
    """
    queued = select(func.replace(Delivery.order_key, "-", "")).where(
        Delivery.kind == ISSUE, Delivery.state.in_(written_out(DeliveryState.WAITING))
    )
    key = literal("certificate:").concat(func.replace(cast(Portfolio.id, String), "-", ""))
    return key.not_in(queued)


def _may_get_one() -> ColumnElement[bool]:
    """That a portfolio had no certificate, or one may follow its last: neither revoked for good nor erased.
    Called of portfolios without a certificate that stands.
    """
    later = aliased(Certificate)
    is_followed = exists().where(
        later.portfolio_id == Certificate.portfolio_id, later.issued_at > Certificate.issued_at
    )
    may_be_followed = exists().where(Revocation.certificate_id == Certificate.id, Revocation.may_be_followed)
    return not_(
        exists().where(
            Certificate.portfolio_id == Portfolio.id,
            Certificate.state == CertificateState.REVOKED,
            not_(is_followed),
            or_(Certificate.erased_at.is_not(None), not_(may_be_followed)),
        )
    )
