"""Evidence: files that were stored and inspected, and links."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import after_commit
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor
from lti_app.portfolio.inspection import FileType
from lti_app.portfolio.limits import LINK_CHARS, MOST_EVIDENCE
from lti_app.portfolio.models import Evidence, Submission
from lti_app.portfolio.service.held import Held, own_item
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.fields import Field, FieldInvalid, FieldKind
from lti_app.schemes.text import Text
from lti_app.storage import Storage, Stored
from lti_app.storage.models import StoredFile, note_stored

LINK = Field("url", FieldKind.URL, Text(sv="Länk", en="Link"), max_chars=LINK_CHARS)


def add_file_evidence(
    session: Session,
    storage: Storage,
    actor: Actor,
    item_id: uuid.UUID,
    *,
    stored: Stored,
    file_type: FileType,
    name: str,
) -> Evidence:
    """Keep stored bytes of an inspected type under this name. The same bytes twice are kept once.

    The caller deletes the bytes when this raises. Raises Conflict("too-many-files") beyond the limit.
    """
    held = _held(session, actor, item_id)
    same = session.scalars(
        _present(item_id)
        .join(StoredFile, StoredFile.id == Evidence.stored_file_id)
        .where(StoredFile.sha256 == stored.sha256)
    ).first()
    if same is not None:
        after_commit(session, lambda: storage.delete(stored.key))
        return same
    file = note_stored(session, stored, institution_id=actor.institution_id, media_type=file_type.media_type)
    return _added(session, held, Evidence(stored_file_id=file.id, name=name))


def add_link_evidence(
    session: Session, actor: Actor, item_id: uuid.UUID, *, url: str, name: str = ""
) -> Evidence:
    """Add a web address. The same one twice is kept once. Raises Problem("bad-request") for anything else."""
    held = _held(session, actor, item_id)
    try:
        address = LINK.read(url)
    except FieldInvalid as error:
        raise Problem("bad-request", "link") from error
    if not address:
        raise Problem("bad-request", "no link")
    same = session.scalars(_present(item_id).where(Evidence.url == address)).first()
    return same or _added(session, held, Evidence(url=address, name=(name or address)[:255]))


def remove_evidence(
    session: Session, storage: Storage, actor: Actor, item_id: uuid.UUID, evidence_id: uuid.UUID
) -> None:
    """Take a file or link away; one that was submitted is only hidden, because the submission shows it.

    Nothing happens when it is gone already.
    """
    held = own_item(session, actor, item_id)
    found = session.scalars(_present(item_id).where(Evidence.id == evidence_id)).one_or_none()
    if found is None:
        return
    held.check_changeable()
    held.note_change()
    if _was_submitted(session, item_id, found.created_at):
        found.removed_at = now()
        return
    file = session.get(StoredFile, found.stored_file_id) if found.stored_file_id else None
    session.delete(found)
    session.flush()
    if file is not None:
        key = file.key
        session.delete(file)
        after_commit(session, lambda: storage.delete(key))


def _held(session: Session, actor: Actor, item_id: uuid.UUID) -> Held:
    held = own_item(session, actor, item_id)
    if held.item.kind is ItemKind.FINAL_REPORT:
        raise NotFound("evidence of a report")
    held.check_changeable()
    return held


def _added(session: Session, held: Held, evidence: Evidence) -> Evidence:
    count = select(func.count()).select_from(Evidence)
    held_now = session.scalar(count.where(Evidence.item_id == held.item.id, Evidence.removed_at.is_(None)))
    if (held_now or 0) >= MOST_EVIDENCE:
        raise Conflict(f"{held_now} files", slug="too-many-files")
    evidence.institution_id = held.item.institution_id
    evidence.item_id = held.item.id
    session.add(evidence)
    held.note_change()
    session.flush()
    return evidence


def _present(item_id: uuid.UUID) -> Select[Evidence]:
    return select(Evidence).where(Evidence.item_id == item_id, Evidence.removed_at.is_(None))


def _was_submitted(session: Session, item_id: uuid.UUID, created_at: datetime) -> bool:
    """Whether any submission was made while this evidence was there."""
    later = select(Submission.id).where(Submission.item_id == item_id, Submission.submitted_at >= created_at)
    return session.execute(later.limit(1)).first() is not None
