"""What a holder does with a certificate that was issued: ask for a correction, hand out links to it."""

from __future__ import annotations

import uuid

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates import afterwards, sharing
from lti_app.certificates.dossier import portfolio_of_correction, portfolio_of_link
from lti_app.certificates.forms import CorrectionForm, PageForms, ShareForm, is_told_at
from lti_app.certificates.models import Certificate
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import owned_of
from lti_app.certificates.views.certificate import page_with, pages
from lti_app.errors import Conflict, NotFound
from lti_app.people.actors import require
from lti_app.web.context import current_actor, reading, writing


@pages.post("/certificates/<uuid:certificate_id>/corrections")
def request_correction(certificate_id: uuid.UUID) -> Response:
    """Ask for a correction."""
    portfolio_id = portfolio_of(certificate_id, "certificate.request_correction")
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
    return back_to(portfolio_id)


@pages.post("/corrections/<uuid:correction_id>/withdraw")
def withdraw_correction(correction_id: uuid.UUID) -> Response:
    """Take back what one asked for."""
    with writing() as session:
        afterwards.withdraw_correction(session, current_actor(), correction_id)
        portfolio_id = portfolio_of_correction(session, correction_id)
    return back_to(portfolio_id, done="withdrawn")


@pages.post("/certificates/<uuid:certificate_id>/links")
def share(certificate_id: uuid.UUID) -> Response:
    """Make a link."""
    portfolio_id = portfolio_of(certificate_id, "certificate.share")
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
    return back_to(portfolio_id, "links", done="shared")


@pages.post("/links/<uuid:share_id>/stop")
def stop_sharing(share_id: uuid.UUID) -> Response:
    """Take a link back."""
    with writing() as session:
        sharing.stop_sharing(session, current_actor(), share_id)
        portfolio_id = portfolio_of_link(session, share_id)
    return back_to(portfolio_id, "links", done="stopped", link=share_id)


@pages.post("/links/<uuid:share_id>/again")
def share_again(share_id: uuid.UUID) -> Response:
    """Let a link work again that was just taken back."""
    with writing() as session:
        sharing.share_again(session, current_actor(), share_id)
        portfolio_id = portfolio_of_link(session, share_id)
    return back_to(portfolio_id, "links", done="shared")


def portfolio_of(certificate_id: uuid.UUID, action: str) -> uuid.UUID:
    """The portfolio of a certificate with which the actor may do this."""
    with reading() as session:
        found = session.get(Certificate, certificate_id)
        owned = owned_of(session, found.portfolio_id) if found else None
        if found is None or owned is None:
            raise NotFound("certificate")
        require(PERMISSIONS, action, current_actor(), owned)
        return found.portfolio_id


def back_to(
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
