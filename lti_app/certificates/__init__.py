"""The certificates room: who has earned one, issuing, verifying."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application this room's pages."""
    from lti_app.certificates.badge.views import published  # noqa: PLC0415 (as below)
    from lti_app.certificates.views import blueprints  # noqa: PLC0415 (pages load Flask; the rest of the room does not)

    for blueprint in (*blueprints, published):
        app.register_blueprint(blueprint)
