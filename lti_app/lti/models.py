"""What the LTI room keeps: logins under way, the tool's own keys, and the line items it reports to."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id, words

_CURRENT = text("state = 'current'")


class LoginState(Base):
    """A login under way: state and nonce in one row, deleted by the one launch that consumes it."""

    __tablename__ = "login_state"
    __table_args__ = (Index("ix_login_state_expires_at", "expires_at"),)

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    browser_hash: Mapped[str] = mapped_column(String(64))
    target_link_uri: Mapped[str] = mapped_column(String(2000))
    expires_at: Mapped[datetime]


class KeyState(StrEnum):
    """next → current → retired; all are published until nothing signed by them can be in use."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


class ToolKey(Base):
    """An RSA key of the tool; the private part is encrypted with a key derived from CIM_SECRET_KEY."""

    __tablename__ = "tool_key"
    __table_args__ = (
        Index("uq_tool_key_current", "state", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    encrypted_pem: Mapped[str] = mapped_column(Text)
    state: Mapped[KeyState] = mapped_column(words(KeyState, "state"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class LineItemKind(StrEnum):
    """The three assignments a course has."""

    ACTIVITIES = "activities"
    FINAL_REPORT = "final_report"
    CERTIFICATE = "certificate"


class LineItem(Base):
    """One of a course's three assignments. `url` is empty until the platform has answered with it."""

    __tablename__ = "line_item"
    __table_args__ = (
        UniqueConstraint("course_id", "kind"),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        CheckConstraint("score_maximum > 0", name="score_maximum_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID]
    kind: Mapped[LineItemKind] = mapped_column(words(LineItemKind, "kind"))
    label: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(1000), default="")
    score_maximum: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ScoreClock(Base):
    """The last timestamp and submission time queued for one person on one line item: the first only ever
    grows.
    """

    __tablename__ = "score_clock"

    line_item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("line_item.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_timestamp: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
