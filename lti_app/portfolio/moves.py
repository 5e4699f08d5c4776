"""Tables of what a portfolio followed before, and who has changed it: another version of its scheme, another
programme. Rows are added and never changed.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id


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
