"""What coordinators do with drafts that beginning.py has begun: write, undo, publish, discard.

A scheme has one draft at most. It is kept as it was typed, wrong or unfinished; only what is whole is
published, and what is published never changes again. Courses and portfolios keep the version they follow.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import IN_TURN
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor, require
from lti_app.people.models import Institution
from lti_app.schemes.assets import keys_of
from lti_app.schemes.models import Scheme, SchemeVersion, VersionAuthors, VersionState
from lti_app.schemes.permissions import PERMISSIONS
from lti_app.schemes.picture_places import in_file_form
from lti_app.schemes.queries import published_version
from lti_app.schemes.reading import SchemeInvalid, check_plain, from_json
from lti_app.schemes.writing import to_json

MOST_BYTES = 400_000
NOTE_CHARS = 2000


class TooLarge(Problem):
    """No draft can be as large as this."""

    def __init__(self) -> None:
        super().__init__("too-large", "draft")


def require_seeing(actor: Actor) -> None:
    """Raise NotFound unless the actor may see the institution's schemes."""
    require(PERMISSIONS, "schemes.see", actor)


def require_editing(actor: Actor) -> None:
    """Raise NotFound, or NotAllowed for staff who are no coordinators."""
    require(PERMISSIONS, "schemes.edit", actor)


def write_draft(
    session: Session,
    actor: Actor,
    slug: str,
    document: Mapping[str, Any],
    *,
    keys: Iterable[str],
    revision: int,
    seen: str,
) -> SchemeVersion:
    """Write these keys of the draft's document as they stand in `document`.

    Raises Conflict when another has written one of these keys since `revision`, at which they were as `seen`
    (see `mark_of`); TooLarge. Writing what stands there already changes nothing.
    """
    draft = _held(session, actor, slug)
    names = list(keys)
    held = in_file_form(draft.document)
    if draft.revision != revision and seen != mark_of(held, names):
        raise Conflict(f"draft at {draft.revision}, seen at {revision}")
    changed = {key: value for key, value in held.items() if key not in names}
    changed |= {key: document[key] for key in names if key in document}
    if changed != held:
        if is_too_large(changed):
            raise TooLarge
        _write(session, actor, draft, changed)
    return draft


def undo_change(session: Session, actor: Actor, slug: str, *, revision: int) -> SchemeVersion:
    """Put the draft back to what it was before its last change; once more brings that back.

    Raises Conflict when there is nothing to undo, or another has written since.
    """
    draft = _held(session, actor, slug)
    if draft.revision != revision or draft.undo_document is None:
        raise Conflict("another change came first")
    _write(session, actor, draft, dict(draft.undo_document))
    return draft


def publish_draft(session: Session, actor: Actor, slug: str, *, note: str, revision: int) -> SchemeVersion:
    """Publish the draft as the scheme's newest version, with what there is to say of it.

    Raises Problem("bad-request") without a note, Conflict("draft-incomplete") while anything is wrong or
    missing in it or a picture is not the institution's, Conflict("nothing-to-publish") when it says what the
    newest version says, Conflict when another has written since.
    """
    require_editing(actor)
    session.get_one(Institution, actor.institution_id, with_for_update=IN_TURN)
    draft = _held(session, actor, slug)
    if not note.strip() or len(note) > NOTE_CHARS:
        raise Problem("bad-request", "note")
    if draft.revision != revision:
        raise Conflict("another change came first")
    try:
        document = check_plain(draft.document)
    except SchemeInvalid as invalid:
        raise Conflict(f"{len(invalid.problems)} problems", slug="draft-incomplete") from invalid
    pictures = document.certificate.layout.assets()
    if len(keys_of(session, actor.institution_id, pictures)) < len(pictures):
        raise Conflict("a picture is not there", slug="draft-incomplete")
    newest = published_version(session, actor.institution_id, slug)
    if newest is not None and says_the_same(draft.document, newest.document):
        raise Conflict(f"as version {newest.number}", slug="nothing-to-publish")
    draft.number = (newest.number if newest else 0) + 1
    draft.document = to_json(document)
    draft.note = note.strip()
    draft.undo_document = None
    draft.state, draft.published_at = VersionState.PUBLISHED, now()
    authors_of(session, draft).published_by_id = actor.person_id
    session.flush()
    return draft


def discard_draft(session: Session, actor: Actor, slug: str, *, revision: int) -> None:
    """Delete the draft, and its scheme if nothing of that was ever published.

    Raises Conflict when another has written since.
    """
    draft = _held(session, actor, slug)
    if draft.revision != revision:
        raise Conflict("another change came first")
    scheme_id = draft.scheme_id
    authors = session.get(VersionAuthors, draft.id)
    if authors is not None:
        session.delete(authors)
        session.flush()
    session.delete(draft)
    session.flush()
    others = select(SchemeVersion.id).where(SchemeVersion.scheme_id == scheme_id).limit(1)
    if session.execute(others).first() is None:
        session.delete(session.get_one(Scheme, scheme_id))
        session.flush()


def says_the_same(draft: Mapping[str, Any], version: Mapping[str, Any]) -> bool:
    """Whether a draft would say what this version says; never while anything is wrong in it."""
    try:
        return to_json(check_plain(draft)) == to_json(from_json(version))
    except SchemeInvalid:
        return False


def mark_of(document: Mapping[str, Any], keys: Iterable[str]) -> str:
    """A short word for how these keys of a document stand."""
    part = {key: document[key] for key in sorted(keys) if key in document}
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]


def _held(session: Session, actor: Actor, slug: str) -> SchemeVersion:
    """The scheme's draft, locked until the transaction ends. Raises NotFound."""
    require_editing(actor)
    draft = session.scalars(
        select(SchemeVersion)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(
            Scheme.institution_id == actor.institution_id,
            Scheme.slug == slug,
            SchemeVersion.state == VersionState.DRAFT,
        )
        .with_for_update(of=SchemeVersion)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if draft is None:
        raise NotFound("draft")
    return draft


def _write(session: Session, actor: Actor, draft: SchemeVersion, document: dict[str, Any]) -> None:
    draft.undo_document = dict(draft.document)
    draft.document = document
    draft.revision += 1
    draft.edited_at = now()
    authors_of(session, draft).edited_by_id = actor.person_id
    session.flush()


def authors_of(session: Session, version: SchemeVersion) -> VersionAuthors:
    """Who edited and published a version, to be written to."""
    found = session.get(VersionAuthors, version.id)
    if found is None:
        found = VersionAuthors(
            version_id=version.id, scheme_id=version.scheme_id, institution_id=version.institution_id
        )
        session.add(found)
    return found


def is_too_large(document: Mapping[str, Any]) -> bool:
    """Whether no draft can be as large as this document."""
    return len(json.dumps(document)) > MOST_BYTES
