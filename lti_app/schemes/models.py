"""Schemes of an institution, their versions, and which one a course runs."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id, words

_DRAFT = text("state = 'draft'")


class VersionState(StrEnum):
    """draft → published; a published version never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"


class AssetKind(StrEnum):
    """What a picture of a layout is."""

    LOGO = "logo"
    SIGNATURE = "signature"


class Scheme(Base):
    """The rules of one certificate at one institution, under a slug that stays."""

    __tablename__ = "scheme"
    __table_args__ = (UniqueConstraint("institution_id", "slug"), UniqueConstraint("id", "institution_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    slug: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)


class SchemeVersion(Base):
    """One version of a scheme: the whole document as `writing.to_json` writes it.

    A draft may be incomplete or wrong; there is one at most. Each change makes its `revision` one more, by
    which two people who edit it notice each other. `origin` says what it was made from: `version:3`,
    `bundled:lund-medicine`, `file`. `undo_document` is what it was before its last change.
    `note` is what the publisher says of a version.

    A published version never changes: a trigger of the database, made by migration 0003, refuses it.
    """

    __tablename__ = "scheme_version"
    __table_args__ = (
        Index(
            "uq_scheme_version_draft",
            "scheme_id",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        UniqueConstraint("scheme_id", "number"),
        UniqueConstraint("id", "scheme_id", "institution_id"),
        ForeignKeyConstraint(["scheme_id", "institution_id"], ["scheme.id", "scheme.institution_id"]),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_has_time"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    scheme_id: Mapped[uuid.UUID]
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    state: Mapped[VersionState] = mapped_column(words(VersionState, "state"), default=VersionState.DRAFT)
    created_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    origin: Mapped[str] = mapped_column(String(200), default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    edited_at: Mapped[datetime | None]
    undo_document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class VersionAuthors(Base):
    """Who last edited a version, and who published it; apart, so that people can be forgotten."""

    __tablename__ = "version_authors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["edited_by_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["published_by_id", "institution_id"], ["person.id", "person.institution_id"]),
    )

    version_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    scheme_id: Mapped[uuid.UUID]
    institution_id: Mapped[uuid.UUID]
    edited_by_id: Mapped[uuid.UUID | None]
    published_by_id: Mapped[uuid.UUID | None]


class CourseSetup(Base):
    """What a teacher chose for a course: programme and scheme. Chosen anew, portfolios keep their version."""

    __tablename__ = "course_setup"
    __table_args__ = (
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        ForeignKeyConstraint(
            ["scheme_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
        ),
    )

    course_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    institution_id: Mapped[uuid.UUID]
    scheme_id: Mapped[uuid.UUID]
    scheme_version_id: Mapped[uuid.UUID]
    programme_code: Mapped[str] = mapped_column(String(100))
    set_up_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_up_at: Mapped[datetime] = mapped_column(default=now)


class SchemeAsset(Base):
    """A logo or the picture of a signature, which layouts of the institution's schemes name by its SHA-256.

    Its bytes are never removed, since certificates may show them: one that is withdrawn is only offered no
    more. The alternative texts are what a screen reader says in its place.
    """

    __tablename__ = "scheme_asset"
    __table_args__ = (
        UniqueConstraint("institution_id", "sha256"),
        ForeignKeyConstraint(
            ["stored_file_id", "institution_id"], ["stored_file.id", "stored_file.institution_id"]
        ),
        ForeignKeyConstraint(["added_by_id", "institution_id"], ["person.id", "person.institution_id"]),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("alt_sv <> '' AND alt_en <> ''", name="alt_in_both_languages"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    stored_file_id: Mapped[uuid.UUID]
    kind: Mapped[AssetKind] = mapped_column(words(AssetKind, "kind"))
    alt_sv: Mapped[str] = mapped_column(String(200))
    alt_en: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    added_by_id: Mapped[uuid.UUID | None]
    added_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
