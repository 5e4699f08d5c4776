"""The set-up of a course: choose, connect, ready. Its teachers, designers and coordinators see it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.schemes import catalogue
from lti_app.schemes.editor.views import blueprints as editor_blueprints
from lti_app.schemes.forms import SetupForm
from lti_app.schemes.origins import PossibleSetup, earlier_setups
from lti_app.schemes.queries import Setup, offered_schemes, setup_of, setup_page
from lti_app.schemes.service import course_to_set_up, reconnect, set_up_course
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("schemes", __name__)

blueprints: tuple[Blueprint, ...] = (pages, *editor_blueprints)


@pages.get("/set-up")
def setup() -> str | Response:
    """How the set-up stands; before the first one, the form."""
    with reading() as session:
        found = setup_page(session, course_to_set_up(session, current_actor()))
    if found is None:
        return redirect(url_for("schemes.choose"), 303)
    programme = catalogue.programmes().get(found.setup.programme_code)
    name = programme.label.in_(_language()) if programme else found.setup.programme_code
    return render_template("schemes/setup.html", page=found, programme=name)


@pages.get("/set-up/choose")
def choose() -> str:
    """The form: programme and scheme."""
    with reading() as session:
        form, chosen = _form(session)
        earlier = _earlier(session) if chosen is None else ()
    return render_template(
        "schemes/choose.html",
        form=form,
        is_change=chosen is not None,
        earlier=earlier,
        programmes={key: each.label.in_(_language()) for key, each in catalogue.programmes().items()},
    )


@pages.post("/set-up/choose")
def save() -> str | Response | tuple[str, int]:
    """Set the course up with what was chosen."""
    with reading() as session:
        form, chosen = _form(session)
    if not form.validate():
        return render_template("schemes/choose.html", form=form, is_change=chosen is not None), 422
    with writing() as session:
        set_up_course(session, current_actor(), form.scheme.data, form.programme.data, language=_language())
    return redirect(url_for("schemes.setup"), 303)


@pages.post("/set-up/retry")
def retry() -> Response:
    """Try once more to connect what is not connected."""
    with writing() as session:
        reconnect(session, current_actor(), language=_language())
    return redirect(url_for("schemes.setup"), 303)


def _form(session: Session) -> tuple[SetupForm, Setup | None]:
    """The form with what was sent, or with what the course runs now, or with the only scheme there is."""
    course = course_to_set_up(session, current_actor())
    chosen = setup_of(session, course.id)
    schemes = {document.slug: document for document in offered_schemes(session, course.institution_id)}
    now = {"scheme": next(iter(schemes))} if len(schemes) == 1 else {}
    if chosen is not None:
        now = {"scheme": chosen.scheme_slug, "programme": chosen.programme_code}
    return SetupForm(request.form or None, data=now).offering(schemes, _language()), chosen


def _earlier(session: Session) -> tuple[PossibleSetup, ...]:
    """What the courses ran that this one is a copy of: the teacher need not choose it again."""
    return earlier_setups(session, course_to_set_up(session, current_actor()))


def _language() -> str:
    return str(get_locale())
