"""Issuing: who has earned a certificate, exactly one worker at a time, exactly one certificate in the end.

`settle` is called after every decision; when everything is there it puts one issue into the outbox. The worker then
takes a claim (with a number and a lease) in one short transaction, draws and stores outside any, and `conclude`s in
another. A worker that dies in between leaves a claim whose lease ends, a number that stays a gap, and nothing else.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.certificates import code as codes
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, CertificateClaim, CertificateSequence, CertificateState
from lti_app.certificates.queries import ISSUE, certificate_of, order_key, standing_of
from lti_app.certificates.snapshot import facts_of
from lti_app.clock import now
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti import gradebook
from lti_app.portfolio.models import Portfolio
from lti_app.settings import Settings
from lti_app.storage import Stored
from lti_app.storage.models import StoredFile

PREFIX = "CIM"


@dataclass(frozen=True)
class Claim:
    """The right to issue for one portfolio until the lease ends, and the facts to print."""

    portfolio_id: uuid.UUID
    institution_id: uuid.UUID
    token: uuid.UUID
    facts: CertificateFacts


class ClaimedElsewhere(Exception):
    """Another worker is issuing for this portfolio, or took it over."""


def settle(
    session: Session,
    portfolio_id: uuid.UUID,
    *,
    cause_id: uuid.UUID | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Queue the certificate if it is earned and none stands or waits; answers whether it was queued now."""
    portfolio = session.get_one(Portfolio, portfolio_id)
    if portfolio.is_test or not standing_of(session, portfolio_id).is_earned:
        return False
    if certificate_of(session, portfolio_id) or _is_waiting(session, portfolio_id):
        return False
    outbox.enqueue(
        session,
        kind=ISSUE,
        payload={"portfolio_id": str(portfolio_id)},
        institution_id=portfolio.institution_id,
        course_id=portfolio.course_id,
        order_key=order_key(portfolio_id),
        cause_id=cause_id,
        not_before=not_before,
    )
    return True


def claim(session: Session, settings: Settings, portfolio_id: uuid.UUID) -> Claim | None:
    """Take the right to issue; None when the certificate stands already or is no longer earned.

    Raises ClaimedElsewhere while another worker's lease runs.
    """
    portfolio = session.get_one(Portfolio, portfolio_id, with_for_update=True)
    if certificate_of(session, portfolio_id) or not standing_of(session, portfolio_id).is_earned:
        return None
    held = session.get(CertificateClaim, portfolio_id)
    if held is not None and held.lease_until > now():
        raise ClaimedElsewhere
    if held is not None:
        session.delete(held)
        session.flush()
    issued_on = now().astimezone(ZoneInfo(settings.time_zone)).date()
    taken = CertificateClaim(
        portfolio_id=portfolio_id,
        token=uuid.uuid4(),
        number=_next_number(session, portfolio.institution_id, issued_on),
        code=codes.new_code(),
        lease_until=now() + timedelta(seconds=settings.lease_seconds),
    )
    session.add(taken)
    facts = facts_of(
        session,
        portfolio_id,
        number=taken.number,
        code=taken.code,
        verify_url=verify_url(settings, taken.code),
        issued_on=issued_on,
    )
    return Claim(portfolio_id, portfolio.institution_id, taken.token, facts)


def conclude(session: Session, taken: Claim, stored: Stored) -> Certificate:
    """Make the stored bytes the certificate and queue it for the platform, in one transaction.

    Raises ClaimedElsewhere when the lease ended and another worker took over.
    """
    held = session.get(CertificateClaim, taken.portfolio_id, with_for_update=True)
    if held is None or held.token != taken.token:
        raise ClaimedElsewhere
    session.delete(held)
    file = StoredFile(
        institution_id=taken.institution_id,
        key=stored.key,
        media_type="application/pdf",
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
    )
    session.add(file)
    session.flush()
    facts = taken.facts
    issued = Certificate(
        institution_id=taken.institution_id,
        portfolio_id=taken.portfolio_id,
        number=facts.number,
        code=facts.code,
        state=CertificateState.ISSUED,
        facts=facts.to_json(),
        stored_file_id=file.id,
    )
    session.add(issued)
    session.flush()
    portfolio = session.get_one(Portfolio, taken.portfolio_id)
    gradebook.report_certificate(
        session,
        course_id=portfolio.course_id,
        person_id=portfolio.person_id,
        stored_file_id=file.id,
        file_title=f"{facts.number}.pdf",
        comment=f"{facts.title.sv} / {facts.title.en}: {facts.verify_url}",
        cause_id=issued.id,
    )
    return issued


def release(session: Session, taken: Claim) -> None:
    """Give up a claim whose certificate cannot be drawn, so that a retry need not wait for the lease."""
    session.execute(delete(CertificateClaim).where(CertificateClaim.token == taken.token))


def verify_url(settings: Settings, code: str) -> str:
    """The public address that tells whether a certificate is genuine; the QR code holds it."""
    return f"{settings.public_url}/verify/{codes.grouped(code)}"


def _is_waiting(session: Session, portfolio_id: uuid.UUID) -> bool:
    waiting = select(Delivery.sequence).where(
        Delivery.order_key == order_key(portfolio_id),
        Delivery.kind == ISSUE,
        Delivery.state == DeliveryState.WAITING,
    )
    return session.execute(waiting.limit(1)).first() is not None


def _next_number(session: Session, institution_id: uuid.UUID, issued_on: date) -> str:
    key = (institution_id, issued_on.year)
    sequence = session.get(CertificateSequence, key, with_for_update=True)
    if sequence is None:
        sequence = CertificateSequence(institution_id=institution_id, year=issued_on.year, last=0)
        session.add(sequence)
    sequence.last += 1
    session.flush()
    return codes.certificate_number(PREFIX, issued_on.year, sequence.last)
