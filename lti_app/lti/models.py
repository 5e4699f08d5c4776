"""What is kept of platforms and launches: logins, the tool's keys, invitations, refusals, colours, hints.

What belongs to one service of a platform is kept beside it: in `ags`, `nrps` and `deep_linking`.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

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

import lti_app.people.models  # noqa: F401 (foreign keys find their tables, whoever loads this first)
from lti_app.clock import now
from lti_app.db import Base, new_id, words

_CURRENT = text("state = 'current'")
_NEXT = text("state = 'next'")


class LoginState(Base):
    """A login under way: state and nonce in one row, deleted by the one launch that consumes it.

    What the platform asked with is kept, so that the login can be repeated elsewhere. `uses_storage` says
    that the platform's frame `storage_target` holds the browser's secret, and not a cookie; `is_in_tab`, that
    it was begun anew in a tab of its own, because there was no other way.
    """

    __tablename__ = "login_state"
    __table_args__ = (Index("ix_login_state_expires_at", "expires_at"),)

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    browser_hash: Mapped[str] = mapped_column(String(64))
    target_link_uri: Mapped[str] = mapped_column(String(2000))
    login_hint: Mapped[str] = mapped_column(Text, default="", server_default="")
    message_hint: Mapped[str] = mapped_column(Text, default="", server_default="")
    storage_target: Mapped[str] = mapped_column(String(200), default="", server_default="")
    uses_storage: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_in_tab: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    expires_at: Mapped[datetime]


class KeyState(StrEnum):
    """next → current → retired; all are published until nothing signed by them can be in use."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


class ToolKey(Base):
    """An RSA key of the tool; the private part is encrypted with a key derived from CIM_SECRET_KEY.

    `changed_at` is when it came into its state, None as long as that is the first one.
    """

    __tablename__ = "tool_key"
    __table_args__ = (
        Index("uq_tool_key_current", "state", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
        Index("uq_tool_key_next", "state", unique=True, sqlite_where=_NEXT, postgresql_where=_NEXT),
    )

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    encrypted_pem: Mapped[str] = mapped_column(Text)
    state: Mapped[KeyState] = mapped_column(words(KeyState, "state"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime | None]


class Invitation(Base):
    """Leave to register one platform for an institution; only its secret's hash is kept.

    `taken_until` holds it while a registration is under way. A platform that named no deployment may bring
    its first one until `first_deployment_until`, which is emptied by the launch that does.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("(used_at IS NULL) = (platform_id IS NULL)", name="used_for_a_platform"),
        CheckConstraint(
            "first_deployment_until IS NULL OR platform_id IS NOT NULL", name="deployment_of_a_platform"
        ),
        CheckConstraint("length(token_hash) = 64", name="token_hash_length"),
        Index("ix_invitation_platform", "platform_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    institution: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    taken_until: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    platform_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    registered_from: Mapped[str] = mapped_column(String(300), default="")
    first_deployment_until: Mapped[datetime | None]


class LaunchFailure(Base):
    """How often logins and launches of a platform were refused for one reason, and the last of them.

    The reference is the one that the person was shown, and that the log has.
    """

    __tablename__ = "launch_failure"
    __table_args__ = (CheckConstraint("count > 0", name="count_positive"),)

    platform_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("platform.id", ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
    last_reference: Mapped[str] = mapped_column(String(20))


class Brand(Base):
    """A school's colours, as the platform keeps them at one address; `colours` holds only usable ones.

    `asked_at` is when their fetching was last queued, `fetched_at` when it last succeeded.
    """

    __tablename__ = "brand"
    __table_args__ = (UniqueConstraint("platform_id", "url"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(1000))
    colours: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]


class CourseHint(Base):
    """What the launches of a course said of how it may be set up: by the codes that its assignments carry,
    or as one of the courses that it was copied from (their context ids, the platform's order).
    """

    __tablename__ = "course_hint"
    __table_args__ = (
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
    )

    course_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    institution_id: Mapped[uuid.UUID]
    scheme_slug: Mapped[str] = mapped_column(String(100), default="")
    programme_code: Mapped[str] = mapped_column(String(100), default="")
    earlier_contexts: Mapped[list[Any]] = mapped_column(default=list)
