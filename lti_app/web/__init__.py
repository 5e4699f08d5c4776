"""The web room: sessions of launches and operators, headers, limits, error pages, forms, signed files."""

from __future__ import annotations

from flask import Flask

from lti_app.web import admin, files, headers, limits, pages, problems, uploads


def init_app(app: Flask) -> None:
    """Give the application what every page needs."""
    limits.init_app(app)
    headers.init_app(app)
    problems.init_app(app)
    pages.init_app(app)
    admin.init_app(app)
    files.init_app(app)
    uploads.init_app(app)
