"""The web room: sessions of launches and operators, headers, limits, error pages, forms, signed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application what every page needs."""
    # Not at the top: sessions and their tables load without Flask.
    from lti_app.web import admin, files, headers, limits, pages, problems, uploads  # noqa: PLC0415

    for each in (limits, headers, problems, pages, admin, files, uploads):
        each.init_app(app)
