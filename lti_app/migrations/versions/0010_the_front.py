"""how the picker looks; logins in a tab; spare assignments; by which installation somebody came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("time_zone", 64), ("contrast", 6), ("brand_url", 1000)):
        op.add_column(
            "deep_link_request", sa.Column(name, sa.String(length), server_default="", nullable=False)
        )
    for table in ("login_state", "deep_link_request"):
        op.add_column(
            table, sa.Column("is_in_tab", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    with op.batch_alter_table("launch_session") as visits:
        visits.add_column(sa.Column("deployment_id", sa.Uuid(), nullable=True))
        visits.create_foreign_key(
            op.f("fk_launch_session_deployment_id"),
            "deployment",
            ["deployment_id"],
            ["id"],
            ondelete="CASCADE",
        )
    op.create_index("ix_launch_session_deployment_id", "launch_session", ["deployment_id"])
    op.create_table(
        "spare_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "activities",
                "final_report",
                "certificate",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id", "institution_id"],
            ["course.id", "course.institution_id"],
            name=op.f("fk_spare_assignment_course_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spare_assignment")),
        sa.UniqueConstraint("course_id", "url", name=op.f("uq_spare_assignment_course_id_url")),
    )
