"""Versions of schemes: drafts, who published them, and portfolios that moved to a newer one.

A published version never changes, and it is the database that says so, by a trigger in each dialect. Only the
columns that make the version are guarded.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_GUARDED = "id, institution_id, scheme_id, number, document, state, published_at, note"
_SAID = "published_version_never_changes"


def upgrade() -> None:
    op.add_column("scheme_version", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        "scheme_version", sa.Column("origin", sa.String(length=200), server_default="", nullable=False)
    )
    op.add_column("scheme_version", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column("scheme_version", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("scheme_version", sa.Column("undo_document", sa.JSON(), nullable=True))
    op.create_index(
        "uq_scheme_version_draft",
        "scheme_version",
        ["scheme_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "version_authors",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("edited_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
            name=op.f("fk_version_authors_version_id_scheme_id_institution_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_version_authors_edited_by_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_version_authors_published_by_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_authors")),
    )
    op.create_table(
        "portfolio_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("portfolio_id", sa.Uuid(), nullable=False),
        sa.Column("from_version_id", sa.Uuid(), nullable=False),
        sa.Column("to_version_id", sa.Uuid(), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "from_version_id <> to_version_id", name=op.f("ck_portfolio_move_to_another_version")
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id", "institution_id"],
            ["portfolio.id", "portfolio.institution_id"],
            name=op.f("fk_portfolio_move_portfolio_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["from_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
            name=op.f("fk_portfolio_move_from_version_id_scheme_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["to_version_id", "scheme_id", "institution_id"],
            ["scheme_version.id", "scheme_version.scheme_id", "scheme_version.institution_id"],
            name=op.f("fk_portfolio_move_to_version_id_scheme_id_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["moved_by_id", "institution_id"],
            ["person.id", "person.institution_id"],
            name=op.f("fk_portfolio_move_moved_by_id_institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_move")),
    )
    op.create_index("ix_portfolio_move_portfolio", "portfolio_move", ["portfolio_id"])
    _guard_published()


def _guard_published() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER scheme_version_published BEFORE UPDATE OF {_GUARDED} ON scheme_version "
            f"WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION scheme_version_published() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER scheme_version_published BEFORE UPDATE OF {_GUARDED} ON scheme_version "
        "FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION scheme_version_published()"
    )
