"""badges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "badge_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_private", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("current", "retired", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'retired' OR sealed_private <> ''", name=op.f("ck_badge_key_current_can_sign")
        ),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_badge_key")),
    )
    op.create_index(
        "uq_badge_key_current",
        "badge_key",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "status_list",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("allotted", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_status_list_number_positive")),
        sa.CheckConstraint("allotted >= 0", name=op.f("ck_status_list_allotted_not_negative")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_list")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_number", sa.String(length=40), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("json_ld", sa.Text(), nullable=False),
        sa.Column("jwt", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status_index >= 0", name=op.f("ck_credential_status_index_not_negative")),
        sa.CheckConstraint("(json_ld = '') = (jwt = '')", name=op.f("ck_credential_both_forms")),
        sa.CheckConstraint(
            "issued_at IS NOT NULL OR json_ld = ''", name=op.f("ck_credential_kept_when_issued")
        ),
        sa.CheckConstraint(
            "issued_at IS NOT NULL OR revoked_at IS NULL", name=op.f("ck_credential_revoked_when_issued")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_credential_institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["status_list"], ["status_list.number"], name=op.f("fk_credential_status_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint(
            "institution_id",
            "certificate_number",
            name=op.f("uq_credential_institution_id_certificate_number"),
        ),
        sa.UniqueConstraint(
            "status_list", "status_index", name=op.f("uq_credential_status_list_status_index")
        ),
    )
