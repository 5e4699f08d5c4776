"""The Certificate of International Merits as an LTI 1.3 tool: docs/tour.md shows the rooms.

`create_app` builds the Flask application out of them, and does nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from lti_app.settings import Settings


def create_app(settings: Settings) -> Flask:
    """The tool's WSGI application. It migrates nothing: `cim db upgrade` does."""
    # Not at the top, so that settings and clock load without Flask.
    from lti_app import certificates, home, i18n, lti, portfolio, review, schemes, web  # noqa: PLC0415
    from lti_app.settings import data_path  # noqa: PLC0415
    from lti_app.web.application import Application  # noqa: PLC0415
    from lti_app.web.context import Parts  # noqa: PLC0415

    app = Application(__name__, template_folder=str(data_path("templates")), static_folder="static")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["cim"] = Parts.of(settings)
    i18n.init_app(app, settings.time_zone)
    for room in (web, lti, schemes, portfolio, certificates, review, home):
        room.init_app(app)
    return app
