"""runs of certificates that staff have put away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificate_run", sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True))
