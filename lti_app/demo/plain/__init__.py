"""A plain LTI 1.3 platform that is not Canvas, for contract tests: shaped as Moodle or as Open edX.

It keeps everything in memory, has one course, and knows no extension of anybody's. `cim demo` does not start
it. What the two differ in from Canvas, and from each other, stands in `shapes.py`.
"""

from __future__ import annotations

from flask import Flask

from . import columns, launching, roster, scores, tokens
from .school import PlainConfig, PlainPlatform
from .shapes import MOODLE, OPEN_EDX, Shape
from .wire import RefusedError, answer_refusal, note_call

__all__ = ["MOODLE", "OPEN_EDX", "PlainConfig", "PlainPlatform", "Shape", "create_plain_platform"]


def create_plain_platform(config: PlainConfig) -> Flask:
    """The platform as a WSGI application; its handle (`PlainPlatform`) is `app.extensions["plain"]`."""
    app = Flask(__name__)
    app.extensions["plain"] = PlainPlatform(config)
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.register_error_handler(RefusedError, answer_refusal)
    app.after_request(note_call)
    paths = config.shape.paths
    for path, methods, view in (
        (paths.authorize, ("GET", "POST"), launching.authorize),
        (paths.keys, ("GET",), launching.keys),
        (paths.token, ("POST",), tokens.token),
        (paths.line_items, ("GET",), columns.listed),
        (paths.line_items, ("POST",), columns.made),
        (paths.line_item, ("GET",), columns.shown),
        (paths.line_item, ("PUT",), columns.changed),
        (paths.line_item, ("DELETE",), columns.deleted),
        (paths.line_item + "/scores", ("POST",), scores.posted),
        (paths.line_item + paths.results, ("GET",), scores.results),
        (paths.memberships, ("GET",), roster.members),
    ):
        app.add_url_rule(path, view.__qualname__ + view.__module__, view, methods=list(methods))
    return app
