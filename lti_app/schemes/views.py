"""The set-up of a course: programme, scheme, assignments. Its teachers, designers and coordinators see it.

Each step of the guide is an address of its own, so that one can go back, reload, and do it again.
"""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.alphabet import sorting_key
from lti_app.errors import NotFound
from lti_app.i18n import LANGUAGES, language_of, page_language, page_words
from lti_app.people.models import Course, Institution
from lti_app.schemes import catalogue
from lti_app.schemes.asking import Asked, asking_of
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.editor.views import blueprints as editor_blueprints
from lti_app.schemes.forms import SetupForm
from lti_app.schemes.origins import PossibleSetup, earlier_setups
from lti_app.schemes.preview import Preview, preview_of
from lti_app.schemes.queries import Setup, bundled_schemes, offered_schemes, setup_of, setup_page
from lti_app.schemes.service import (
    choose_spare,
    course_to_set_up,
    reconnect,
    rename_assignments,
    set_up_course,
)
from lti_app.web.context import current_actor, current_launch, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("schemes", __name__)

blueprints: tuple[Blueprint, ...] = (pages, *editor_blueprints)

Answer = str | Response | tuple[str, int]


@pages.get("/set-up")
def setup() -> str | Response:
    """The last step: how the set-up stands; before the first one, the first step."""
    with reading() as session:
        found = setup_page(session, course_to_set_up(session, current_actor()))
    if found is None:
        return redirect(url_for("schemes.choose"), 303)
    return render_template(
        "schemes/setup.html",
        page=found,
        programme=_programme_name(found.setup.programme_code),
        asked=_asked(found.document, found.setup.programme_code),
        names=_names_language(),
    )


@pages.get("/set-up/choose")
def choose() -> str:
    """The first step, the programme; with one in the address the second, the schemes there are for it."""
    with reading() as session:
        form, chosen, course = _form(session)
        earlier = _earlier(session, course) if chosen is None else ()
    programme = request.args.get("programme", "")
    if programme in dict(form.programme.choices) and programme:
        return _scheme_step(form, chosen, programme)
    return _programme_step(form, chosen, earlier)


@pages.post("/set-up/choose")
def save() -> Answer:
    """Take a step: on to the schemes for the programme, or set the course up with what was chosen."""
    with reading() as session:
        form, chosen, course = _form(session)
        earlier = _earlier(session, course) if chosen is None else ()
    is_valid, programme = form.validate(), form.programme.data or ""
    if form.programme.errors and form.programme.data not in dict(form.programme.choices):
        return _programme_step(form, chosen, earlier), 422
    if not programme:
        return _programme_step(form, chosen, earlier), 422
    if not {"scheme", "step"} & set(request.form):
        return redirect(url_for("schemes.choose", programme=programme), 303)
    if not is_valid:
        return _scheme_step(form, chosen, programme), 422
    with writing() as session:
        set_up_course(session, current_actor(), form.scheme.data, programme, language=_names_language())
    return redirect(url_for("schemes.setup"), 303)


@pages.get("/set-up/preview/<slug>")
def preview(slug: str) -> str:
    """What a student on this programme would meet under a scheme, before anything is chosen."""
    with reading() as session:
        course = course_to_set_up(session, current_actor())
        schemes = {each.slug: each for each in offered_schemes(session, course.institution_id)}
    programme = request.args.get("programme", "")
    document = schemes.get(slug)
    if document is None or (programme and programme not in catalogue.programmes()):
        raise NotFound("scheme")
    return _preview_page(document, programme)


@pages.get("/set-up/preview")
def preview_here() -> str | Response:
    """What a student of this course meets: the version that it runs, whatever has been published since."""
    with reading() as session:
        found = setup_page(session, course_to_set_up(session, current_actor()))
    if found is None:
        return redirect(url_for("schemes.choose"), 303)
    return _preview_page(found.document, found.setup.programme_code, is_here=True)


@pages.post("/set-up/retry")
def retry() -> Response:
    """Try once more to connect what is not connected."""
    with writing() as session:
        reconnect(session, current_actor(), language=_names_language())
    return redirect(url_for("schemes.setup"), 303)


@pages.post("/set-up/names")
def rename() -> Response:
    """Name the assignments in the language chosen."""
    with writing() as session:
        rename_assignments(session, current_actor(), _names_language())
    return redirect(url_for("schemes.setup", _anchor="connected"), 303)


@pages.get("/set-up/names")
def back_from_names() -> Response:
    """Where that address leads when a browser opens it again."""
    return redirect(url_for("schemes.setup"), 303)


@pages.post("/set-up/assignments/<uuid:spare_id>/<any(use, forget):act>")
def spare(spare_id: uuid.UUID, act: str) -> Response:
    """Let results go to another assignment of the kind, or say no more of it."""
    with writing() as session:
        choose_spare(session, current_actor(), spare_id, is_used=act == "use")
    return redirect(url_for("schemes.setup", _anchor="connected"), 303)


@pages.get("/set-up/assignments/<uuid:spare_id>/<any(use, forget):act>")
def back_to_setup(spare_id: uuid.UUID, act: str) -> Response:
    """Where an act's address leads when a browser opens it again."""
    return redirect(url_for("schemes.setup"), 303)


def _preview_page(document: SchemeDocument, programme: str, *, is_here: bool = False) -> str:
    shown: Preview = preview_of(document, programme, page_language())
    return render_template(
        "schemes/preview.html",
        document=document,
        preview=shown,
        programme=programme,
        programme_name=_programme_name(programme),
        asked=_asked(document, programme),
        is_here=is_here,
    )


def _programme_step(form: SetupForm, chosen: Setup | None, earlier: tuple[PossibleSetup, ...]) -> str:
    return render_template(
        "schemes/choose_programme.html",
        form=form,
        chosen=chosen,
        earlier=earlier,
        programmes={key: each.label.in_(page_language()) for key, each in catalogue.programmes().items()},
    )


def _scheme_step(form: SetupForm, chosen: Setup | None, programme: str) -> str:
    fitting = form.schemes_for(programme)
    own = [slug for slug, each in fitting.items() if bundled_schemes().get(slug) != each]
    others = [slug for slug in fitting if slug not in own]
    return render_template(
        "schemes/choose_scheme.html",
        form=form,
        chosen=chosen,
        programme=programme,
        programme_name=_programme_name(programme),
        schemes={slug: fitting[slug] for slug in (*own, *others)},
        own=own,
        asked={slug: _asked(each, programme) for slug, each in fitting.items()},
        names=_names_language(),
    )


def _form(session: Session) -> tuple[SetupForm, Setup | None, Course]:
    """The form with what was sent, or with what the course runs now, or with the only scheme there is."""
    course = course_to_set_up(session, current_actor())
    chosen = setup_of(session, course.id)
    offered = sorted(
        offered_schemes(session, course.institution_id),
        key=lambda each: sorting_key(each.name.in_(page_language()), page_language()),
    )
    schemes = {document.slug: document for document in offered}
    now = {"scheme": next(iter(schemes))} if len(schemes) == 1 else {}
    if chosen is not None:
        now = {"scheme": chosen.scheme_slug, "programme": chosen.programme_code}
    institution = session.get_one(Institution, course.institution_id).name
    runs = (chosen.scheme_slug, chosen.programme_code) if chosen else None
    form = SetupForm(request.form or None, data=now).offering(schemes, institution, page_language(), runs)
    return form, chosen, course


def _earlier(session: Session, course: Course) -> tuple[PossibleSetup, ...]:
    """What the courses ran that this one is a copy of: the teacher need not choose it again."""
    return earlier_setups(session, course)


def _asked(document: SchemeDocument, programme: str) -> tuple[Asked, ...]:
    """What the scheme asks of students on this programme, in sentences."""
    return asking_of(document, programme, page_words(), page_language()).all()


def _programme_name(code: str) -> str:
    programme = catalogue.programmes().get(code)
    return programme.label.in_(page_language()) if programme else code


def _names_language() -> str:
    """The language of the assignments' names: the one chosen, else the course's, as its launches tell it."""
    chosen = request.form.get("names", "")
    return chosen if chosen in LANGUAGES else language_of(current_launch().locale) or page_language()
