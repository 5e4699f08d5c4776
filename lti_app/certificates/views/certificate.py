"""The certificate in the frame, for its holder and for staff."""

from __future__ import annotations

import uuid

from flask import make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.certificates import code as codes
from lti_app.certificates.badge.queries import IssuedCredential, credential_of
from lti_app.certificates.badge.sharing import JSON_LD_TYPE, JWT_TYPE, json_ld_name, jwt_name, linkedin_url
from lti_app.certificates.dossier import dossier_of, holder_of
from lti_app.certificates.forms import PageForms
from lti_app.certificates.permissions import PERMISSIONS, allowed
from lti_app.certificates.queries import CertificateView, certificate_of, others_of, owned_of
from lti_app.certificates.service import verify_url
from lti_app.certificates.stages import IssueState, reissue_of, state_of
from lti_app.errors import NotFound, Problem
from lti_app.i18n import page_language
from lti_app.people.actors import Actor, require
from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.queries import portfolio_here
from lti_app.storage.models import StoredFile
from lti_app.web.context import current_actor, parts, reading
from lti_app.web.files import serve_stored
from lti_app.web.frame import frame_blueprint
from lti_app.web.watching import watching

pages = frame_blueprint("certificates", __name__)


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


def page_with(portfolio_id: uuid.UUID, forms: PageForms) -> Response:
    """The page with a form that has to be mended."""
    return _page(portfolio_id, forms, 422)


def _owned(session: Session, portfolio_id: uuid.UUID) -> Owned:
    owned = owned_of(session, portfolio_id)
    if owned is None:
        raise NotFound("no portfolio")
    return owned


def _page(portfolio_id: uuid.UUID, forms: PageForms | None = None, status: int = 200) -> Response:
    actor = current_actor()
    with reading() as session:
        owned = _owned(session, portfolio_id)
        require(PERMISSIONS, "certificate.see", actor, owned)
        state = state_of(session, portfolio_id)
        holder = None if owned.person_id == actor.person_id else holder_of(session, portfolio_id)
        may = allowed(actor, owned)
        dossier = dossier_of(session, portfolio_id, shows_links="certificate.share" in may)
        reissue = reissue_of(session, portfolio_id) if dossier.is_being_corrected else None
        others = _others(session, actor, portfolio_id) if state.certificate is None else {}
        badge = _badge(session, state.certificate) if state.certificate is not None else None
    watch = watching(_mark(state, reissue))
    if (nothing_new := watch.nothing_new) is not None:
        return nothing_new
    page = render_template(
        "certificates/certificate.html",
        state=state,
        certificate=state.certificate,
        holder=holder,
        here=url_for("certificates.certificate", portfolio_id=portfolio_id) if forms else "",
        portfolio_id=portfolio_id,
        others=others,
        watch=watch,
        verify_url=verify_url(parts().settings, state.certificate.code) if state.certificate else "",
        grouped=codes.grouped,
        dossier=dossier,
        reissue=reissue,
        may=may,
        actor=actor,
        forms=forms or PageForms(),
        done=request.args.get("done", ""),
        taken_back=request.args.get("link", type=uuid.UUID),
        has_badge=badge is not None,
        badge_counts=badge is None or badge.counts,
        linkedin=linkedin_url(state.certificate.facts, page_language()) if state.certificate else "",
    )
    return make_response(page, status if forms else watch.status)


def _mark(state: IssueState, reissue: IssueState | None) -> str:
    """How far this certificate, and the one that is to take its place, have come, and which it is."""
    how_far = "-".join(_how_far(each) for each in (state, reissue) if each)
    certificate = state.certificate
    which = f"{certificate.number}{'-erased' if certificate.is_erased else ''}" if certificate else ""
    return f"{how_far}.{which}"


def _how_far(state: IssueState) -> str:
    takes_long = state.hindrance is not None and state.hindrance.takes_long
    return f"{state.stage}{'-long' if takes_long else ''}"


def _others(session: Session, actor: Actor, portfolio_id: uuid.UUID) -> dict[uuid.UUID, CertificateView]:
    """The student's certificates by other schemes that the actor may see: some are of courses of others."""
    may_see = PERMISSIONS["certificate.see"].may_see
    found = others_of(session, portfolio_id)
    return {other: view for other, view in found.items() if may_see(actor, owned_of(session, other))}


@pages.get("/certificate/<uuid:portfolio_id>/badge.<any(json, jwt):form>")
def badge(portfolio_id: uuid.UUID, form: str) -> Response:
    """The Open Badges credential as it was issued, with its proof inside or as a token."""
    with reading() as session:
        require(PERMISSIONS, "certificate.see", current_actor(), _owned(session, portfolio_id))
        found = _kept(certificate_of(session, portfolio_id))
        kept = _badge(session, found) if found else None
    if found is None or kept is None:
        raise NotFound("no badge")
    is_token = form == "jwt"
    response = Response(
        kept.jwt if is_token else kept.json_ld, mimetype=JWT_TYPE if is_token else JSON_LD_TYPE
    )
    name = jwt_name(found.number) if is_token else json_ld_name(found.number)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _kept(found: CertificateView | None) -> CertificateView | None:
    """The certificate, if there is one. Raises Problem("file-removed") for an erased one: it has no files."""
    if found is not None and found.is_erased:
        raise Problem("file-removed", "an erased certificate")
    return found


def _badge(session: Session, found: CertificateView) -> IssuedCredential | None:
    return credential_of(session, found.institution_id, found.number)


@pages.get("/certificate/<uuid:portfolio_id>/<any(view, download):how>")
def file(portfolio_id: uuid.UUID, how: str) -> Response:
    """The signed bytes as they were issued, to look at in the page or to keep."""
    with reading() as session:
        require(PERMISSIONS, "certificate.see", current_actor(), _owned(session, portfolio_id))
        found = _kept(certificate_of(session, portfolio_id))
        if found is None:
            raise NotFound("no certificate")
        stored = session.get_one(StoredFile, found.stored_file_id)
    return serve_stored(stored, f"{found.number}.pdf", inline=how == "view")
