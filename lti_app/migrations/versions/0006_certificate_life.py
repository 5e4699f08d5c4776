"""what happens to a certificate after it was issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("uq_certificate_id_institution", "certificate", ["id", "institution_id"], unique=True)
    op.create_table(
        "certificate_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("name", "other", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("new_name", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "approved",
                "done",
                "declined",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'name') = (new_name <> '')", name=op.f("ck_certificate_correction_name_has_new_name")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'done', 'declined')) = (decided_at IS NOT NULL)",
            name=op.f("ck_certificate_correction_decided_has_time"),
        ),
        sa.CheckConstraint(
            "kind = 'name' OR note <> ''", name=op.f("ck_certificate_correction_other_has_note")
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reply <> ''", name=op.f("ck_certificate_correction_declined_has_reply")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_certificate_correction_decided_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id", "institution_id"],
            ["certificate.id", "certificate.institution_id"],
            name=op.f("fk_certificate_correction_certificate_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_certificate_correction_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_certificate_correction_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_correction")),
    )
    op.create_index(
        "ix_certificate_correction_institution",
        "certificate_correction",
        ["institution_id", "state", "requested_at"],
        unique=False,
    )
    op.create_index(
        "uq_certificate_correction_open",
        "certificate_correction",
        ["certificate_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'approved')"),
        postgresql_where=sa.text("state IN ('requested', 'approved')"),
    )
    op.create_table(
        "certificate_revocation",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("may_be_followed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id", "institution_id"],
            ["certificate.id", "certificate.institution_id"],
            name=op.f("fk_certificate_revocation_certificate_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["person.id"], name=op.f("fk_certificate_revocation_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_revocation")),
    )
    op.create_table(
        "certificate_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("shows_merits", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("shows_name OR shows_merits", name=op.f("ck_certificate_share_shows_something")),
        sa.ForeignKeyConstraint(
            ["certificate_id", "institution_id"],
            ["certificate.id", "certificate.institution_id"],
            name=op.f("fk_certificate_share_certificate_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_share")),
        sa.UniqueConstraint("token", name=op.f("uq_certificate_share_token")),
    )
    op.create_index(
        "ix_certificate_share_certificate",
        "certificate_share",
        ["certificate_id", "created_at"],
        unique=False,
    )
    op.add_column("certificate", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "certificate_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gathered_to", sa.Uuid(), nullable=True),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id", "institution_id"],
            ["course.id", "course.institution_id"],
            name=op.f("fk_certificate_run_course_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_certificate_run_institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["person.id"], name=op.f("fk_certificate_run_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_run")),
    )
    op.create_index(
        "ix_certificate_run_scope",
        "certificate_run",
        ["institution_id", "course_id", "started_at"],
        unique=False,
    )
    op.create_index("ix_stored_file_sha256", "stored_file", ["sha256"], unique=False)
