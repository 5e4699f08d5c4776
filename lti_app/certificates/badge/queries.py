"""What is asked of kept credentials: the bytes to download, and a list's revoked places."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.badge.models import BadgeKey, Credential, StatusList
from lti_app.certificates.badge.proof import kid_of


@dataclass(frozen=True)
class IssuedCredential:
    """A credential as it was issued, in both forms; `json_ld` is the same bytes as the PDF's attachment.

    One whose key is compromised counts no more.
    """

    json_ld: bytes
    jwt: str
    issued_at: datetime
    revoked_at: datetime | None
    counts: bool


@dataclass(frozen=True)
class ListState:
    """How a status list stands. `version` goes up with every change."""

    number: int
    version: int
    changed_at: datetime


def credential_of(session: Session, institution_id: uuid.UUID, number: str) -> IssuedCredential | None:
    """The credential of a certificate; None for one that has none, or none any more."""
    rows = session.execute(  # one for each compromised key, of which there are none or few
        select(Credential, BadgeKey.kid)
        .outerjoin(BadgeKey, BadgeKey.compromised_at.is_not(None))
        .where(Credential.institution_id == institution_id, Credential.certificate_number == number)
    ).all()
    if not rows or rows[0].Credential.issued_at is None or not rows[0].Credential.json_ld:
        return None
    row = rows[0].Credential
    counts = kid_of(row.jwt) not in {each.kid for each in rows}
    return IssuedCredential(row.json_ld.encode(), row.jwt, row.issued_at, row.revoked_at, counts)


def list_state(session: Session, number: int) -> ListState | None:
    """How this list stands; None if there is no such list."""
    row = session.get(StatusList, number)
    return None if row is None else ListState(row.number, row.version, row.changed_at)


def revoked_in(session: Session, number: int) -> list[int]:
    """The places in this list whose credentials are revoked."""
    query = select(Credential.status_index).where(
        Credential.status_list == number, Credential.revoked_at.is_not(None)
    )
    return list(session.scalars(query))
