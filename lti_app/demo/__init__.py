"""A small Canvas to try the tool against: a strict simulator of Canvas as an LTI 1.3 platform.

It is an application of its own with its own port, and shares no code with the tool, so that both sides cannot
share a mistake. It is not Canvas, and says so on every page.
"""

from __future__ import annotations

from flask import Flask

from .config import CanvasConfig, Switches
from .launch import oidc, token_endpoint
from .launch.crafting import ABSENT
from .launch.launches import LoginInitiation
from .pages import (
    account,
    adding,
    course,
    course_menu,
    grading,
    launching,
    levers,
    profile,
    simulator,
    storage,
)
from .registration import apps_pages, endpoints, keys_pages
from .services import line_items, results, roster, scores
from .small_canvas import SmallCanvas
from .world.tools import DeveloperKey

__all__ = [
    "ABSENT",
    "CanvasConfig",
    "DeveloperKey",
    "LoginInitiation",
    "SmallCanvas",
    "Switches",
    "create_canvas",
]

BLUEPRINTS = (
    oidc.blueprint,
    token_endpoint.blueprint,
    line_items.blueprint,
    scores.blueprint,
    results.blueprint,
    roster.blueprint,
    account.blueprint,
    course.blueprint,
    adding.blueprint,
    grading.blueprint,
    launching.blueprint,
    simulator.blueprint,
    storage.blueprint,
    profile.blueprint,
    levers.blueprint,
    course_menu.blueprint,
    endpoints.blueprint,
    keys_pages.blueprint,
    apps_pages.blueprint,
)


def create_canvas(config: CanvasConfig) -> Flask:
    """The small Canvas as a WSGI application; its handle (`SmallCanvas`) is `app.extensions["canvas"]`.

    A second start with the same `data_dir` finds people, gradebook and keys again.
    """
    app = Flask(__name__)
    canvas = SmallCanvas(config)
    app.extensions["canvas"] = canvas
    app.secret_key = canvas.secret
    app.config.update(
        SESSION_COOKIE_NAME="small_canvas_session",
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        MAX_CONTENT_LENGTH=2_000_000,
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
