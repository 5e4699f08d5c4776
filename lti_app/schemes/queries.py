"""What a course runs, the documents behind it, and what it could run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.lti.ags.gradebook import may_read_results, missing_rights
from lti_app.lti.ags.models import SpareAssignment
from lti_app.lti.ags.spares import spares_of
from lti_app.people.models import Course
from lti_app.schemes.connections import Connection, connections_of
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, Scheme, SchemeVersion, VersionState
from lti_app.schemes.reading import from_json, from_yaml
from lti_app.settings import data_path

_MOST_KEPT = 500
_PUBLISHED: dict[uuid.UUID, SchemeDocument] = {}


@dataclass(frozen=True)
class Setup:
    """What a teacher chose for a course, and which version of the scheme that was."""

    course_id: uuid.UUID
    scheme_id: uuid.UUID
    scheme_slug: str
    scheme_version_id: uuid.UUID
    programme_code: str
    set_up_at: datetime


@dataclass(frozen=True)
class SetupPage:
    """What the set-up page shows. `offers_assignments` is False on a platform without gradebook services.

    `missing_rights` are scopes that the tool needs for the gradebook and was not given; `spares` are
    assignments of a kind that is connected elsewhere.
    """

    setup: Setup
    document: SchemeDocument
    offers_assignments: bool
    missing_rights: tuple[str, ...]
    reads_results: bool
    connections: tuple[Connection, ...]
    spares: tuple[SpareAssignment, ...]
    version_number: int
    has_newer_version: bool

    @property
    def is_connected(self) -> bool:
        """Whether all three assignments have their addresses."""
        return all(each.is_connected for each in self.connections)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to do: everything is connected, or nothing can be."""
        return self.is_connected or not self.offers_assignments

    @property
    def is_connecting(self) -> bool:
        """Whether the page is worth looking at again in a few seconds."""
        return self.offers_assignments and any(each.is_waiting for each in self.connections)

    @property
    def needs_retry(self) -> bool:
        """Whether something failed, or is absent, and asking again may help."""
        is_possible = self.offers_assignments and not self.missing_rights
        return is_possible and not self.is_connected and not self.is_connecting

    @property
    def is_gone(self) -> bool:
        """Whether the platform no longer has one of them."""
        return any(each.is_gone for each in self.connections)

    @property
    def limited(self) -> tuple[Connection, ...]:
        """Those that allow only so many attempts."""
        return tuple(each for each in self.connections if each.allowed_attempts is not None)


def setup_page(session: Session, course: Course) -> SetupPage | None:
    """How the set-up of a course stands; None before its first one."""
    chosen = setup_of(session, course.id)
    if chosen is None:
        return None
    return SetupPage(
        setup=chosen,
        document=document_of(session, chosen.scheme_version_id),
        offers_assignments=bool(course.lineitems_url),
        missing_rights=missing_rights(course),
        reads_results=may_read_results(course),
        connections=connections_of(session, course.id),
        spares=tuple(spares_of(session, course.id)),
        version_number=session.get_one(SchemeVersion, chosen.scheme_version_id).number,
        has_newer_version=newer_version(session, chosen.scheme_version_id) is not None,
    )


def setup_of(session: Session, course_id: uuid.UUID) -> Setup | None:
    """What this course runs; None before its first set-up."""
    row = session.execute(
        select(CourseSetup, Scheme.slug)
        .join(Scheme, Scheme.id == CourseSetup.scheme_id)
        .where(CourseSetup.course_id == course_id)
    ).one_or_none()
    if row is None:
        return None
    chosen: CourseSetup = row[0]
    return Setup(
        course_id=chosen.course_id,
        scheme_id=chosen.scheme_id,
        scheme_slug=row.slug,
        scheme_version_id=chosen.scheme_version_id,
        programme_code=chosen.programme_code,
        set_up_at=chosen.set_up_at,
    )


def document_of(session: Session, version_id: uuid.UUID) -> SchemeDocument:
    """The document of a version. Published versions never change, so each is read once per process.

    Raises LookupError for a version that is not there.
    """
    if (known := _PUBLISHED.get(version_id)) is not None:
        return known
    row = session.execute(
        select(SchemeVersion.document, SchemeVersion.state).where(SchemeVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise LookupError(f"no scheme version {version_id}")
    document = from_json(row.document)
    if row.state is VersionState.PUBLISHED:
        if len(_PUBLISHED) >= _MOST_KEPT:
            _PUBLISHED.clear()
        _PUBLISHED[version_id] = document
    return document


@cache
def bundled_schemes() -> dict[str, SchemeDocument]:
    """The schemes that come with the tool, by slug: every file of config/schemes. Raises SchemeInvalid."""
    files = sorted((data_path("config") / "schemes").glob("*.yaml"))
    found = (from_yaml(path.read_text("utf-8"), path.name) for path in files)
    return {document.slug: document for document in found}


def published_version(session: Session, institution_id: uuid.UUID, slug: str) -> SchemeVersion | None:
    """The newest published version of an institution's scheme."""
    return session.scalars(
        select(SchemeVersion)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(
            Scheme.institution_id == institution_id,
            Scheme.slug == slug,
            SchemeVersion.state == VersionState.PUBLISHED,
        )
        .order_by(SchemeVersion.number.desc())
        .limit(1)
    ).one_or_none()


def newer_version(session: Session, version_id: uuid.UUID) -> SchemeVersion | None:
    """The newest published version of the same scheme, if it is newer than this one."""
    this = select(SchemeVersion.scheme_id, SchemeVersion.number).where(SchemeVersion.id == version_id)
    now = this.subquery()
    return session.scalars(
        select(SchemeVersion)
        .join(now, now.c.scheme_id == SchemeVersion.scheme_id)
        .where(SchemeVersion.number > now.c.number, SchemeVersion.state == VersionState.PUBLISHED)
        .order_by(SchemeVersion.number.desc())
        .limit(1)
    ).one_or_none()


def offered_schemes(session: Session, institution_id: uuid.UUID) -> tuple[SchemeDocument, ...]:
    """The schemes a course may choose: the institution's own as last published, and the bundled ones."""
    rows = session.execute(
        select(Scheme.slug, SchemeVersion.id)
        .join(SchemeVersion, SchemeVersion.scheme_id == Scheme.id)
        .where(Scheme.institution_id == institution_id, SchemeVersion.state == VersionState.PUBLISHED)
        .order_by(SchemeVersion.number)
    )
    newest = {row.slug: row.id for row in rows}
    own = {slug: document_of(session, version_id) for slug, version_id in newest.items()}
    return tuple((bundled_schemes() | own).values())
