"""What erasing a certificate would take away, for whoever is asked whether to (erasing.py does it)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, CertificateState, Correction, Share
from lti_app.people.models import Institution
from lti_app.portfolio.models import Portfolio


@dataclass(frozen=True)
class Erasure:
    """A certificate to erase: `goes` says in words what is taken away; `others` are the numbers of the same
    person's other certificates that are not erased.
    """

    certificate_id: uuid.UUID
    number: str
    institution: str
    state: CertificateState
    issued_on: date
    erased_at: datetime | None
    holder_name: str
    goes: tuple[str, ...]
    others: tuple[str, ...]


def erasures(session: Session, number: str, institution_id: uuid.UUID | None = None) -> list[Erasure]:
    """The certificates with this number: at most one at each institution, or at the one that is given."""
    wanted = (
        select(Certificate, Institution.name, Portfolio.person_id)
        .join(Institution, Institution.id == Certificate.institution_id)
        .join(Portfolio, Portfolio.id == Certificate.portfolio_id)
        .where(Certificate.number == number)
        .order_by(Institution.name)
    )
    if institution_id is not None:
        wanted = wanted.where(Certificate.institution_id == institution_id)
    return [_erasure(session, *row) for row in session.execute(wanted)]


def _erasure(session: Session, found: Certificate, institution: str, person_id: uuid.UUID) -> Erasure:
    facts = CertificateFacts.from_json(found.facts)
    others = session.scalars(
        select(Certificate.number)
        .join(Portfolio, Portfolio.id == Certificate.portfolio_id)
        .where(Portfolio.person_id == person_id, Certificate.id != found.id, Certificate.erased_at.is_(None))
        .order_by(Certificate.number)
    )
    return Erasure(
        certificate_id=found.id,
        number=found.number,
        institution=institution,
        state=found.state,
        issued_on=facts.issued_on,
        erased_at=found.erased_at,
        holder_name=facts.holder_name,
        goes=_goes(session, found, facts),
        others=tuple(others),
    )


def _goes(session: Session, found: Certificate, facts: CertificateFacts) -> tuple[str, ...]:
    links, corrections = (
        session.scalar(select(func.count()).select_from(model).where(model.certificate_id == found.id)) or 0
        for model in (Share, Correction)
    )
    return (
        "the name, programme and presentation",
        _counted(len(facts.merits), "merit"),
        "the PDF file",
        "the digital badge",
        *((_counted(links, "link to show it"),) if links else ()),
        *((_counted(corrections, "correction asked for"),) if corrections else ()),
        "what waits to be handed in to the platform",
    )


def _counted(number: int, what: str) -> str:
    noun, _, rest = what.partition(" ")
    return f"{number} {noun}{'' if number == 1 else 's'}{' ' if rest else ''}{rest}"
