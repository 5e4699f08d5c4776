"""A student's portfolio and what is in it: activities, final report, presentation, evidence, answers,
the frozen submissions and the decisions on them.

The three kinds of item share one table, because they share one workflow; check constraints keep each kind's
columns.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
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
from lti_app.portfolio.states import DecisionKind, ItemKind, ItemState, SubmissionState

_ONE_OF_EACH = text("kind <> 'activity'")
_WAITING = text("state = 'waiting'")
_STANDING = text("undone_at IS NULL AND kind <> 'reopen'")
_EARNING = text("name_confirmed_at IS NOT NULL AND certified_at IS NULL")


class Portfolio(Base):
    """One person's work towards one scheme, for years and across courses.

    `course_id` is the course it is worked on in now. `printed_name` is the name the student wants on the
    certificate; a teacher confirms it. A Test Student's portfolio counts nowhere. `chosen_at` is when the
    student last went to it from another that she has in the same course.

    `certified_at` is when the certificate was issued that stands for it, None without one. Triggers of the
    database, made by migration 0011, keep it so: nothing else writes it, and an object that was loaded before
    does not know (docs/decisions/036-a-portfolio-knows-its-certificate.md).
    """

    __tablename__ = "portfolio"
    __table_args__ = (
        UniqueConstraint("person_id", "scheme_id"),
        UniqueConstraint("id", "institution_id"),
        ForeignKeyConstraint(["person_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        ForeignKeyConstraint(
            ["scheme_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
        ),
        CheckConstraint("name_confirmed_at IS NULL OR printed_name <> ''", name="confirmed_name_exists"),
        # What the lists count and find, read from the index alone.
        Index("ix_portfolio_course", "course_id", "is_test", "person_id"),
        Index("ix_portfolio_certified", "course_id", "certified_at", "scheme_version_id"),
        Index("ix_portfolio_version", "institution_id", "is_test", "scheme_version_id"),
        Index(
            "ix_portfolio_earning",
            "institution_id",
            "is_test",
            "course_id",
            "certified_at",
            sqlite_where=_EARNING,
            postgresql_where=_EARNING,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    scheme_id: Mapped[uuid.UUID]
    scheme_version_id: Mapped[uuid.UUID]
    programme_code: Mapped[str] = mapped_column(String(100))
    course_id: Mapped[uuid.UUID]
    is_test: Mapped[bool] = mapped_column(default=False)
    printed_name: Mapped[str] = mapped_column(String(300), default="")
    name_confirmed_at: Mapped[datetime | None]
    name_confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    certified_at: Mapped[datetime | None]


class Item(Base):
    """Something that is submitted and decided on. `version` grows with each change.

    `details_version` is the one at which title, days, fields and form were last written. While `is_plan`, an
    activity is but planned: its plan is what is written, sent and decided on.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("id", "institution_id"),
        ForeignKeyConstraint(
            ["portfolio_id", "institution_id"], ["portfolio.id", "portfolio.institution_id"]
        ),
        CheckConstraint("(kind = 'activity') = (type_code <> '')", name="activity_has_type"),
        CheckConstraint("(kind = 'activity') = (setting <> '')", name="activity_has_setting"),
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"
        ),
        CheckConstraint("kind = 'presentation' OR form = ''", name="only_presentation_has_form"),
        CheckConstraint(
            "NOT is_plan OR (kind = 'activity' AND state <> 'approved')", name="plan_is_no_merit"
        ),
        Index(
            "uq_item_one_of_each",
            "portfolio_id",
            "kind",
            unique=True,
            sqlite_where=_ONE_OF_EACH,
            postgresql_where=_ONE_OF_EACH,
        ),
        Index("ix_item_portfolio", "portfolio_id", "kind"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    portfolio_id: Mapped[uuid.UUID]
    kind: Mapped[ItemKind] = mapped_column(words(ItemKind, "kind"))
    state: Mapped[ItemState] = mapped_column(words(ItemState, "state"), default=ItemState.DRAFT)
    is_plan: Mapped[bool] = mapped_column(default=False, server_default=text("(false)"))
    version: Mapped[int] = mapped_column(default=1)
    details_version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200), default="")
    type_code: Mapped[str] = mapped_column(String(100), default="")
    setting: Mapped[str] = mapped_column(String(20), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    form: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Activity(Item):
    """One merit: of a type, in a setting, from a day to a day, with the fields that its type asks for."""

    __mapper_args__ = {"polymorphic_identity": ItemKind.ACTIVITY}  # noqa: RUF012


class FinalReport(Item):
    """The closing report; its text lies in the answers."""

    __mapper_args__ = {"polymorphic_identity": ItemKind.FINAL_REPORT}  # noqa: RUF012


class Presentation(Item):
    """The closing presentation: `form` is talk, film or poster; `starts_on` the day it was or will be."""

    __mapper_args__ = {"polymorphic_identity": ItemKind.PRESENTATION}  # noqa: RUF012


class Answer(Base):
    """A student's answer to one question: of a reflection, or of the final report.

    `version` is the item's when it was last written; an answer that was taken away stays, empty.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("item_id", "question_id"),
        ForeignKeyConstraint(
            ["item_id", "institution_id"], ["item.id", "item.institution_id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    item_id: Mapped[uuid.UUID]
    question_id: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Evidence(Base):
    """A file or a link that backs an item. A removed one stays while a submission shows it."""

    __tablename__ = "evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["item_id", "institution_id"], ["item.id", "item.institution_id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["stored_file_id", "institution_id"], ["stored_file.id", "stored_file.institution_id"]
        ),
        CheckConstraint("(stored_file_id IS NULL) <> (url = '')", name="file_or_link"),
        Index("ix_evidence_item", "item_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    item_id: Mapped[uuid.UUID]
    stored_file_id: Mapped[uuid.UUID | None]
    url: Mapped[str] = mapped_column(String(2000), default="")
    name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]


class Submission(Base):
    """A frozen revision of an item, or of its plan. It remembers the course it was made from: scores go only
    there.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("item_id", "revision"),
        UniqueConstraint("id", "institution_id"),
        ForeignKeyConstraint(["item_id", "institution_id"], ["item.id", "item.institution_id"]),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        Index(
            "uq_submission_waiting", "item_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
        Index("ix_submission_queue", "course_id", "state", "is_test", "submitted_at", "id"),
        Index("ix_submission_institution_queue", "institution_id", "state", "is_test", "submitted_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    item_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID]
    revision: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    state: Mapped[SubmissionState] = mapped_column(
        words(SubmissionState, "state"), default=SubmissionState.WAITING
    )
    is_test: Mapped[bool] = mapped_column(default=False)
    is_plan: Mapped[bool] = mapped_column(default=False, server_default=text("(false)"))
    submitted_at: Mapped[datetime] = mapped_column(default=now)
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class Decision(Base):
    """What a reviewer decided on a submission; append-only, an undone one says when it was undone.

    `levels` are those chosen in the scheme's rubric, with the words of the day (portfolio/rubric.py).
    """

    __tablename__ = "decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["submission_id", "institution_id"], ["submission.id", "submission.institution_id"]
        ),
        CheckConstraint("kind = 'approve' OR comment <> ''", name="reason_given"),
        Index(
            "uq_decision_standing",
            "submission_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_decision_submission", "submission_id", "decided_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    submission_id: Mapped[uuid.UUID]
    kind: Mapped[DecisionKind] = mapped_column(words(DecisionKind, "kind"))
    comment: Mapped[str] = mapped_column(Text, default="")
    levels: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
