"""The launch session, which one verified launch opened, and the operator's session and links."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base


class LaunchSession(Base):
    """One launch of one person. `sid` stands in the address; only the hash of the cookie's secret is kept.

    `deployment_id` is by which installation she came (the row's own id), None where that is not known.
    `time_zone` is an IANA name, `contrast` is `high` or `normal`, `brand_url` leads to the school's colours;
    each is empty where nobody has told.
    """

    __tablename__ = "launch_session"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        Index("ix_launch_session_expires_at", "expires_at"),
        Index("ix_launch_session_deployment_id", "deployment_id"),
    )

    sid: Mapped[str] = mapped_column(String(32), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    institution_id: Mapped[uuid.UUID]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    person_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID | None]
    deployment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("deployment.id", ondelete="CASCADE"))
    roles: Mapped[str] = mapped_column(String(200), default="")
    locale: Mapped[str] = mapped_column(String(20), default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    contrast: Mapped[str] = mapped_column(String(6), default="", server_default="")
    brand_url: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    return_url: Mapped[str] = mapped_column(String(2000), default="")
    frame_ancestors: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class OperatorLink(Base):
    """A way in for the tool's operator, good for one use; only its token's hash is kept."""

    __tablename__ = "operator_link"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_hash_length"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class OperatorSession(Base):
    """An operator who has come in by a link; only the hash of the cookie's secret is kept."""

    __tablename__ = "operator_session"
    __table_args__ = (CheckConstraint("length(secret_hash) = 64", name="secret_hash_length"),)

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
