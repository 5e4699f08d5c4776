"""What is known of stored bytes: where they lie, how many, and their SHA-256."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id
from lti_app.storage import Stored


class StoredFile(Base):
    """Bytes written once under a random key with the institution's prefix. `media_type` is sniffed."""

    __tablename__ = "stored_file"
    __table_args__ = (
        UniqueConstraint("id", "institution_id"),
        CheckConstraint("size_bytes > 0", name="size_positive"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        Index("ix_stored_file_sha256", "sha256"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


def note_stored(
    session: Session, stored: Stored, *, institution_id: uuid.UUID, media_type: str
) -> StoredFile:
    """Write down what is known of bytes that now lie in the store."""
    file = StoredFile(
        institution_id=institution_id,
        key=stored.key,
        media_type=media_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
    )
    session.add(file)
    session.flush()
    return file
