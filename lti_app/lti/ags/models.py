"""What is kept of a platform's gradebook: a course's assignments, what was sent to them, what it shows."""

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
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

import lti_app.people.models  # noqa: F401 (foreign keys find their tables, whoever loads this first)
from lti_app.clock import now
from lti_app.db import Base, new_id, words

LONGEST_LABEL = 300  # of an assignment, in characters


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


class ScoreClock(Base):
    """The last timestamp and submission time queued for one person on one line item: the first only ever
    grows.
    """

    __tablename__ = "score_clock"

    line_item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("line_item.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_timestamp: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
