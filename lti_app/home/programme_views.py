"""Changing a portfolio's programme: choose, see what it would do, confirm. Its owner's and her teacher's."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.home.programme_forms import ReasonForm
from lti_app.home.programme_service import change_programme, programme_page
from lti_app.i18n import page_language, page_words
from lti_app.portfolio.wording import item_name
from lti_app.schemes.catalogue import programmes, type_names
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.shown import before_and_after, shown
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("programme", __name__)


@pages.get("/programme/<uuid:portfolio_id>")
def look(portfolio_id: uuid.UUID) -> str:
    """The programmes there are; with `?programme=` what changing to it would do."""
    return _page(portfolio_id, request.args.get("programme", ""), ReasonForm())


@pages.post("/programme/<uuid:portfolio_id>")
def change(portfolio_id: uuid.UUID) -> Response | tuple[str, int]:
    """Change it."""
    actor, form = current_actor(), ReasonForm(request.form)
    wanted, confirmed = request.form.get("programme", ""), request.form.getlist("lose")
    if not form.validate():
        return _page(portfolio_id, wanted, form, confirmed), 422
    with writing() as session:
        reason = form.reason.data or ""
        changed = change_programme(session, actor, portfolio_id, wanted, reason=reason, confirmed=confirmed)
    if changed.person_id == actor.person_id:
        return redirect(url_for("home.mine", done="programme"), 303)
    return redirect(url_for("class.student", portfolio_id=portfolio_id), 303)


def programme_name(code: str) -> str:
    """A programme in the reader's language; its code where the catalogue no longer has it."""
    found = programmes().get(code)
    return found.label.in_(page_language()) if found else code


def _page(portfolio_id: uuid.UUID, wanted: str, form: ReasonForm, confirmed: list[str] | None = None) -> str:
    words = page_words()
    with reading() as session:
        page = programme_page(session, current_actor(), portfolio_id, wanted, page_language())
    would = page.would
    return render_template(
        "home/programme.html",
        page=page,
        form=form,
        is_unchosen="programme" in request.values and page.wanted is None,
        confirmed=confirmed or (),
        now=programme_name(page.now_code),
        progress=shown(page.progress, words, type_names(page_language())),
        lines=before_and_after(would.before, would.after, would.lost, words) if would else (),
        name_of=lambda item: item_name(item, page_language()),
        WHOLE=WHOLE,
    )
