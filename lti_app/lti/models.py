"""What the LTI room keeps: logins under way, the tool's own keys, its line items, invitations to register.

Longer than most: it is one list of tables, each of which is read by itself.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

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

import lti_app.people.models  # noqa: F401 (foreign keys find their tables, whoever loads this first)
from lti_app.clock import now
from lti_app.db import Base, new_id, words

LONGEST_LABEL = 300  # of an assignment, in characters
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


class LineItemKind(StrEnum):
    """The three assignments a course has."""

    ACTIVITIES = "activities"
    FINAL_REPORT = "final_report"
    CERTIFICATE = "certificate"


class LineItem(Base):
    """One of a course's three assignments. `url` is empty until the platform has answered with it.

    `gone_at` is when the platform last said that there is none at that address, `connected_at` since when the
    platform has had this very one. `allowed_attempts` is the limit that a launch named; None is no limit.
    """

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
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    url: Mapped[str] = mapped_column(String(1000), default="")
    score_maximum: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    created_at: Mapped[datetime] = mapped_column(default=now)
    connected_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    allowed_attempts: Mapped[int | None]


class SpareAssignment(Base):
    """A further assignment of a kind that its course has already: it opens the tool, and gets no results."""

    __tablename__ = "spare_assignment"
    __table_args__ = (
        UniqueConstraint("course_id", "url"),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID]
    kind: Mapped[LineItemKind] = mapped_column(words(LineItemKind, "kind"))
    url: Mapped[str] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(LONGEST_LABEL), default="")


class ChangedGrade(Base):
    """What the platform shows for a person on a line item, where that is not what it was last told.

    `points` of `maximum`; None where it shows no grade. The row goes as soon as the two agree.
    """

    __tablename__ = "changed_grade"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "institution_id"], ["person.id", "person.institution_id"]),
        Index("ix_changed_grade_person", "person_id"),
    )

    line_item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("line_item.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    institution_id: Mapped[uuid.UUID]
    points: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    maximum: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    noticed_at: Mapped[datetime] = mapped_column(default=now)


class RosterReading(Base):
    """How far reading a course's roster has come, and what the last whole one came to.

    While one is under way, `begun_at` marks whom it has seen and `next_url` is the page to go on with.
    Everybody is read; `joined_count` and `left_count` are the students among them.
    """

    __tablename__ = "roster_reading"
    __table_args__ = (
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        CheckConstraint("(begun_at IS NULL) = (next_url = '')", name="begun_has_page"),
        CheckConstraint("read_count >= 0", name="read_count_not_negative"),
    )

    course_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    institution_id: Mapped[uuid.UUID]
    begun_at: Mapped[datetime | None]
    next_url: Mapped[str] = mapped_column(String(2000), default="")
    read_count: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    joined_count: Mapped[int] = mapped_column(default=0)
    left_count: Mapped[int] = mapped_column(default=0)


class ScoreClock(Base):
    """The last timestamp and submission time queued for one person on one line item: the first only ever
    grows.
    """

    __tablename__ = "score_clock"

    line_item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("line_item.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_timestamp: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


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


class DeepLinkRequest(Base):
    """A platform's request for content, open until it is answered once or its time is over.

    `data` is the platform's own, returned as it came; None if it sent none. `answer` is what was chosen, so
    that the same form sent twice is answered twice the same. How the picker looks is told as in a launch;
    `is_in_tab` is as in its login.
    """

    __tablename__ = "deep_link_request"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_has_answer"),
        Index("ix_deep_link_request_expires_at", "expires_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    person_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID]
    roles: Mapped[str] = mapped_column(String(200))
    deployment_id: Mapped[str] = mapped_column(String(255))
    locale: Mapped[str] = mapped_column(String(20))
    time_zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    contrast: Mapped[str] = mapped_column(String(6), default="", server_default="")
    brand_url: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    return_url: Mapped[str] = mapped_column(Text)
    data: Mapped[str | None] = mapped_column(Text)
    accepts_several: Mapped[bool]
    accepts_line_items: Mapped[bool]
    is_in_tab: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    frame_ancestors: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")


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
