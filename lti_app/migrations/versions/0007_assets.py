"""the pictures of schemes' layouts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scheme_asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("logo", "signature", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("alt_sv", sa.String(length=200), nullable=False),
        sa.Column("alt_en", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_scheme_asset_sha256_length")),
        sa.CheckConstraint(
            "alt_sv <> '' AND alt_en <> ''", name=op.f("ck_scheme_asset_alt_in_both_languages")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_scheme_asset_institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id", "institution_id"],
            ["stored_file.id", "stored_file.institution_id"],
            name=op.f("fk_scheme_asset_stored_file_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_scheme_asset_added_by_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_asset")),
        sa.UniqueConstraint("institution_id", "sha256", name=op.f("uq_scheme_asset_institution_id_sha256")),
    )
