"""Platform storage: the hidden frame through which tools reach it, and where pages find that frame.

What is kept stays in the browser, by static/storage.js; the server sees nothing of it.
"""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from lti_app.demo.current import the_canvas

FRAME = "post_message_forwarding"

blueprint = Blueprint("storage", __name__)


@blueprint.app_template_global()
def storage_target() -> str | None:
    """The name of the window that keeps values for tools; None when none does."""
    return the_canvas().switches.storage_target


@blueprint.app_template_global()
def storage_frame_url() -> str:
    """Where the hidden frame lies, if values are kept in one: with a hosted Canvas, on the shared host."""
    canvas = the_canvas()
    path = url_for("storage.forwarding_frame")
    return f"{canvas.config.shared_origin}{path}" if canvas.switches.storage_target == FRAME else ""


@blueprint.get("/post_message_forwarding")
def forwarding_frame() -> str:
    """The hidden frame."""
    return render_template("forwarding.html")
