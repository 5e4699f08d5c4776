"""The worker's verbs of issuing: exactly one worker at a time, exactly one certificate in the end.

A claim (with a number and a lease) is taken in one short transaction, `producing.py` draws and stores outside
any, and `conclude` is another. A worker that dies in between leaves a claim whose lease ends, a number that
stays a gap, and bytes whose removal the next one queues: their key follows from the claim. Bytes that nothing
refers to stay only where a worker stores them after its lease has ended and dies before it finds that out.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.certificates import code as codes
from lti_app.certificates.badge import keys as badge_keys
from lti_app.certificates.badge import service as badges
from lti_app.certificates.badge.signing import Prepared, SignedCredential
from lti_app.certificates.erasing import remove_unclaimed
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.handing_in import hand_in
from lti_app.certificates.models import (
    Certificate,
    CertificateClaim,
    CertificateSequence,
    CertificateState,
    Correction,
    CorrectionState,
)
from lti_app.certificates.queries import certificate_of
from lti_app.certificates.service import is_due, locked, verify_url
from lti_app.certificates.snapshot import facts_of
from lti_app.clock import now
from lti_app.db import insert_into, new_id
from lti_app.portfolio.models import Portfolio
from lti_app.settings import Settings
from lti_app.storage import Stored, key_of
from lti_app.storage.models import note_stored


@dataclass(frozen=True)
class Claim:
    """The right to issue for one portfolio until the lease ends: the facts to print, what its badge needs.

    `claimed_at` was read after the number was taken, so that certificates are in one order by both.
    """

    portfolio_id: uuid.UUID
    institution_id: uuid.UUID
    token: uuid.UUID
    facts: CertificateFacts
    badge: Prepared
    claimed_at: datetime
    supersedes: uuid.UUID | None = None


class ClaimedElsewhere(Exception):  # noqa: N818 (somebody else's turn, not an error)
    """Another worker is issuing for this portfolio, took it over, or was done first."""


class Outdated(Exception):  # noqa: N818 (a change, not an error)
    """What was to be printed is no longer so, or no longer earned."""


def clear_abandoned(session: Session, portfolio_id: uuid.UUID) -> None:
    """Take the claim away from a worker that did not finish within its lease, and queue that what it may have
    stored be removed: nothing refers to that, and without its claim nothing can any more.

    Raises LookupError when the portfolio is gone.
    """
    portfolio = locked(session, portfolio_id)
    held = session.get(CertificateClaim, portfolio_id)
    if held is None or held.lease_until > now():
        return
    session.delete(held)
    session.flush()
    remove_unclaimed(session, portfolio.institution_id, key_of(portfolio.institution_id, held.token.bytes))


def claim(session: Session, settings: Settings, portfolio_id: uuid.UUID) -> Claim | None:
    """Take the right to issue; None when the certificate stands as it is or is no longer earned.

    Raises ClaimedElsewhere while another worker has it, LookupError when the portfolio is gone.
    """
    portfolio = locked(session, portfolio_id)
    if not is_due(session, portfolio):
        return None
    if session.get(CertificateClaim, portfolio_id) is not None:
        raise ClaimedElsewhere
    issued_on = now().astimezone(ZoneInfo(settings.time_zone)).date()
    number, claimed_at = _next_number(session, portfolio.institution_id, issued_on), now()
    taken = CertificateClaim(
        portfolio_id=portfolio_id,
        token=uuid.uuid4(),
        number=number,
        code=codes.new_code(),
        lease_until=claimed_at + timedelta(seconds=settings.lease_seconds),
    )
    session.add(taken)
    facts = facts_of(
        session,
        portfolio,
        number=taken.number,
        code=taken.code,
        verify_url=verify_url(settings, taken.code),
        issued_on=issued_on,
    )
    stands = certificate_of(session, portfolio_id)
    return Claim(
        portfolio_id=portfolio_id,
        institution_id=portfolio.institution_id,
        token=taken.token,
        facts=facts,
        badge=badges.prepare(session, settings, institution_id=portfolio.institution_id, number=taken.number),
        claimed_at=claimed_at,
        supersedes=stands.id if stands else None,
    )


def conclude(session: Session, taken: Claim, stored: Stored, badge: SignedCredential) -> Certificate:
    """Make the stored bytes the certificate, keep its badge, queue it for the platform: one transaction.

    Raises ClaimedElsewhere when the lease ended and another worker took over; Outdated when something was
    reopened or changed since the claim, what it was to supersede was revoked or erased, or the key of its
    badge was given up.
    """
    portfolio = locked(session, taken.portfolio_id)
    held = session.get(CertificateClaim, taken.portfolio_id)
    if held is None or held.token != taken.token:
        raise ClaimedElsewhere
    _check_still_true(session, portfolio, taken.facts)
    if badge_keys.is_compromised(session, badge.kid):
        raise Outdated
    session.delete(held)
    file = note_stored(session, stored, institution_id=taken.institution_id, media_type="application/pdf")
    facts = taken.facts
    issued = Certificate(
        id=new_id(),
        institution_id=taken.institution_id,
        portfolio_id=taken.portfolio_id,
        number=facts.number,
        code=facts.code,
        state=CertificateState.ISSUED,
        facts=facts.to_json(),
        stored_file_id=file.id,
        issued_at=taken.claimed_at,
    )
    if taken.supersedes is not None:
        _supersede(session, taken.supersedes, issued)
    session.add(issued)
    badges.record(session, taken.institution_id, badge)
    session.flush()
    hand_in(session, portfolio, issued)
    return issued


def release(session: Session, taken: Claim) -> None:
    """Give up a claim whose certificate cannot be drawn, so that a retry need not wait for the lease."""
    session.execute(delete(CertificateClaim).where(CertificateClaim.token == taken.token))


def _supersede(session: Session, old_id: uuid.UUID, successor: Certificate) -> None:
    """Let the new one take the old one's place, and close the correction that it answers."""
    old = session.get_one(Certificate, old_id, with_for_update=True, populate_existing=True)
    if old.state is not CertificateState.ISSUED or old.erased_at is not None:
        raise Outdated
    old.state, old.superseded_by_id = CertificateState.SUPERSEDED, successor.id
    badges.revoke(session, old.institution_id, old.number)
    open_ = select(Correction).where(
        Correction.certificate_id == old_id, Correction.state == CorrectionState.APPROVED
    )
    for correction in session.scalars(open_):
        correction.state = CorrectionState.DONE
    session.flush()


def _check_still_true(session: Session, portfolio: Portfolio, facts: CertificateFacts) -> None:
    now_true = facts_of(
        session,
        portfolio,
        number=facts.number,
        code=facts.code,
        verify_url=facts.verify_url,
        issued_on=facts.issued_on,
    )
    if now_true != facts or not is_due(session, portfolio):
        raise Outdated


def _next_number(session: Session, institution_id: uuid.UUID, issued_on: date) -> str:
    """One more than the last of the year, in one statement, so that nobody else gets the same."""
    first = {"institution_id": institution_id, "year": issued_on.year, "last": 1}
    counted = (
        insert_into(session, CertificateSequence)
        .values(first)
        .on_conflict_do_update(
            index_elements=["institution_id", "year"], set_={"last": CertificateSequence.last + 1}
        )
        .returning(CertificateSequence.last)
    )
    return codes.certificate_number(codes.PREFIX, issued_on.year, session.execute(counted).scalar_one())
