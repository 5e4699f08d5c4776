"""What is kept of reading a course's roster."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

import lti_app.people.models  # noqa: F401 (foreign keys find their tables, whoever loads this first)
from lti_app.db import Base


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
