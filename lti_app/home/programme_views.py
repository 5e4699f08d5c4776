"""Changing a portfolio's programme: choose, see what it would do, confirm. Its owner's and her teacher's."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from lti_app.home.programme_service import change_programme, programme_change
from lti_app.i18n import catalogue as translations
from lti_app.schemes.catalogue import activity_types, programmes, type_names
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.shown import before_and_after, shown
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("programme", __name__)


@pages.get("/programme/<uuid:portfolio_id>")
def look(portfolio_id: uuid.UUID) -> str:
    """The programmes there are; with `?programme=` what changing to it would do."""
    language = str(get_locale().language)
    words, wanted = translations(language), request.args.get("programme", "")
    with reading() as session:
        change = programme_change(session, current_actor(), portfolio_id, wanted, language)
    names = type_names(language)
    now = programmes().get(change.now_code)
    return render_template(
        "home/programme.html",
        change=change,
        now=now.label.in_(language) if now else change.now_code,
        before=shown(change.before, words, names),
        after=shown(change.after, words, names) if change.after else (),
        lines=before_and_after(change.before, change.after, change.lost, words) if change.after else (),
        types=activity_types(),
        WHOLE=WHOLE,
    )


@pages.post("/programme/<uuid:portfolio_id>")
def change(portfolio_id: uuid.UUID) -> Response:
    """Change it."""
    with writing() as session:
        actor = current_actor()
        wanted, confirmed = request.form.get("programme", ""), request.form.getlist("lose")
        change_programme(session, actor, portfolio_id, wanted, confirmed=confirmed)
        is_own = programme_change(session, actor, portfolio_id, "", "en").is_own
    if is_own:
        return redirect(url_for("home.mine", done="programme"), 303)
    return redirect(url_for("class.student", portfolio_id=portfolio_id), 303)
