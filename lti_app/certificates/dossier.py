"""What a certificate's page shows beside the certificate: its correction, its links, those before it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import (
    Certificate,
    CertificateState,
    Correction,
    CorrectionKind,
    CorrectionState,
    Revocation,
    Share,
)
from lti_app.certificates.sharing import ShareView, lapsed_of, shares_of
from lti_app.errors import NotFound
from lti_app.people.models import Course, Person
from lti_app.portfolio.models import Portfolio


@dataclass(frozen=True)
class CorrectionView:
    """A correction that was asked for, by whom, and what staff answered; `requested_by_email` can be empty.

    `number` is the certificate's that was to be corrected, `name_now` the name printed on it.
    """

    id: uuid.UUID
    kind: CorrectionKind
    state: CorrectionState
    new_name: str
    note: str
    reply: str
    requested_at: datetime
    requested_by_id: uuid.UUID
    requested_by: str
    requested_by_email: str
    number: str
    name_now: str


@dataclass(frozen=True)
class Holder:
    """Whose certificate it is, and the course that her portfolio is worked on in; texts can be empty."""

    person_id: uuid.UUID
    name: str
    email: str
    course: str


@dataclass(frozen=True)
class Earlier:
    """A certificate that does not stand any more."""

    number: str
    code: str
    state: CertificateState
    issued_on: date
    revoked_at: datetime | None
    revoke_reason: str
    revoke_note: str


@dataclass(frozen=True)
class Dossier:
    """`correction` is the last one of the certificate that stands; `links` are the holder's alone to see.

    `lapsed_links` counts those that show no more because their certificate was replaced; `replaces` is the
    number of the certificate that the standing one took the place of, or empty.
    """

    correction: CorrectionView | None
    links: tuple[ShareView, ...]
    lapsed_links: int
    replaces: str
    earlier: tuple[Earlier, ...]

    @property
    def is_being_corrected(self) -> bool:
        """Whether a correction is approved and its new certificate is not issued yet."""
        return self.correction is not None and self.correction.state is CorrectionState.APPROVED


def dossier_of(session: Session, portfolio_id: uuid.UUID, *, shows_links: bool) -> Dossier:
    """What there is for this portfolio; at most four queries."""
    rows = session.execute(
        select(Certificate, Revocation.note.label("revoke_note"))
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.portfolio_id == portfolio_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id)
    ).all()
    standing = next(
        (row.Certificate for row in rows if row.Certificate.state is CertificateState.ISSUED), None
    )
    return Dossier(
        correction=_last_correction(session, standing.id) if standing else None,
        links=shares_of(session, standing.id) if standing and shows_links else (),
        lapsed_links=lapsed_of(session, portfolio_id) if standing and shows_links and len(rows) > 1 else 0,
        replaces=next(
            (
                row.Certificate.number
                for row in rows
                if standing and row.Certificate.superseded_by_id == standing.id
            ),
            "",
        ),
        earlier=tuple(
            _earlier(row.Certificate, row.revoke_note or "")
            for row in rows
            if row.Certificate is not standing
        ),
    )


def holder_of(session: Session, portfolio_id: uuid.UUID) -> Holder:
    """Whose portfolio it is. Raises NotFound for one that is not there."""
    row = session.execute(
        select(Person.id, Person.name, Person.email, Course.title)
        .join(Portfolio, Portfolio.person_id == Person.id)
        .join(Course, Course.id == Portfolio.course_id)
        .where(Portfolio.id == portfolio_id)
    ).one_or_none()
    if row is None:
        raise NotFound("portfolio")
    return Holder(row.id, row.name, row.email, row.title)


def correction_of(session: Session, correction_id: uuid.UUID) -> CorrectionView:
    """One correction, whatever became of it. Raises NotFound for one that is not there."""
    row = session.execute(_corrections().where(Correction.id == correction_id)).one_or_none()
    if row is None:
        raise NotFound("correction")
    return _correction(row)


def _last_correction(session: Session, certificate_id: uuid.UUID) -> CorrectionView | None:
    row = session.execute(
        _corrections()
        .where(Correction.certificate_id == certificate_id, Correction.state != CorrectionState.WITHDRAWN)
        .order_by(Correction.requested_at.desc(), Correction.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _correction(row)


def _corrections() -> Select[*tuple[Any, ...]]:
    return (
        select(Correction, Person.name, Person.email, Certificate.number, Certificate.facts)
        .join(Person, Person.id == Correction.requested_by_id)
        .join(Certificate, Certificate.id == Correction.certificate_id)
    )


def _correction(row: Any) -> CorrectionView:
    asked: Correction = row.Correction
    return CorrectionView(
        id=asked.id,
        kind=asked.kind,
        state=asked.state,
        new_name=asked.new_name,
        note=asked.note,
        reply=asked.reply,
        requested_at=asked.requested_at,
        requested_by_id=asked.requested_by_id,
        requested_by=row.name,
        requested_by_email=row.email,
        number=row.number,
        name_now=CertificateFacts.from_json(row.facts).holder_name,
    )


def _earlier(found: Certificate, note: str) -> Earlier:
    return Earlier(
        number=found.number,
        code=found.code,
        state=found.state,
        issued_on=CertificateFacts.from_json(found.facts).issued_on,
        revoked_at=found.revoked_at,
        revoke_reason=found.revoke_reason,
        revoke_note=note,
    )


def portfolio_of_correction(session: Session, correction_id: uuid.UUID) -> uuid.UUID:
    """On whose page a correction stands. Raises NotFound for one that is not there."""
    wanted = select(Certificate.portfolio_id).join(Correction, Correction.certificate_id == Certificate.id)
    return _found(session.scalar(wanted.where(Correction.id == correction_id)), "correction")


def portfolio_of_link(session: Session, share_id: uuid.UUID) -> uuid.UUID:
    """On whose page a link stands. Raises NotFound for one that is not there."""
    wanted = select(Certificate.portfolio_id).join(Share, Share.certificate_id == Certificate.id)
    return _found(session.scalar(wanted.where(Share.id == share_id)), "link")


def _found(portfolio_id: uuid.UUID | None, what: str) -> uuid.UUID:
    if portfolio_id is None:
        raise NotFound(what)
    return portfolio_id
