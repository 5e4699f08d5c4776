"""The small Canvas that the application being served belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from .small_canvas import SmallCanvas


def the_canvas() -> SmallCanvas:
    """The handle behind the current request."""
    return cast("SmallCanvas", current_app.extensions["canvas"])
