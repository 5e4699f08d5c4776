"""The pages on which a student works: type, what and when, evidence, answers, closing steps, submitting.

Each module adds its views to the one blueprint of frame.py.
"""

from __future__ import annotations

from flask import Blueprint

from lti_app.portfolio.views import activities, answers, closing, evidence, items, picking
from lti_app.portfolio.views.frame import pages

blueprints: tuple[Blueprint, ...] = (pages,)

__all__ = ["activities", "answers", "blueprints", "closing", "evidence", "items", "picking"]
