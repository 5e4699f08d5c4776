"""Where a launch from one of the course's three assignments leads, and setting a copied course up by it.

The entrance (lti/launch/views.py) sends such launches here; what the assignment carried was kept before.
"""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from lti_app.home.queries import report_of
from lti_app.lti.ags.models import LineItemKind
from lti_app.people.actors import Actor
from lti_app.people.roles import Role, page_role
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.origins import carried_setup
from lti_app.schemes.queries import setup_of
from lti_app.schemes.service import set_up_as_carried
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("assignments", __name__)

_QUEUES = {LineItemKind.ACTIVITIES: ItemKind.ACTIVITY, LineItemKind.FINAL_REPORT: ItemKind.FINAL_REPORT}
_KINDS = ", ".join(LineItemKind)


@pages.get(f"/assignments/<any({_KINDS}):kind>")
def opened(kind: str) -> Response:
    """What belongs to the assignment: a student's own part of the work, or what waits for the teacher."""
    actor, assignment = current_actor(), LineItemKind(kind)
    is_running = is_set_up(actor)
    role = page_role(actor.roles)
    if role is Role.TEACHER and is_running:
        return redirect(url_for("review.queue", kind=_QUEUES.get(assignment)), 303)
    if role is not Role.STUDENT or not is_running:
        return redirect(url_for("home.landing"), 303)
    if assignment is LineItemKind.CERTIFICATE:
        return redirect(url_for("certificates.mine"), 303)
    if assignment is LineItemKind.FINAL_REPORT:
        with reading() as session:
            report = report_of(session, actor)
        if report is not None:
            return redirect(url_for("portfolio.item", item_id=report), 303)
        return redirect(url_for("home.landing", _anchor="closing"), 303)
    return redirect(url_for("home.landing"), 303)


def is_set_up(actor: Actor) -> bool:
    """Whether the course of this launch runs something; a copied one does once its assignments say what.

    The first launch of such a course sets it up, whoever comes first; later ones only look.
    """
    if actor.course_id is None:
        return False
    with reading() as session:
        if setup_of(session, actor.course_id) is not None:
            return True
        if carried_setup(session, actor.institution_id, actor.course_id) is None:
            return False
    with writing() as session:
        return set_up_as_carried(session, actor) is not None
