"""What is asked of kept credentials: the bytes to download, and a list's revoked places."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import jwt
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.badge.models import BadgeKey, Credential, StatusList


@dataclass(frozen=True)
class IssuedCredential:
    """A credential as it was issued, in both forms; `json_ld` is the same bytes as the PDF's attachment."""

    json_ld: bytes
    jwt: str
    issued_at: datetime
    revoked_at: datetime | None

    @property
    def kid(self) -> str:
        """The name of the key that signed it."""
        _, _, kid = str(jwt.get_unverified_header(self.jwt)["kid"]).partition("#")
        return kid


@dataclass(frozen=True)
class ListState:
    """How a status list stands. `version` goes up with every change."""

    number: int
    version: int
    changed_at: datetime


def credential_of(session: Session, institution_id: uuid.UUID, number: str) -> IssuedCredential | None:
    """The credential of a certificate; None for one that has none, or none any more."""
    row = session.scalars(
        select(Credential).where(
            Credential.institution_id == institution_id, Credential.certificate_number == number
        )
    ).one_or_none()
    if row is None or row.issued_at is None or not row.json_ld:
        return None
    return IssuedCredential(row.json_ld.encode(), row.jwt, row.issued_at, row.revoked_at)


def counts(session: Session, issued: IssuedCredential) -> bool:
    """Whether the key that signed it is not known to be compromised."""
    key = session.get(BadgeKey, issued.kid)
    return key is None or key.compromised_at is None


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
