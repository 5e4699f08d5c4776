"""Erasing what a certificate says of its holder: the number, the code, the state and the hash stay.

Whoever holds the paper can still have it verified, by its code and by its bytes; nothing that names the
holder is left here. Who decides that, and when, is not this module's matter; the certificate stays as valid
as it was. The bytes are removed by the worker, so that no crash lets them stay.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lti_app.certificates.badge import service as badges
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate, Correction, Revocation, Share
from lti_app.clock import now
from lti_app.jobs import Work, outbox
from lti_app.storage.models import StoredFile

REMOVE_BYTES = "certificate.remove_bytes"


def erase(session: Session, certificate_id: uuid.UUID) -> None:
    """Forget the holder of this certificate, and queue that its bytes be removed.

    No other is issued in its place. Done twice, it is done once. Raises NoResultFound for a certificate that
    is not there.
    """
    found = session.get_one(Certificate, certificate_id, with_for_update=True)
    if found.erased_at is not None:
        return
    facts = CertificateFacts.from_json(found.facts)
    found.facts = replace(facts, holder_name="", merits=(), presentation=None, programme=None).to_json()
    found.erased_at = now()
    badges.forget(session, found.institution_id, found.number)
    session.execute(delete(Share).where(Share.certificate_id == found.id))
    session.execute(delete(Correction).where(Correction.certificate_id == found.id))
    session.execute(update(Revocation).where(Revocation.certificate_id == found.id).values(note=""))
    outbox.enqueue(
        session,
        kind=REMOVE_BYTES,
        payload={"stored_file_id": str(found.stored_file_id)},
        institution_id=found.institution_id,
        order_key=f"certificate-bytes:{found.id}",
        cause_id=found.id,
    )


def remove_unclaimed(session: Session, institution_id: uuid.UUID, key: str) -> None:
    """Queue that bytes be removed which never became a certificate, if there are any under this key.

    In the transaction from which on nothing can refer to them.
    """
    outbox.enqueue(
        session,
        kind=REMOVE_BYTES,
        payload={"key": key},
        institution_id=institution_id,
        order_key=f"certificate-bytes:{key}",
    )


def remove_bytes(work: Work) -> None:
    """Remove the bytes of an erased certificate, of which hash and size stay known, or those that never
    became one. Repeatable.
    """
    if key := work.payload.get("key"):
        work.storage.delete(str(key))
        return
    with work.db.reading() as session:
        stored = session.get(StoredFile, uuid.UUID(work.payload["stored_file_id"]))
    if stored is not None:
        work.storage.delete(stored.key)
