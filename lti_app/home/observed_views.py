"""An observer's pages: whom she observes, and how far they have come. Nothing can be changed here."""

from __future__ import annotations

import uuid

from flask import render_template

from lti_app.errors import NotFound
from lti_app.home.observed_queries import observed_by, observed_page
from lti_app.home.permissions import PERMISSIONS
from lti_app.i18n import page_language, page_words
from lti_app.people.actors import require
from lti_app.people.roles import Role
from lti_app.schemes.catalogue import activity_types, type_names
from lti_app.schemes.shown import Shown, shown
from lti_app.web.context import current_actor, reading
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("observed", __name__)


def overview() -> str:
    """Whom the observer observes; a polite page for one who observes nobody, or has no role at all."""
    actor = current_actor()
    with reading() as session:
        observed = observed_by(session, actor)
    if not observed:
        return render_template("home/no_role.html", is_observer=Role.OBSERVER in actor.roles)
    return render_template("home/observed_students.html", observed=observed)


@pages.get("/observed/<uuid:person_id>")
def student(person_id: uuid.UUID) -> str:
    """How far one of them has come."""
    actor = current_actor()
    require(PERMISSIONS, "observed.see", actor)
    with reading() as session:
        page = observed_page(session, actor, person_id)
    if page is None:
        raise NotFound("nobody whom the actor observes")
    requirements: tuple[Shown, ...] = ()
    if page.progress is not None:
        requirements = shown(page.progress, page_words(), type_names(page_language()))
    return render_template(
        "home/observed_student.html",
        page=page,
        requirements=requirements,
        types=activity_types(),
    )
