"""Lists that take as long at a large institution as at a small one: indexes, and when a portfolio was certified.

`portfolio.certified_at` is what two triggers make it, in each dialect: the database itself keeps it right,
whoever issues or revokes (docs/decisions/036-a-portfolio-knows-its-certificate.md).
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
    ("ix_certificate_portfolio", "certificate", ["portfolio_id"]),
    ("ix_certificate_institution", "certificate", ["institution_id", "issued_at", "id"]),
    ("ix_certificate_state", "certificate", ["institution_id", "state", "issued_at", "id"]),
    ("ix_delivery_institution", "delivery", ["institution_id", "sequence"]),
)
_UNSETTLED = sa.text("state IN ('waiting', 'failed', 'uncertain')")
_OF_ITS_PORTFOLIO = (
    "UPDATE portfolio SET certified_at = (SELECT issued_at FROM certificate"
    " WHERE portfolio_id = NEW.portfolio_id AND state = 'issued') WHERE id = NEW.portfolio_id"
)


def upgrade() -> None:
    op.drop_index("ix_portfolio_course", "portfolio")
    op.drop_index("ix_enrolment_course", "enrolment")
    op.add_column("portfolio", sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE portfolio SET certified_at = (SELECT issued_at FROM certificate"
        " WHERE portfolio_id = portfolio.id AND state = 'issued')"
    )
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    for name, column in (
        ("ix_delivery_open_course", "course_id"),
        ("ix_delivery_open_institution", "institution_id"),
    ):
        op.create_index(
            name, "delivery", [column, "sequence"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED
        )
    _keep_certified_at()


def _keep_certified_at() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, when in (("issued", "INSERT"), ("changed", "UPDATE OF state, issued_at")):
            op.execute(
                f"CREATE TRIGGER certificate_{name} AFTER {when} ON certificate "
                f"BEGIN {_OF_ITS_PORTFOLIO}; END"
            )
        return
    op.execute(
        "CREATE FUNCTION certificate_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {_OF_ITS_PORTFOLIO}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER certificate_changed AFTER INSERT OR UPDATE OF state, issued_at ON certificate "
        "FOR EACH ROW EXECUTE FUNCTION certificate_changed()"
    )
