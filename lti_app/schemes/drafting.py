"""Bringing a scheme's file to an institution as a draft, which no course runs until somebody publishes it."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import IN_TURN
from lti_app.people.models import Institution
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import Scheme, SchemeVersion, VersionAuthors, VersionState
from lti_app.schemes.picture_places import in_file_form
from lti_app.schemes.writing import to_json


class DraftExists(ValueError):  # noqa: N818 (what is the case, and what callers say)
    """The scheme has a draft that says something else, which would be lost."""


def import_draft(
    session: Session, institution_id: uuid.UUID, document: SchemeDocument, *, replaces: bool = False
) -> SchemeVersion:
    """Make this document the draft of its scheme at the institution.

    Idempotent: a draft that says the same already is that draft. Raises DraftExists if it says something
    else, unless it `replaces` it; then the editor can still undo that, and names nobody as its last author.
    What is published stays as it is.
    """
    session.get_one(Institution, institution_id, with_for_update=IN_TURN)
    scheme = _scheme(session, institution_id, document.slug)
    draft = session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.scheme_id == scheme.id, SchemeVersion.state == VersionState.DRAFT)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    written = in_file_form(to_json(document))
    if draft is None:
        last = session.scalar(
            select(func.max(SchemeVersion.number)).where(SchemeVersion.scheme_id == scheme.id)
        )
        draft = SchemeVersion(
            institution_id=institution_id,
            scheme_id=scheme.id,
            number=(last or 0) + 1,
            document=written,
            origin="file",
            edited_at=now(),
        )
        session.add(draft)
    elif in_file_form(draft.document) != written:
        if not replaces:
            raise DraftExists(
                f"{document.slug} has a draft (version {draft.number}) that says something else"
            )
        draft.undo_document, draft.document = draft.document, written
        draft.revision += 1
        draft.origin, draft.edited_at = "file", now()
        if (authors := session.get(VersionAuthors, draft.id)) is not None:
            authors.edited_by_id = None
    session.flush()
    return draft


def _scheme(session: Session, institution_id: uuid.UUID, slug: str) -> Scheme:
    known = session.scalars(
        select(Scheme).where(Scheme.institution_id == institution_id, Scheme.slug == slug)
    ).one_or_none()
    if known is not None:
        return known
    made = Scheme(institution_id=institution_id, slug=slug)
    session.add(made)
    session.flush()
    return made
