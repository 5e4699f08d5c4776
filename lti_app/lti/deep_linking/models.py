"""What is kept of a request for content."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

import lti_app.people.models  # noqa: F401 (foreign keys find their tables, whoever loads this first)
from lti_app.clock import now
from lti_app.db import Base, new_id


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
