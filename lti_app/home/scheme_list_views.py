"""The page that lists the institution's schemes; the editor's pages begin here."""

from __future__ import annotations

from flask import render_template

from lti_app.home.scheme_list import schemes_of
from lti_app.schemes.editor.service import require_seeing
from lti_app.web.context import current_actor, reading
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("scheme_list", __name__)


@pages.get("/schemes")
def overview() -> str:
    """Every scheme with its versions, courses and portfolios."""
    actor = current_actor()
    require_seeing(actor)
    with reading() as session:
        schemes = schemes_of(session, actor.institution_id)
    return render_template("home/schemes.html", schemes=schemes)
