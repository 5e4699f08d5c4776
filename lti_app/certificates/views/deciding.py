"""What staff decide about a certificate that was issued.

Each decision has a page that asks first; what came in between leads to how the certificate stands now.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import render_template, request
from werkzeug.wrappers import Response

from lti_app.certificates import afterwards
from lti_app.certificates.dossier import (
    correction_of,
    holder_of,
    portfolio_of_correction,
    portfolio_of_link,
)
from lti_app.certificates.forms import ApprovalForm, ReplyForm, RevokeForm, is_told_at
from lti_app.certificates.models import Certificate, CorrectionState, RevokeReason
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import owned_of, revoked_for_good, standing_of, waits_for_staff
from lti_app.certificates.views.afterwards import back_to, portfolio_of
from lti_app.certificates.views.certificate import pages
from lti_app.errors import Conflict
from lti_app.people.actors import require
from lti_app.portfolio.models import Portfolio
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.problems import problem_page

Answer = Response | str | tuple[str, int]


@pages.route("/corrections/<uuid:correction_id>/approve", methods=["GET", "POST"])
def approve_correction(correction_id: uuid.UUID) -> Answer:
    """Agree to a correction, with the right name where it was asked for in words."""
    form = ApprovalForm(request.form)
    if request.method == "POST" and form.validate():
        portfolio_id = _portfolio_of_decision(correction_id)
        try:
            with writing() as session:
                afterwards.approve_correction(
                    session, current_actor(), correction_id, new_name=form.new_name.data or ""
                )
            return back_to(portfolio_id)
        except Conflict as refused:
            if not is_told_at(form.new_name, refused):
                raise
    return _asking(correction_id, "certificates/approve.html", form)


@pages.post("/corrections/<uuid:correction_id>/reconsider")
def take_back_approval(correction_id: uuid.UUID) -> Response:
    """Let an approved correction wait for an answer again."""
    with writing() as session:
        afterwards.take_back_approval(session, current_actor(), correction_id)
        portfolio_id = portfolio_of_correction(session, correction_id)
    return back_to(portfolio_id)


@pages.route("/corrections/<uuid:correction_id>/issue", methods=["GET", "POST"])
def issue_corrected(correction_id: uuid.UUID) -> Answer:
    """Issue the corrected certificate as things stand."""
    if request.method == "POST":
        with writing() as session:
            afterwards.issue_corrected(session, current_actor(), correction_id)
            portfolio_id = portfolio_of_correction(session, correction_id)
        return back_to(portfolio_id)
    return _asking(correction_id, "certificates/anew.html", None)


@pages.route("/corrections/<uuid:correction_id>/decline", methods=["GET", "POST"])
def decline_correction(correction_id: uuid.UUID) -> Answer:
    """Say why a certificate stays as it is."""
    form = ReplyForm(request.form)
    if request.method == "POST" and form.validate():
        portfolio_id = _portfolio_of_decision(correction_id)
        with writing() as session:
            afterwards.decline_correction(session, current_actor(), correction_id, reply=form.reply.data)
        return back_to(portfolio_id)
    return _asking(correction_id, "certificates/decline.html", form)


@pages.route("/certificates/<uuid:certificate_id>/revoke", methods=["GET", "POST"])
def revoke(certificate_id: uuid.UUID) -> Answer:
    """Say why, and revoke."""
    portfolio_id = portfolio_of(certificate_id, "certificate.revoke")
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
        return back_to(portfolio_id)
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


@pages.route("/certificates/<uuid:certificate_id>/another", methods=["GET", "POST"])
def allow_another(certificate_id: uuid.UUID) -> Answer:
    """Let another certificate follow a revoked one."""
    portfolio_id = portfolio_of(certificate_id, "certificate.revoke")
    if request.method == "POST":
        with writing() as session:
            afterwards.allow_another(session, current_actor(), certificate_id)
        return back_to(portfolio_id)
    with reading() as session:
        found = session.get_one(Certificate, certificate_id)
        if revoked_for_good(session, portfolio_id) is not found or found.erased_at is not None:
            raise Conflict(f"the certificate is {found.state}, may be followed already, or was erased")
        portfolio = session.get_one(Portfolio, portfolio_id)
        holder, standing = holder_of(session, portfolio_id), standing_of(session, portfolio_id)
        by_staff = waits_for_staff(session, portfolio)
    return render_template(
        "certificates/another.html",
        certificate_id=certificate_id,
        portfolio_id=portfolio_id,
        number=found.number,
        reason=found.revoke_reason,
        holder=holder,
        is_earned=standing.is_earned,
        by_staff=by_staff,
    )


@pages.errorhandler(Conflict)
def how_it_stands(refused: Conflict) -> Response:
    """What came in between, with the way to the certificate that it was about."""
    portfolio_id = _portfolio_asked_about(request.view_args or {})
    if portfolio_id is None:
        return problem_page(refused.slug, refused.detail)
    return problem_page(
        refused.slug, refused.detail, template="certificates/conflict.html", portfolio_id=portfolio_id
    )


def _portfolio_asked_about(given: Mapping[str, uuid.UUID]) -> uuid.UUID | None:
    """Whose certificate an address is about, by what is given in it."""
    with reading() as session:
        if "correction_id" in given:
            return portfolio_of_correction(session, given["correction_id"])
        if "share_id" in given:
            return portfolio_of_link(session, given["share_id"])
        if "certificate_id" in given:
            return session.get_one(Certificate, given["certificate_id"]).portfolio_id
    return given.get("portfolio_id")


def _asking(correction_id: uuid.UUID, template: str, form: ApprovalForm | ReplyForm | None) -> Answer:
    """The page that asks before a decision; to the certificate's page when that was made meanwhile."""
    portfolio_id = _portfolio_of_decision(correction_id)
    with reading() as session:
        asked, holder = correction_of(session, correction_id), holder_of(session, portfolio_id)
        is_ready = form is not None or standing_of(session, portfolio_id).is_earned
    state = CorrectionState.REQUESTED if form is not None else CorrectionState.APPROVED
    if asked.state is not state or not is_ready:
        raise Conflict(f"the correction is {asked.state}, or something is reopened")
    page = render_template(
        template, form=form, asked=asked, holder=holder, portfolio_id=portfolio_id, actor=current_actor()
    )
    return (page, 422) if form is not None and form.errors else page


def _portfolio_of_decision(correction_id: uuid.UUID) -> uuid.UUID:
    """The portfolio of a correction that the actor may decide on."""
    with reading() as session:
        portfolio_id = portfolio_of_correction(session, correction_id)
        require(PERMISSIONS, "certificate.correct", current_actor(), owned_of(session, portfolio_id))
    return portfolio_id
