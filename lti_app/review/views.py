"""The pages of this room."""

from __future__ import annotations

from flask import Blueprint

from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("review", __name__)

blueprints: tuple[Blueprint, ...] = (pages,)
