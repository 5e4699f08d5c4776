"""The deep-link picker: what a teacher adds to the course, and the form that carries the answer back.

No page here has a cookie. Which request is answered, and who answers it, stands in the signed token of the
address and of the form, for as long as the request is open
(docs/decisions/012-the-pickers-address-is-its-proof.md).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from lti_app.clock import zone_named
from lti_app.errors import Problem
from lti_app.home.picker_forms import PickerForm, prefilled
from lti_app.home.picker_queries import Picker, picker_for
from lti_app.home.picker_service import add_nothing, add_to_course
from lti_app.i18n import LANGUAGES, page_language
from lti_app.lti.addresses import origin_of
from lti_app.lti.deep_linking.answer import Answer
from lti_app.lti.deep_linking.requested import Asked, asked, request_id_of
from lti_app.lti.frame.views import brand_sheet
from lti_app.lti.keys import current_key
from lti_app.schemes import catalogue
from lti_app.web.context import parts, reading, writing
from lti_app.web.limits import WHOLE_SCHOOL, limiter
from lti_app.web.sessions import Launch, save_language

pages = Blueprint("picker", __name__, url_prefix="/deep-link")


@pages.get("/<token>")
@limiter.limit(WHOLE_SCHOOL)
def show(token: str) -> str:
    """The page where things are chosen; it can be reloaded until they are."""
    open_request = _entered(token)
    if open_request.is_answered:
        raise Problem("deep-link-over")
    with reading() as session:
        picker = picker_for(session, open_request, page_language())
    data = prefilled(picker, accepts_several=open_request.accepts_several)
    form = _form_for(open_request, picker, PickerForm(data=data))
    return _picker_page(open_request, token, picker, form)


@pages.post("")
@limiter.limit(WHOLE_SCHOOL)
def answer() -> str | Response | tuple[str, int]:
    """Take what was chosen, and send it back through the browser."""
    token = request.form.get("token", "")
    open_request = _entered(token)
    if "cancel" in request.form:
        with writing() as session:
            nothing = add_nothing(session, open_request, language=page_language())
        return _answer_page(nothing)
    with reading() as session:
        picker = picker_for(session, open_request, page_language())
    form = _form_for(open_request, picker, PickerForm(request.form))
    if not form.validate():
        return _picker_page(open_request, token, picker, form), 422
    with writing() as session:
        given = add_to_course(
            session,
            open_request,
            form.chosen(),
            chosen_setup=form.chosen_setup(),
            public_url=parts().settings.public_url,
            language=page_language(),
        )
    return _answer_page(given)


@pages.get("/<token>/brand.css")
@limiter.limit(WHOLE_SCHOOL)
def brand(token: str) -> Response:
    """The school's colours, as in the frame."""
    return brand_sheet(_entered(token).actor, g.launch.look.brand_url)


@pages.post("/language")
@limiter.limit(WHOLE_SCHOOL)
def language() -> Response:
    """Keep the language chosen, as in the frame, and show the picker in it."""
    token, chosen = request.form.get("token", ""), request.form.get("language", "")
    person_id = _entered(token).actor.person_id
    if chosen not in LANGUAGES:
        raise Problem("bad-request", "unknown language")
    with writing() as session:
        save_language(session, person_id, chosen)
    return redirect(url_for("picker.show", token=token), 303)


def _entered(token: str) -> Asked:
    """Whose request the token opens. The pages speak her language, and stand in her platform's frame only."""
    with reading() as session:
        found = asked(session, request_id_of(parts().settings.secret_key, token))
    g.launch = Launch(
        sid="",
        actor=found.actor,
        csrf_token=token,
        person_name=found.person_name,
        course_title=found.course_title,
        language=found.language,
        locale=found.locale,
        return_url="",
        frame_ancestors=found.frame_ancestors,
        look=found.look,
        needs_touch=False,
    )
    return found


def _form_for(open_request: Asked, picker: Picker, form: PickerForm) -> PickerForm:
    """The form with what the picker has. A last day is one of the teacher's own time zone, if it is known."""
    zone = zone_named(open_request.look.time_zone) or ZoneInfo(parts().settings.time_zone)
    several = open_request.accepts_several
    return form.for_picker(picker, page_language(), accepts_several=several, zone=zone)


def _picker_page(open_request: Asked, token: str, picker: Picker, form: PickerForm) -> str:
    programme = catalogue.programmes().get(picker.setup.programme_code) if picker.setup else None
    return render_template(
        "home/picker.html",
        asked=open_request,
        token=token,
        picker=picker,
        form=form,
        programme=programme.label.in_(page_language()) if programme else "",
        address=f"{parts().settings.public_url}/lti/launch",
        zone=get_timezone_name(form.zone, locale=get_locale()),
    )


def _answer_page(given: Answer) -> Response:
    """The form that takes the answer to the platform: by itself, or by its button where scripts are off."""
    signed = given.signed(current_key(parts().db, parts().settings))
    g.form_origin = origin_of(given.return_url)
    page = render_template("home/picker_answer.html", return_url=given.return_url, signed=signed)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
