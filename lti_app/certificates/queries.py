"""What is asked about certificates: how near one is, the one that stands, what a stranger may see."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lti_app.certificates.badge.queries import credential_of
from lti_app.certificates.code import masked_name
from lti_app.certificates.facts import CertificateFacts, Text
from lti_app.certificates.models import (
    Certificate,
    CertificateState,
    Correction,
    CorrectionState,
    Revocation,
)
from lti_app.portfolio.models import Decision, Item, Portfolio, Submission
from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.queries import items_of, judged
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import document_of

ISSUE = "certificate.issue"


@dataclass(frozen=True)
class Standing:
    """What a portfolio needs for its certificate; each True is one thing that is done, or not asked for.
    `requires_presentation` tells with which step the name is confirmed: otherwise it is the final report.
    """

    is_test: bool
    requires_presentation: bool
    requirements_met: bool
    report_approved: bool
    presentation_approved: bool
    name_confirmed: bool

    @property
    def is_earned(self) -> bool:
        """Whether the certificate is to be issued. A Test Student never earns one."""
        return self.left == 0 and not self.is_test

    @property
    def left(self) -> int:
        """How many of the four things are left to do."""
        done = (self.requirements_met, self.report_approved, self.presentation_approved, self.name_confirmed)
        return done.count(False)


@dataclass(frozen=True)
class CertificateView:
    """A certificate as its holder and staff see it. `code` is written without hyphens."""

    id: uuid.UUID
    institution_id: uuid.UUID
    number: str
    code: str
    state: CertificateState
    issued_at: datetime
    stored_file_id: uuid.UUID
    facts: CertificateFacts
    is_erased: bool

    @property
    def issued_on(self) -> date:
        """The day printed on it."""
        return self.facts.issued_on

    @property
    def title(self) -> Text:
        """What it is called."""
        return self.facts.title

    @property
    def holder_name(self) -> str:
        """The name printed on it."""
        return self.facts.holder_name


@dataclass(frozen=True)
class PublicView:
    """What anybody with the code sees: status, title, issuer, date, masked name (empty of an erased one).

    Its badge counts, unless it was signed with a key that is compromised.
    """

    code: str
    state: CertificateState
    number: str
    title: Text
    issuer: Text
    issued_on: date
    masked_name: str
    revoked_at: datetime | None
    revoke_reason: str
    successor_code: str
    badge_counts: bool
    is_erased: bool


def owned_of(session: Session, portfolio_id: uuid.UUID) -> Owned | None:
    """Whose portfolio it is, for the permission check, and the courses it was worked on in."""
    found = session.get(Portfolio, portfolio_id)
    if found is None:
        return None
    submitted_in = session.scalars(
        select(Submission.course_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Item.portfolio_id == portfolio_id)
        .distinct()
    )
    return Owned(found.institution_id, found.person_id, frozenset({found.course_id, *submitted_in}))


def standing_of(session: Session, portfolio_id: uuid.UUID) -> Standing:
    """How near the portfolio is to its certificate. Raises LookupError for one that is not there."""
    portfolio = session.get_one(Portfolio, portfolio_id)
    document = document_of(session, portfolio.scheme_version_id)
    return standing(portfolio, document, items_of(session, portfolio_id))


def standing(portfolio: Portfolio, document: SchemeDocument, items: Collection[ItemRow]) -> Standing:
    """The same of a portfolio whose items were read already."""
    approved = {each.kind for each in items if each.state is ItemState.APPROVED}
    return Standing(
        is_test=portfolio.is_test,
        requires_presentation=document.presentation.required,
        requirements_met=judged(document, portfolio.programme_code, items).met,
        report_approved=ItemKind.FINAL_REPORT in approved,
        presentation_approved=ItemKind.PRESENTATION in approved or not document.presentation.required,
        name_confirmed=portfolio.name_confirmed_at is not None,
    )


def reopened_since(session: Session, portfolio_id: uuid.UUID, moment: datetime) -> bool:
    """Whether something of the portfolio was reopened since then, mended by now or not."""
    reopening = (
        select(Decision.id)
        .join(Submission, Submission.id == Decision.submission_id)
        .join(Item, Item.id == Submission.item_id)
        .where(Item.portfolio_id == portfolio_id, Decision.kind == DecisionKind.REOPEN)
        .where(Decision.undone_at.is_(None), Decision.decided_at >= moment)
    )
    return session.execute(reopening.limit(1)).first() is not None


def certificate_of(session: Session, portfolio_id: uuid.UUID) -> CertificateView | None:
    """The certificate that stands for this portfolio, if one does."""
    found = session.scalars(
        select(Certificate).where(
            Certificate.portfolio_id == portfolio_id, Certificate.state == CertificateState.ISSUED
        )
    ).one_or_none()
    return None if found is None else view_of(found)


def certified_of(session: Session, portfolio_ids: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of these portfolios that have a certificate which stands. One query, and none for none."""
    ids = list(portfolio_ids)
    wanted = select(Certificate.portfolio_id).where(
        Certificate.portfolio_id.in_(ids), Certificate.state == CertificateState.ISSUED
    )
    return frozenset(session.scalars(wanted)) if ids else frozenset()


def others_of(session: Session, portfolio_id: uuid.UUID) -> dict[uuid.UUID, CertificateView]:
    """The certificates, by portfolio, that the student of this one has by other schemes. One query."""
    this, other = aliased(Portfolio), aliased(Portfolio)
    found = session.scalars(
        select(Certificate)
        .join(other, other.id == Certificate.portfolio_id)
        .join(this, this.person_id == other.person_id)
        .where(this.id == portfolio_id, other.id != this.id, Certificate.state == CertificateState.ISSUED)
        .order_by(Certificate.issued_at)
    )
    return {each.portfolio_id: view_of(each) for each in found}


def view_of(found: Certificate) -> CertificateView:
    """A certificate's row, as pages show it."""
    return CertificateView(
        id=found.id,
        institution_id=found.institution_id,
        number=found.number,
        code=found.code,
        state=found.state,
        issued_at=found.issued_at,
        stored_file_id=found.stored_file_id,
        facts=CertificateFacts.from_json(found.facts),
        is_erased=found.erased_at is not None,
    )


def last_of(session: Session, portfolio_id: uuid.UUID) -> Certificate | None:
    """The certificate issued last for this portfolio, whatever became of it."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.portfolio_id == portfolio_id)
        .order_by(
            # The one that stands comes first, whatever the clock said when it was issued.
            (Certificate.state == CertificateState.ISSUED).desc(),
            Certificate.superseded_by_id.is_(None).desc(),
            Certificate.issued_at.desc(),
        )
        .limit(1)
    ).one_or_none()


def revoked_for_good(session: Session, portfolio_id: uuid.UUID) -> Certificate | None:
    """The portfolio's last certificate, if it was revoked and nobody has said that another may follow, or it
    was erased, too.
    """
    last = last_of(session, portfolio_id)
    if last is None or last.state is not CertificateState.REVOKED:
        return None
    revocation = session.get(Revocation, last.id)
    may_be_followed = revocation is not None and revocation.may_be_followed and last.erased_at is None
    return None if may_be_followed else last


def is_being_corrected(session: Session, certificate_id: uuid.UUID) -> bool:
    """Whether a correction of it was approved whose new certificate is not issued yet."""
    approved = select(Correction.id).where(
        Correction.certificate_id == certificate_id, Correction.state == CorrectionState.APPROVED
    )
    return session.execute(approved.limit(1)).first() is not None


def last_correction(session: Session, certificate_id: uuid.UUID) -> CorrectionState | None:
    """How the last correction stands that was asked for and not withdrawn; None where there is none."""
    return session.scalars(
        select(Correction.state)
        .where(Correction.certificate_id == certificate_id, Correction.state != CorrectionState.WITHDRAWN)
        .order_by(Correction.requested_at.desc(), Correction.id)
        .limit(1)
    ).one_or_none()


def waits_for_staff(session: Session, portfolio: Portfolio) -> bool:
    """Whether the scheme leaves issuing to staff, and no certificate stands that is issued anew."""
    texts = document_of(session, portfolio.scheme_version_id).certificate
    last = last_of(session, portfolio.id) if texts.is_issued_by_staff else None
    return texts.is_issued_by_staff and (last is None or last.state is not CertificateState.ISSUED)


def public_view(session: Session, code: str) -> PublicView | None:
    """What a stranger sees for a code, as `code.sought` gives it; None when no certificate has it."""
    row = session.execute(select(Certificate).where(Certificate.code == code).limit(1)).scalar_one_or_none()
    if row is None:
        return None
    facts = CertificateFacts.from_json(row.facts)
    successor = session.get(Certificate, row.superseded_by_id) if row.superseded_by_id else None
    badge = credential_of(session, row.institution_id, row.number)
    return PublicView(
        code=row.code,
        state=row.state,
        number=row.number,
        title=facts.title,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        masked_name=masked_name(facts.holder_name),
        is_erased=row.erased_at is not None,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
        successor_code=successor.code if successor else "",
        badge_counts=badge is None or badge.counts,
    )


def order_key(portfolio_id: uuid.UUID) -> str:
    """What keeps the attempts to issue for one portfolio in a row."""
    return f"certificate:{portfolio_id}"
