"""Alembic's entry: it migrates over the connection that `lti_app.migrations.upgrade` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from lti_app.db import Base, UtcDateTime
from lti_app.tables import ALL_MODELS

assert ALL_MODELS  # importing them is what fills the metadata


def _render(kind: str, value: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our time type as the plain column it is, so that a migration never imports the tool."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
