"""The schemes room: a university's certificate rules as data, and the set-up of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application this room's pages."""
    from lti_app.schemes.views import blueprints  # noqa: PLC0415 (pages load Flask; the rest of the room does not)

    for blueprint in blueprints:
        app.register_blueprint(blueprint)
