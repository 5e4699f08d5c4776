"""Issued certificates, the claim that lets exactly one worker issue one, and the numbers they use up.

Beside them what happens to a certificate afterwards: corrections that are asked for, and links that its
holder hands out.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
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

_ISSUED = text("state = 'issued'")
_OPEN = text("state IN ('requested', 'approved')")


class CertificateState(StrEnum):
    """issued → superseded | revoked."""

    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class RevokeReason(StrEnum):
    """Why a certificate was revoked, as anybody who verifies it may know."""

    ERROR = "error"  # it was issued by mistake
    WRONG_PERSON = "wrong_person"
    MISCONDUCT = "misconduct"
    HOLDER = "holder"  # the holder asked for it
    OTHER = "other"


class CorrectionKind(StrEnum):
    """What is wrong with a certificate: the name, or anything else."""

    NAME = "name"
    OTHER = "other"


class CorrectionState(StrEnum):
    """requested → approved → done | declined; a requested one can be withdrawn by who asked."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Certificate(Base):
    """A certificate as it was issued: the facts printed and the bytes kept, never drawn again.

    Of an erased one only the number, the code, the state and the hash of the bytes are left.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("institution_id", "number"),
        ForeignKeyConstraint(
            ["portfolio_id", "institution_id"], ["portfolio.id", "portfolio.institution_id"]
        ),
        ForeignKeyConstraint(
            ["stored_file_id", "institution_id"], ["stored_file.id", "stored_file.institution_id"]
        ),
        CheckConstraint(
            "(state = 'superseded') = (superseded_by_id IS NOT NULL)", name="superseded_has_successor"
        ),
        CheckConstraint("superseded_by_id <> id", name="superseded_by_another"),
        CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name="revoked_has_time"),
        CheckConstraint("(state = 'revoked') = (revoke_reason <> '')", name="revoked_has_reason"),
        CheckConstraint("length(code) = 12", name="code_length"),
        Index("uq_certificate_id_institution", "id", "institution_id", unique=True),
        Index(
            "uq_certificate_issued",
            "portfolio_id",
            unique=True,
            sqlite_where=_ISSUED,
            postgresql_where=_ISSUED,
        ),
        Index("ix_certificate_portfolio", "portfolio_id"),
        Index("ix_certificate_institution", "institution_id", "issued_at", "id"),
        Index("ix_certificate_state", "institution_id", "state", "issued_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    portfolio_id: Mapped[uuid.UUID]
    number: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[CertificateState] = mapped_column(
        words(CertificateState, "state"), default=CertificateState.ISSUED
    )
    facts: Mapped[str] = mapped_column(Text)
    stored_file_id: Mapped[uuid.UUID]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    # Checked at commit: the successor cannot be issued while its predecessor stands.
    superseded_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("certificate.id", deferrable=True, initially="DEFERRED")
    )
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str] = mapped_column(String(100), default="")
    erased_at: Mapped[datetime | None]


class Revocation(Base):
    """Who revoked a certificate, and a note for staff; `may_be_followed`: another may be issued after it."""

    __tablename__ = "certificate_revocation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["certificate_id", "institution_id"], ["certificate.id", "certificate.institution_id"]
        ),
    )

    certificate_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    institution_id: Mapped[uuid.UUID]
    revoked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    may_be_followed: Mapped[bool] = mapped_column(default=False)


class Correction(Base):
    """Somebody says that a certificate is wrong. Staff decide; the certificate issued anew supersedes it.

    An approved one is done when its successor is issued; `new_name` is the name to print, for kind name.
    """

    __tablename__ = "certificate_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["certificate_id", "institution_id"], ["certificate.id", "certificate.institution_id"]
        ),
        CheckConstraint("(kind = 'name') = (new_name <> '')", name="name_has_new_name"),
        CheckConstraint("kind = 'name' OR note <> ''", name="other_has_note"),
        CheckConstraint(
            "(state IN ('approved', 'done', 'declined')) = (decided_at IS NOT NULL)", name="decided_has_time"
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("state <> 'declined' OR reply <> ''", name="declined_has_reply"),
        Index(
            "uq_certificate_correction_open",
            "certificate_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_certificate_correction_institution", "institution_id", "state", "requested_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    certificate_id: Mapped[uuid.UUID]
    kind: Mapped[CorrectionKind] = mapped_column(words(CorrectionKind, "kind"))
    new_name: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[CorrectionState] = mapped_column(
        words(CorrectionState, "state"), default=CorrectionState.REQUESTED
    )
    requested_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(Text, default="")


class Share(Base):
    """A link by which the holder shows more of a certificate than its code does, until it is taken back."""

    __tablename__ = "certificate_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["certificate_id", "institution_id"], ["certificate.id", "certificate.institution_id"]
        ),
        CheckConstraint("shows_name OR shows_merits", name="shows_something"),
        Index("ix_certificate_share_certificate", "certificate_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    certificate_id: Mapped[uuid.UUID]
    token: Mapped[str] = mapped_column(String(40), unique=True)
    shows_name: Mapped[bool]
    shows_merits: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class CertificateRun(Base):
    """Issuing for many at once: who asked, for one course or the whole institution, and how far it has come.

    The worker gathers in the order of the portfolios' ids; `gathered_to` is the last one looked at, so that
    a run that was cut off goes on from there. What it queued has the run as its cause. Of one that was put
    away nobody is told any more.
    """

    __tablename__ = "certificate_run"
    __table_args__ = (
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        Index("ix_certificate_run_scope", "institution_id", "course_id", "started_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    course_id: Mapped[uuid.UUID | None]
    started_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    gathered_to: Mapped[uuid.UUID | None]
    gathered_at: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]


class CertificateClaim(Base):
    """Who may issue for a portfolio right now: taken with a lease, gone with the certificate."""

    __tablename__ = "certificate_claim"

    portfolio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portfolio.id"), primary_key=True)
    token: Mapped[uuid.UUID] = mapped_column(default=new_id)
    number: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(12))
    lease_until: Mapped[datetime]


class CertificateSequence(Base):
    """The last number given out at an institution in a year; a number burnt by a crash stays a gap."""

    __tablename__ = "certificate_sequence"
    __table_args__ = (CheckConstraint("last > 0", name="last_positive"),)

    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
