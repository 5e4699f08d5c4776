"""What is done with a certificate that was issued: correct it, revoke it, hand out links to it."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates import afterwards, sharing
from lti_app.certificates.dossier import (
    correction_of,
    holder_of,
    portfolio_of_correction,
    portfolio_of_link,
)
from lti_app.certificates.forms import (
    ApprovalForm,
    CorrectionForm,
    PageForms,
    ReplyForm,
    RevokeForm,
    ShareForm,
    is_told_at,
)
from lti_app.certificates.models import Certificate, RevokeReason
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import owned_of
from lti_app.certificates.views.certificate import page_with, pages
from lti_app.errors import Conflict, NotFound
from lti_app.people.actors import require
from lti_app.web.context import current_actor, reading, writing


@pages.post("/certificates/<uuid:certificate_id>/corrections")
def request_correction(certificate_id: uuid.UUID) -> Response:
    """Ask for a correction."""
    portfolio_id = _portfolio(certificate_id, "certificate.request_correction")
    form = CorrectionForm(request.form)
    if not form.validate():
        return page_with(portfolio_id, PageForms(asking=form))
    try:
        with writing() as session:
            afterwards.request_correction(
                session,
                current_actor(),
                certificate_id,
                new_name=form.new_name.data or "",
                note=form.note.data or "",
            )
    except Conflict as refused:
        if not is_told_at(form.new_name, refused):
            raise
        return page_with(portfolio_id, PageForms(asking=form))
    return _back(portfolio_id)


@pages.post("/corrections/<uuid:correction_id>/withdraw")
def withdraw_correction(correction_id: uuid.UUID) -> Response:
    """Take back what one asked for."""
    with writing() as session:
        afterwards.withdraw_correction(session, current_actor(), correction_id)
        portfolio_id = portfolio_of_correction(session, correction_id)
    return _back(portfolio_id, done="withdrawn")


@pages.post("/corrections/<uuid:correction_id>/approve")
def approve_correction(correction_id: uuid.UUID) -> Response:
    """Agree to a correction, with the right name where it was asked for in words."""
    portfolio_id = _portfolio_of_decision(correction_id)
    form = ApprovalForm(request.form)
    if not form.validate():
        return page_with(portfolio_id, PageForms(approving=form))
    try:
        with writing() as session:
            afterwards.approve_correction(
                session, current_actor(), correction_id, new_name=form.new_name.data or ""
            )
    except Conflict as refused:
        if not is_told_at(form.new_name, refused):
            raise
        return page_with(portfolio_id, PageForms(approving=form))
    return _back(portfolio_id)


@pages.post("/corrections/<uuid:correction_id>/issue")
def issue_corrected(correction_id: uuid.UUID) -> Response:
    """Issue the corrected certificate as things stand."""
    with writing() as session:
        afterwards.issue_corrected(session, current_actor(), correction_id)
        portfolio_id = portfolio_of_correction(session, correction_id)
    return _back(portfolio_id)


@pages.route("/corrections/<uuid:correction_id>/decline", methods=["GET", "POST"])
def decline_correction(correction_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Say why a certificate stays as it is."""
    portfolio_id = _portfolio_of_decision(correction_id)
    form = ReplyForm(request.form)
    if request.method == "POST" and form.validate():
        with writing() as session:
            afterwards.decline_correction(session, current_actor(), correction_id, reply=form.reply.data)
        return _back(portfolio_id)
    with reading() as session:
        asked, holder = correction_of(session, correction_id), holder_of(session, portfolio_id)
    page = render_template(
        "certificates/decline.html",
        form=form,
        asked=asked,
        holder=holder,
        portfolio_id=portfolio_id,
        actor=current_actor(),
    )
    return (page, 422) if form.errors else page


@pages.route("/certificates/<uuid:certificate_id>/revoke", methods=["GET", "POST"])
def revoke(certificate_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """Say why, and revoke."""
    portfolio_id = _portfolio(certificate_id, "certificate.revoke")
    form = RevokeForm(request.form)
    if request.method == "POST" and form.validate():
        with writing() as session:
            afterwards.revoke(
                session,
                current_actor(),
                certificate_id,
                reason=RevokeReason(form.reason.data),
                note=form.note.data or "",
            )
        return _back(portfolio_id)
    with reading() as session:
        found = session.get_one(Certificate, certificate_id)
        holder = holder_of(session, portfolio_id)
    page = render_template(
        "certificates/revoke.html",
        form=form,
        certificate_id=certificate_id,
        portfolio_id=portfolio_id,
        number=found.number,
        is_erased=found.erased_at is not None,
        holder=holder,
    )
    return (page, 422) if form.errors else page


@pages.post("/certificates/<uuid:certificate_id>/another")
def allow_another(certificate_id: uuid.UUID) -> Response:
    """Let another certificate follow a revoked one."""
    with writing() as session:
        afterwards.allow_another(session, current_actor(), certificate_id)
        portfolio_id = session.get_one(Certificate, certificate_id).portfolio_id
    return _back(portfolio_id)


@pages.post("/certificates/<uuid:certificate_id>/links")
def share(certificate_id: uuid.UUID) -> Response:
    """Make a link."""
    portfolio_id = _portfolio(certificate_id, "certificate.share")
    form = ShareForm(request.form)
    if not form.validate():
        return page_with(portfolio_id, PageForms(sharing=form))
    with writing() as session:
        sharing.share(
            session,
            current_actor(),
            certificate_id,
            shows_name=form.shows_name.data,
            shows_merits=form.shows_merits.data,
        )
    return _back(portfolio_id, "links", done="shared")


@pages.post("/links/<uuid:share_id>/stop")
def stop_sharing(share_id: uuid.UUID) -> Response:
    """Take a link back."""
    with writing() as session:
        sharing.stop_sharing(session, current_actor(), share_id)
        portfolio_id = portfolio_of_link(session, share_id)
    return _back(portfolio_id, "links", done="stopped", link=share_id)


@pages.post("/links/<uuid:share_id>/again")
def share_again(share_id: uuid.UUID) -> Response:
    """Let a link work again that was just taken back."""
    with writing() as session:
        sharing.share_again(session, current_actor(), share_id)
        portfolio_id = portfolio_of_link(session, share_id)
    return _back(portfolio_id, "links", done="shared")


def _portfolio(certificate_id: uuid.UUID, action: str) -> uuid.UUID:
    """The portfolio of a certificate with which the actor may do this."""
    with reading() as session:
        found = session.get(Certificate, certificate_id)
        owned = owned_of(session, found.portfolio_id) if found else None
        if found is None or owned is None:
            raise NotFound("certificate")
        require(PERMISSIONS, action, current_actor(), owned)
        return found.portfolio_id


def _portfolio_of_decision(correction_id: uuid.UUID) -> uuid.UUID:
    """The portfolio of a correction that the actor may decide on."""
    with reading() as session:
        portfolio_id = portfolio_of_correction(session, correction_id)
        require(PERMISSIONS, "certificate.correct", current_actor(), owned_of(session, portfolio_id))
    return portfolio_id


def _back(
    portfolio_id: uuid.UUID,
    part: str | None = None,
    *,
    done: str | None = None,
    link: uuid.UUID | None = None,
) -> Response:
    """To the certificate's page, which tells what was done."""
    address = url_for(
        "certificates.certificate", portfolio_id=portfolio_id, done=done, link=link, _anchor=part
    )
    return redirect(address, 303)
