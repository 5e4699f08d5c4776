"""The pages of this room."""

from __future__ import annotations

from flask import Blueprint, render_template

from lti_app.home.class_views import pages as class_pages
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("home", __name__)

blueprints: tuple[Blueprint, ...] = (pages, class_pages)


@pages.get("/")
def landing() -> str:
    """The first page after a launch."""
    return render_template("home/landing.html")
