"""who changed what a portfolio follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("portfolio_id", sa.Uuid(), nullable=False),
        sa.Column("from_code", sa.String(length=100), nullable=False),
        sa.Column("to_code", sa.String(length=100), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lost", sa.JSON(), nullable=False),
        sa.CheckConstraint("from_code <> to_code", name=op.f("ck_programme_change_to_another_programme")),
        sa.ForeignKeyConstraint(
            ["portfolio_id", "institution_id"],
            ["portfolio.id", "portfolio.institution_id"],
            name=op.f("fk_programme_change_portfolio_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_programme_change_changed_by_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_change")),
    )
    op.create_index("ix_programme_change_portfolio", "programme_change", ["portfolio_id"])
