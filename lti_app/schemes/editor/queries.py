"""The schemes of an institution, for who looks after them: versions, notes, drafts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lti_app.people.models import Person
from lti_app.schemes.assets import AssetView, pictures_of
from lti_app.schemes.models import CourseSetup, Scheme, SchemeVersion, VersionAuthors, VersionState
from lti_app.schemes.picture_places import in_file_form, named_pictures
from lti_app.schemes.text import Text


@dataclass(frozen=True)
class VersionRow:
    """A version in the history of its scheme; a draft has no note and no publisher yet."""

    id: uuid.UUID
    scheme_id: uuid.UUID
    slug: str
    name: Text
    number: int
    state: VersionState
    origin: str
    note: str
    published_at: datetime | None
    published_by: str
    edited_at: datetime | None
    edited_by: str
    revision: int
    courses: int

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state is VersionState.DRAFT


@dataclass(frozen=True)
class Draft:
    """A draft as it stands. `published` is the newest published document, empty before the first; `pictures`
    are those that it may name, and those of the institution that either names already.
    """

    version_id: uuid.UUID
    slug: str
    name: Text
    number: int
    revision: int
    origin: str
    document: Mapping[str, Any]
    may_undo: bool
    published: Mapping[str, Any]
    published_number: int | None
    pictures: tuple[AssetView, ...]


def versions_of(session: Session, institution_id: uuid.UUID, slug: str = "") -> tuple[VersionRow, ...]:
    """The versions of all schemes, or of one: by scheme, the newest first. Two queries."""
    editor, publisher = aliased(Person), aliased(Person)
    wanted = (
        select(SchemeVersion, Scheme.slug, editor.name.label("editor"), publisher.name.label("publisher"))
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .outerjoin(VersionAuthors, VersionAuthors.version_id == SchemeVersion.id)
        .outerjoin(editor, editor.id == VersionAuthors.edited_by_id)
        .outerjoin(publisher, publisher.id == VersionAuthors.published_by_id)
        .where(Scheme.institution_id == institution_id)
        .order_by(Scheme.slug, SchemeVersion.state, SchemeVersion.number.desc())
    )
    if slug:
        wanted = wanted.where(Scheme.slug == slug)
    courses = {
        row[0]: int(row[1])
        for row in session.execute(
            select(CourseSetup.scheme_version_id, func.count())
            .where(CourseSetup.institution_id == institution_id)
            .group_by(CourseSetup.scheme_version_id)
        )
    }
    return tuple(
        VersionRow(
            id=version.id,
            scheme_id=version.scheme_id,
            slug=scheme_slug,
            name=name_in(version.document, scheme_slug),
            number=version.number,
            state=version.state,
            origin=version.origin,
            note=version.note,
            published_at=version.published_at,
            published_by=published_by or "",
            edited_at=version.edited_at,
            edited_by=edited_by or "",
            revision=version.revision,
            courses=courses.get(version.id, 0),
        )
        for version, scheme_slug, edited_by, published_by in session.execute(wanted)
    )


def version_named(
    session: Session, institution_id: uuid.UUID, slug: str, number: int
) -> SchemeVersion | None:
    """A published version by its number."""
    return session.scalars(
        select(SchemeVersion)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(
            Scheme.institution_id == institution_id,
            Scheme.slug == slug,
            SchemeVersion.number == number,
            SchemeVersion.state == VersionState.PUBLISHED,
        )
    ).one_or_none()


def drafted(session: Session, institution_id: uuid.UUID) -> frozenset[str]:
    """The short names of the schemes that have a draft."""
    wanted = (
        select(Scheme.slug)
        .join(SchemeVersion, SchemeVersion.scheme_id == Scheme.id)
        .where(Scheme.institution_id == institution_id, SchemeVersion.state == VersionState.DRAFT)
    )
    return frozenset(session.scalars(wanted))


def draft_named(session: Session, institution_id: uuid.UUID, slug: str) -> Draft | None:
    """The scheme's draft, if it has one."""
    versions = session.scalars(
        select(SchemeVersion)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(Scheme.institution_id == institution_id, Scheme.slug == slug)
        .order_by(SchemeVersion.number.desc())
    ).all()
    draft = next((each for each in versions if each.state is VersionState.DRAFT), None)
    if draft is None:
        return None
    published = next((each for each in versions if each.state is VersionState.PUBLISHED), None)
    document = in_file_form(draft.document)
    before = in_file_form(published.document) if published else {}
    named = {*named_pictures(document).values(), *named_pictures(before).values()}
    return Draft(
        version_id=draft.id,
        slug=slug,
        name=name_in(draft.document, slug),
        number=draft.number,
        revision=draft.revision,
        origin=draft.origin,
        document=document,
        may_undo=draft.undo_document is not None,
        published=before,
        published_number=published.number if published else None,
        pictures=pictures_of(session, institution_id, named=named),
    )


def last_writer_of(session: Session, version_id: uuid.UUID, keys: Iterable[str]) -> uuid.UUID | None:
    """Who wrote these keys of a draft, if that was its last change; None where it cannot be told."""
    row = session.execute(
        select(SchemeVersion.document, SchemeVersion.undo_document, VersionAuthors.edited_by_id)
        .join(VersionAuthors, VersionAuthors.version_id == SchemeVersion.id)
        .where(SchemeVersion.id == version_id)
    ).one_or_none()
    if row is None or row.undo_document is None:
        return None
    now, before = (in_file_form(each) for each in (row.document, row.undo_document))
    is_theirs = any(now.get(key) != before.get(key) for key in keys)
    return row.edited_by_id if is_theirs else None


def name_in(document: Mapping[str, Any], slug: str) -> Text:
    """The name that a document gives itself, which may be half a one or none."""
    name = document.get("name")
    found = name if isinstance(name, dict) else {}
    sv, en = (str(found.get(each) or "") for each in ("sv", "en"))
    return Text(sv or en or slug, en or sv or slug)
