"""The credential's part in issuing a certificate, and what becomes of it.

`prepare` when the certificate's number is claimed (it allots the place in a status list), `signing.make`
while no transaction is open, `record` in the transaction that concludes. A worker that dies in between leaves
a place that nobody uses. Who may issue or revoke is the certificate's business: its service calls these
verbs.
"""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from lti_app.certificates.badge.credential import Issuance
from lti_app.certificates.badge.did import did_web
from lti_app.certificates.badge.keys import current_signer
from lti_app.certificates.badge.models import Credential, StatusList
from lti_app.certificates.badge.signing import SALT_BYTES, Prepared, SignedCredential
from lti_app.certificates.badge.status import SIZE_BITS, list_url
from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.settings import Settings

# A list is closed when three quarters are allotted: until then a free place is drawn in four tries or so.
FULL_AT = SIZE_BITS * 3 // 4


def prepare(session: Session, settings: Settings, *, institution_id: uuid.UUID, number: str) -> Prepared:
    """Allot what the credential of this certificate number needs. Safe to repeat: the same comes again, with
    the key that is current then.

    Raises Problem("not-ready") when CIM_SECRET_KEY does not read the key.
    """
    did = did_web(settings.public_url)
    signer = current_signer(session, settings, did)
    row = _row(session, institution_id, number)
    if row is None:
        list_number, index = _allot(session)
        row = Credential(
            institution_id=institution_id,
            certificate_number=number,
            status_list=list_number,
            status_index=index,
            salt=secrets.token_hex(SALT_BYTES),
            prepared_at=now().replace(microsecond=0),
        )
        session.add(row)
        session.flush()
    issuance = Issuance(
        issuer_did=did,
        issuer_url=settings.public_url,
        institution_id=institution_id,
        at=row.prepared_at,
        salt=row.salt,
        status_list_url=list_url(settings.public_url, row.status_list),
        status_index=row.status_index,
    )
    return Prepared(number, issuance, signer)


def record(session: Session, institution_id: uuid.UUID, signed: SignedCredential) -> None:
    """Keep the credential as issued. Raises ValueError when it was not prepared, or is kept already."""
    kept = (
        update(Credential)
        .where(
            Credential.institution_id == institution_id,
            Credential.certificate_number == signed.number,
            Credential.issued_at.is_(None),
        )
        .values(json_ld=signed.json_ld.decode(), jwt=signed.jwt, issued_at=now())
        .returning(Credential.id)
    )
    if session.scalars(kept).one_or_none() is None:
        raise ValueError(f"the credential of {signed.number} was not prepared, or has been issued")


def revoke(session: Session, institution_id: uuid.UUID, number: str) -> bool:
    """Set the credential's bit, for good; whether there was one to revoke. Safe to repeat.

    A certificate that was superseded has its credential revoked as well: its bits know no difference.
    """
    row = _row(session, institution_id, number, is_locked=True)
    if row is None or row.issued_at is None:
        return False
    if row.revoked_at is None:
        row.revoked_at = now()
        listed = session.get_one(StatusList, row.status_list, with_for_update=True, populate_existing=True)
        listed.version, listed.changed_at = listed.version + 1, row.revoked_at
        session.flush()
    return True


def forget(session: Session, institution_id: uuid.UUID, number: str) -> None:
    """Erase what was issued, salt and all; the place in the status list and whether it is revoked stay.

    Copies that others have still verify: revoke first if they should not. Safe to repeat.
    """
    row = _row(session, institution_id, number, is_locked=True)
    if row is not None and row.issued_at is not None:
        row.json_ld = row.jwt = row.salt = ""
        session.flush()


def _row(
    session: Session, institution_id: uuid.UUID, number: str, *, is_locked: bool = False
) -> Credential | None:
    query = select(Credential).where(
        Credential.institution_id == institution_id, Credential.certificate_number == number
    )
    return session.scalars(query.with_for_update() if is_locked else query).one_or_none()


def _allot(session: Session) -> tuple[int, int]:
    """A place that nobody has, at random, in the list that is open; its row is locked until the commit."""
    listed = _open_list(session)
    while True:
        index = secrets.randbelow(SIZE_BITS)
        taken = exists().where(Credential.status_list == listed.number, Credential.status_index == index)
        if not session.scalar(select(taken)):
            listed.allotted += 1
            return listed.number, index


def _open_list(session: Session) -> StatusList:
    query = (
        select(StatusList)
        .where(StatusList.allotted < FULL_AT)
        .order_by(StatusList.number)
        .limit(1)
        .with_for_update()
    )
    found = session.scalars(query).one_or_none()
    while found is None:
        number = (session.scalar(select(func.max(StatusList.number))) or 0) + 1
        begun = {"number": number, "allotted": 0, "version": 0, "changed_at": now().replace(microsecond=0)}
        session.execute(insert_into(session, StatusList).values(begun).on_conflict_do_nothing())
        found = session.scalars(query).one_or_none()
    return found
