"""The certificates of a course or institution as staff see them, and issuing: for many at once, or one."""

from __future__ import annotations

import uuid

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates.dossier import holder_of
from lti_app.certificates.earned import earned_in
from lti_app.certificates.lists import Shown, certificates_in, corrections_open
from lti_app.certificates.permissions import PERMISSIONS, scope_of
from lti_app.certificates.queries import owned_of
from lti_app.certificates.runs import latest_run, put_away, start_run
from lti_app.certificates.service import issue_one
from lti_app.certificates.snapshot import facts_of
from lti_app.certificates.stages import Stage, state_of
from lti_app.certificates.views.certificate import pages
from lti_app.clock import now
from lti_app.errors import NotFound
from lti_app.people.actors import require
from lti_app.portfolio.models import Portfolio
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.typed import clean_line
from lti_app.web.watching import watching

_LONGEST_SOUGHT = 100


@pages.get("/certificates")
def overview() -> Response:
    """The list, the last run with how far it has come, and what another would issue."""
    actor, after = current_actor(), request.args.get("after", "")
    sought = clean_line(request.args.get("q", ""))[:_LONGEST_SOUGHT]
    require(PERMISSIONS, "certificates.list", actor, scope_of(actor))
    with reading() as session:
        run = latest_run(session, scope_of(actor))
        watch = watching(run.mark if run else "none")
        if (nothing_new := watch.nothing_new) is not None:
            return nothing_new
        page = certificates_in(session, scope_of(actor), shown=_shown(), sought=sought, after=after)
        is_under_way = run is not None and not run.is_over
        earned = None if is_under_way else earned_in(session, scope_of(actor))
        corrections = corrections_open(session, scope_of(actor), not_of=actor.person_id)
    answer = render_template(
        "certificates/list.html",
        page=page,
        watch=watch,
        run=run,
        earned=earned,
        shown=_shown(),
        sought=sought,
        after=after,
        corrections=corrections if _shown() is not Shown.TO_CORRECT else None,
    )
    return make_response(answer, watch.status)


@pages.post("/certificates/run")
def run() -> Response:
    """Issue everything that is earned and not issued."""
    with writing() as session:
        start_run(session, current_actor())
    return redirect(url_for("certificates.overview"), 303)


@pages.post("/certificates/run/<uuid:run_id>/put-away")
def put_run_away(run_id: uuid.UUID) -> Response:
    """Tell of a run no more."""
    with writing() as session:
        put_away(session, current_actor(), run_id)
    return redirect(url_for("certificates.overview"), 303)


@pages.route("/certificate/<uuid:portfolio_id>/issue", methods=["GET", "POST"])
def issue(portfolio_id: uuid.UUID) -> Response | str:
    """Show whose certificate it is and what it will say, and issue that one."""
    here = url_for("certificates.certificate", portfolio_id=portfolio_id)
    if request.method == "POST":
        with writing() as session:
            issue_one(session, current_actor(), portfolio_id)
        return redirect(here, 303)
    with reading() as session:
        owned = owned_of(session, portfolio_id)
        if owned is None:
            raise NotFound("portfolio")
        require(PERMISSIONS, "certificate.issue", current_actor(), owned)
        if state_of(session, portfolio_id).stage not in {Stage.AT_STAFF, Stage.FAILED}:
            return redirect(here, 303)
        portfolio = session.get_one(Portfolio, portfolio_id)
        facts = facts_of(session, portfolio, number="", code="", verify_url="", issued_on=now().date())
        holder = holder_of(session, portfolio_id)
    return render_template("certificates/issue.html", facts=facts, holder=holder, portfolio_id=portfolio_id)


def _shown() -> Shown:
    """What the address asks for; of those that are sought all, of others those that stand."""
    word = request.args.get("show", "")
    if word in set(Shown):
        return Shown(word)
    return Shown.ALL if request.args.get("q") else Shown.ISSUED
