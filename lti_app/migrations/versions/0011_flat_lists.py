"""Lists that take as long at a large institution as at a small one: indexes, and when a portfolio was certified.

`portfolio.certified_at` is what triggers make it, in each dialect: the database itself keeps it right,
whoever issues, revokes or removes (docs/decisions/036-a-portfolio-knows-its-certificate.md).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_portfolio_course", "portfolio", ["course_id", "is_test", "person_id"]),
    ("ix_portfolio_certified", "portfolio", ["course_id", "certified_at", "scheme_version_id"]),
    ("ix_portfolio_version", "portfolio", ["institution_id", "is_test", "scheme_version_id"]),
    ("ix_enrolment_course", "enrolment", ["course_id", "role", "is_active", "person_id"]),
    ("ix_person_names", "person", ["id", "institution_id", "is_test", "family_name", "given_name"]),
    ("ix_person_launch", "person", ["platform_id", "has_launched", "last_launch_at"]),
    ("ix_certificate_portfolio", "certificate", ["portfolio_id"]),
    ("ix_certificate_institution", "certificate", ["institution_id", "issued_at", "id"]),
    ("ix_certificate_state", "certificate", ["institution_id", "state", "issued_at", "id"]),
    ("ix_delivery_institution", "delivery", ["institution_id", "sequence"]),
)
_EARNING = sa.text("name_confirmed_at IS NOT NULL AND certified_at IS NULL")
_UNSETTLED = sa.text("state IN ('waiting', 'failed', 'uncertain')")
_AS_CERTIFIED = (
    "UPDATE portfolio SET certified_at = (SELECT issued_at FROM certificate"
    " WHERE portfolio_id = portfolio.id AND state = 'issued')"
)


def upgrade() -> None:
    op.drop_index("ix_portfolio_course", "portfolio")
    op.drop_index("ix_enrolment_course", "enrolment")
    op.add_column("portfolio", sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_AS_CERTIFIED)
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    for name, column in (
        ("ix_delivery_open_course", "course_id"),
        ("ix_delivery_open_institution", "institution_id"),
    ):
        op.create_index(
            name, "delivery", [column, "sequence"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED
        )
    op.create_index(
        "ix_portfolio_earning",
        "portfolio",
        ["institution_id", "is_test", "course_id", "certified_at"],
        sqlite_where=_EARNING,
        postgresql_where=_EARNING,
    )
    _keep_certified_at()


def _keep_certified_at() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, when, row in (
            ("issued", "INSERT", "NEW"),
            ("changed", "UPDATE OF state, issued_at", "NEW"),
            ("removed", "DELETE", "OLD"),
        ):
            op.execute(
                f"CREATE TRIGGER certificate_{name} AFTER {when} ON certificate "
                f"BEGIN {_AS_CERTIFIED} WHERE id = {row}.portfolio_id; END"
            )
        return
    # Who restores a dump has no search path.
    op.execute(
        "CREATE FUNCTION certificate_changed() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path FROM CURRENT AS $$ "
        f"BEGIN {_AS_CERTIFIED} WHERE id = COALESCE(NEW.portfolio_id, OLD.portfolio_id); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER certificate_changed AFTER INSERT OR UPDATE OF state, issued_at OR DELETE"
        " ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_changed()"
    )
