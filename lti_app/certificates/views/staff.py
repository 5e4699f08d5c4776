"""The certificates of a course or institution as staff see them, and issuing for many at once."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates.earned import earned_in
from lti_app.certificates.lists import Shown, certificates_in, corrections_asked_for
from lti_app.certificates.permissions import PERMISSIONS, scope_of
from lti_app.certificates.runs import latest_run, start_run, try_failed_again
from lti_app.certificates.views.certificate import pages
from lti_app.people.actors import require
from lti_app.web.context import current_actor, reading, writing


@pages.get("/certificates")
def overview() -> str:
    """The list, the last run with how far it has come, and what another would issue."""
    actor, after = current_actor(), request.args.get("after", "")
    require(PERMISSIONS, "certificates.list", actor, scope_of(actor))
    with reading() as session:
        page = certificates_in(session, scope_of(actor), shown=_shown(), after=after)
        run = latest_run(session, scope_of(actor))
        is_under_way = run is not None and not run.is_over
        earned = None if is_under_way else earned_in(session, scope_of(actor))
        asked_for = corrections_asked_for(session, scope_of(actor), not_of=actor.person_id)
    return render_template(
        "certificates/list.html",
        page=page,
        run=run,
        earned=earned,
        shown=_shown(),
        after=after,
        corrections=asked_for if _shown() is not Shown.TO_CORRECT else 0,
    )


@pages.post("/certificates/run")
def run() -> Response:
    """Issue everything that is earned and not issued."""
    with writing() as session:
        start_run(session, current_actor())
    return redirect(url_for("certificates.overview"), 303)


@pages.post("/certificates/run/<uuid:run_id>/retry")
def retry(run_id: uuid.UUID) -> Response:
    """Try what failed of a run again."""
    with writing() as session:
        try_failed_again(session, current_actor(), run_id)
    return redirect(url_for("certificates.overview"), 303)


def _shown() -> Shown:
    word = request.args.get("show", "")
    return Shown(word) if word in set(Shown) else Shown.ISSUED
