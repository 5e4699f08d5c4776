"""Tables of what a portfolio followed before, and who has changed it: another version of its scheme, another
programme. Their rows are added and never changed. Beside them, how far the move of a whole course has come.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id

_OPEN = text("finished_at IS NULL")


class PortfolioMove(Base):
    """That a portfolio follows another version of its scheme from now on.

    `lost` are the requirements that were met before and no longer are: a teacher confirmed it.
    """

    __tablename__ = "portfolio_move"
    __table_args__ = (
        ForeignKeyConstraint(
            ["portfolio_id", "institution_id"], ["portfolio.id", "portfolio.institution_id"]
        ),
        ForeignKeyConstraint(
            ["from_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
        ),
        ForeignKeyConstraint(
            ["to_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
        ),
        ForeignKeyConstraint(["moved_by_id", "institution_id"], ["person.id", "person.institution_id"]),
        CheckConstraint("from_version_id <> to_version_id", name="to_another_version"),
        Index("ix_portfolio_move_portfolio", "portfolio_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    scheme_id: Mapped[uuid.UUID]
    portfolio_id: Mapped[uuid.UUID]
    from_version_id: Mapped[uuid.UUID]
    to_version_id: Mapped[uuid.UUID]
    moved_by_id: Mapped[uuid.UUID]
    moved_at: Mapped[datetime] = mapped_column(default=now)
    lost: Mapped[list[Any]] = mapped_column(default=list)


class ProgrammeChange(Base):
    """That a portfolio belongs to another programme from now on; `reason` is empty where none was given.

    `lost` as in PortfolioMove. The codes are those of the day: a programme may leave the catalogue.
    """

    __tablename__ = "programme_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["portfolio_id", "institution_id"], ["portfolio.id", "portfolio.institution_id"]
        ),
        ForeignKeyConstraint(["changed_by_id", "institution_id"], ["person.id", "person.institution_id"]),
        CheckConstraint("from_code <> to_code", name="to_another_programme"),
        Index("ix_programme_change_portfolio", "portfolio_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    portfolio_id: Mapped[uuid.UUID]
    from_code: Mapped[str] = mapped_column(String(100))
    to_code: Mapped[str] = mapped_column(String(100))
    changed_by_id: Mapped[uuid.UUID]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(Text, default="")
    lost: Mapped[list[Any]] = mapped_column(default=list)


class CourseMove(Base):
    """Moving a course's portfolios to a version of their scheme: who asked, and how far it has come.

    They move in the order in which they were begun; `reached` is the place of the last one looked at (a
    cursor, empty before the first), and grows in the transaction that moves, so that a move that was cut off
    goes on from there. `total` could move when it began; of these `moved` have, and `losing` would lose what
    nobody has confirmed. `confirmed` names what may be lost, by portfolio. `certified` are those that stay
    with their certificate, counted at the end. It ends early, `is_outdated`, when a newer version is
    published.
    """

    __tablename__ = "course_move"
    __table_args__ = (
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        ForeignKeyConstraint(
            ["to_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
        ),
        ForeignKeyConstraint(["started_by_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["stopped_by_id", "institution_id"], ["person.id", "person.institution_id"]),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by_id IS NULL)", name="stopped_by_somebody"),
        CheckConstraint("stopped_at IS NULL OR finished_at IS NULL", name="stopped_is_not_finished"),
        CheckConstraint("NOT is_outdated OR finished_at IS NOT NULL", name="outdated_is_finished"),
        Index("uq_course_move_open", "course_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_course_move_course", "course_id", "started_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID]
    scheme_id: Mapped[uuid.UUID]
    to_version_id: Mapped[uuid.UUID]
    started_by_id: Mapped[uuid.UUID]
    started_at: Mapped[datetime] = mapped_column(default=now)
    confirmed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reached: Mapped[str] = mapped_column(String(200), default="")
    total: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    losing: Mapped[int] = mapped_column(default=0)
    certified: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[uuid.UUID | None]
    finished_at: Mapped[datetime | None]
    is_outdated: Mapped[bool] = mapped_column(default=False)
