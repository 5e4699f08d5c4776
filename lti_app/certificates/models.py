"""Issued certificates, the claim that lets exactly one worker issue one, and the numbers they use up."""

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


class CertificateState(StrEnum):
    """issued → superseded | revoked."""

    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class Certificate(Base):
    """A certificate as it was issued: the facts printed and the bytes kept, never drawn again."""

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
        Index(
            "uq_certificate_issued",
            "portfolio_id",
            unique=True,
            sqlite_where=_ISSUED,
            postgresql_where=_ISSUED,
        ),
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
