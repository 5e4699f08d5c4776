"""The certificate in the frame, and the public page that tells whether one is genuine."""

from __future__ import annotations

import uuid

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.certificates import code as codes
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import certificate_of, owned_of, public_view, state_of
from lti_app.certificates.service import verify_url
from lti_app.clock import now
from lti_app.errors import NotFound
from lti_app.people.actors import require
from lti_app.people.models import Person
from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.queries import portfolio_here
from lti_app.storage.models import StoredFile
from lti_app.web.context import current_actor, parts, reading
from lti_app.web.files import serve_stored
from lti_app.web.frame import frame_blueprint
from lti_app.web.limits import limiter

# htmx asks no more after an answer with this status.
_STOP_ASKING = 286
_LONGEST_WATCH_SECONDS = 600

pages = frame_blueprint("certificates", __name__)
public = Blueprint("verify", __name__)

blueprints: tuple[Blueprint, ...] = (pages, public)


@pages.get("/certificate")
def mine() -> Response:
    """The student's own certificate: what is left, being prepared, or the certificate itself."""
    with reading() as session:
        portfolio = portfolio_here(session, current_actor())
    return _page(portfolio.id) if portfolio else redirect(url_for("home.landing"), 303)


@pages.get("/certificate/<uuid:portfolio_id>")
def certificate(portfolio_id: uuid.UUID) -> Response:
    """The same page for staff."""
    return _page(portfolio_id)


def _owned(session: Session, portfolio_id: uuid.UUID) -> Owned:
    owned = owned_of(session, portfolio_id)
    if owned is None:
        raise NotFound("no portfolio")
    return owned


def _page(portfolio_id: uuid.UUID) -> Response:
    with reading() as session:
        owned = _owned(session, portfolio_id)
        require(PERMISSIONS, "certificate.see", current_actor(), owned)
        state = state_of(session, portfolio_id)
        is_own = owned.person_id == current_actor().person_id
        student_name = "" if is_own else session.get_one(Person, owned.person_id).name
    since = _watched_since()
    is_over = now().timestamp() - since > _LONGEST_WATCH_SECONDS
    is_same = state.stage == request.args.get("seen")
    if is_same and not is_over:
        return Response(status=204)
    page = render_template(
        "certificates/certificate.html",
        state=state,
        certificate=state.certificate,
        student_name=student_name,
        portfolio_id=portfolio_id,
        watched_since=since,
        verify_url=verify_url(parts().settings, state.certificate.code) if state.certificate else "",
        grouped=codes.grouped,
    )
    return make_response(page, _STOP_ASKING if is_same else 200)


def _watched_since() -> int:
    """When the page that asks again was first shown, in seconds since the epoch: now, unless it says so."""
    told = request.args.get("since", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 12 else int(now().timestamp())


@pages.get("/certificate/<uuid:portfolio_id>/<any(view, download):how>")
def file(portfolio_id: uuid.UUID, how: str) -> Response:
    """The signed bytes as they were issued, to look at in the page or to keep."""
    with reading() as session:
        require(PERMISSIONS, "certificate.see", current_actor(), _owned(session, portfolio_id))
        found = certificate_of(session, portfolio_id)
        if found is None:
            raise NotFound("no certificate")
        stored = session.get_one(StoredFile, found.stored_file_id)
    return serve_stored(stored, f"{found.number}.pdf", inline=how == "view")


@public.get("/")
def front() -> Response:
    """Whoever comes without a course comes to verify a certificate."""
    return redirect(url_for("verify.ask"), 303)


@public.get("/verify")
@limiter.limit("60 per minute")
def ask() -> Response:
    """Where a code is typed; one that was typed is answered under its own address."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return _public_page("certificates/verify.html")
    code = codes.normalised(typed)
    if code is None:
        return answer(typed)
    return redirect(url_for("verify.answer", code=codes.grouped(code), lang=request.args.get("lang")), 303)


@public.get("/verify/<code>")
@limiter.limit("60 per minute")
def answer(code: str) -> Response:
    """What the tool says of one code. A malformed one goes the same way as an unknown one."""
    with reading() as session:
        found = public_view(session, codes.normalised(code))
    response = _public_page("certificates/answer.html", found=found, typed=code[:64], grouped=codes.grouped)
    response.status_code = 200 if found else 404
    return response


def _public_page(template: str, **values: object) -> Response:
    g.may_be_framed = False
    response = make_response(render_template(template, **values))
    response.headers["X-Robots-Tag"] = "noindex"
    return response
