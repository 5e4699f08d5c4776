"""since when a badge key is compromised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("badge_key", sa.Column("compromised_at", sa.DateTime(timezone=True), nullable=True))
