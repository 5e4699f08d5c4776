"""Plans that are approved before an activity begins, and the levels that a reviewer chose with a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

_NO_MERIT = "NOT is_plan OR (kind = 'activity' AND state <> 'approved')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # SQLite can add no constraint to a table, only a column that brings its own.
        op.execute(
            "ALTER TABLE item ADD COLUMN is_plan BOOLEAN DEFAULT (false) NOT NULL "
            f"CONSTRAINT ck_item_plan_is_no_merit CHECK ({_NO_MERIT})"
        )
    else:
        op.add_column("item", _is_plan())
        op.create_check_constraint(op.f("ck_item_plan_is_no_merit"), "item", _NO_MERIT)
    op.add_column("submission", _is_plan())
    op.add_column("decision", sa.Column("levels", sa.JSON(), server_default="[]", nullable=False))


def _is_plan() -> sa.Column[bool]:
    return sa.Column("is_plan", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
