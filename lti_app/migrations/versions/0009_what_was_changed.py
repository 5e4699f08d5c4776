"""who changed what a portfolio follows, how a course moves, and which portfolio a student chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portfolio", sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True))
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
    op.create_table(
        "course_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("to_version_id", sa.Uuid(), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("reached", sa.String(length=200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("losing", sa.Integer(), nullable=False),
        sa.Column("certified", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by_id", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_outdated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_by_id IS NULL)", name=op.f("ck_course_move_stopped_by_somebody")
        ),
        sa.CheckConstraint(
            "stopped_at IS NULL OR finished_at IS NULL", name=op.f("ck_course_move_stopped_is_not_finished")
        ),
        sa.CheckConstraint(
            "NOT is_outdated OR finished_at IS NOT NULL", name=op.f("ck_course_move_outdated_is_finished")
        ),
        sa.ForeignKeyConstraint(
            ["course_id", "institution_id"],
            ["course.id", "course.institution_id"],
            name=op.f("fk_course_move_course_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["to_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
            name=op.f("fk_course_move_to_version_id_scheme_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_course_move_started_by_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stopped_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_course_move_stopped_by_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_move")),
    )
    op.create_index(
        "uq_course_move_open",
        "course_move",
        ["course_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index("ix_course_move_course", "course_move", ["course_id", "started_at"])
