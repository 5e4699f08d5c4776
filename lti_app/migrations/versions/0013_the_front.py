"""how the picker looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("time_zone", 64), ("contrast", 6), ("brand_url", 1000)):
        op.add_column(
            "deep_link_request", sa.Column(name, sa.String(length), server_default="", nullable=False)
        )


def downgrade() -> None:
    for name in ("brand_url", "contrast", "time_zone"):
        op.drop_column("deep_link_request", name)
