"""The operator's pages: platforms, their deployments, and invitations to register one."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.errors import KINDS, NotFound
from lti_app.lti.operating import service
from lti_app.lti.operating.coordinator_views import pages as coordinator_pages
from lti_app.lti.operating.failures import forget_failures
from lti_app.lti.operating.forms import (
    AddressesForm,
    InstitutionForm,
    InvitationForm,
    PlatformForm,
    TrustForm,
)
from lti_app.lti.operating.queries import PlatformPage, institutions, platform_page, platform_rows
from lti_app.lti.operating.trial import try_platform
from lti_app.lti.platforms import AlreadyThereError, add_new_platform, forget_waiting, institutions_of
from lti_app.lti.registration.configuration import SCOPES
from lti_app.lti.registration.invitations import invite, open_invitations, withdraw_invitation
from lti_app.people.models import Deployment, Platform
from lti_app.web.admin import operator_blueprint
from lti_app.web.context import parts, reading, writing
from lti_app.web.limits import limiter

pages = operator_blueprint("operating", __name__)

blueprints: tuple[Blueprint, ...] = (pages, coordinator_pages)

Answer = str | Response | tuple[str, int]


@pages.get("/platforms")
def platforms() -> str:
    """Every platform."""
    with reading() as session:
        rows = platform_rows(session)
    return render_template("operator/platforms.html", rows=rows, done=request.args.get("done", ""))


@pages.route("/platforms/new", methods=["GET", "POST"])
def add() -> Answer:
    """A platform added by hand."""
    form = PlatformForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            with writing() as session:
                added = add_new_platform(
                    session,
                    parts().settings,
                    form.details,
                    deployment_ids=[form.deployment_id.data] if form.deployment_id.data else [],
                    institution=form.institution.data,
                )
            return _to_platform(added.id, "added")
        except AlreadyThereError:
            form.client_id.errors = [
                gettext("A platform of this issuer and client ID is registered already.")
            ]
    return _form("operator/add.html", form)


@pages.get("/platforms/<uuid:platform_id>")
def platform(platform_id: uuid.UUID) -> str:
    """Everything about one platform."""
    with reading() as session:
        page = _page(session, platform_id)
    return _platform_html(page, TrustForm.of(page.platform))


@pages.post("/platforms/<uuid:platform_id>/trust")
def trust(platform_id: uuid.UUID) -> Answer:
    """How far it is trusted."""
    form = TrustForm(request.form)
    if not form.validate():
        with reading() as session:
            page = _page(session, platform_id)
        return _platform_html(page, form), 422
    with writing() as session:
        service.change_trust(
            session,
            platform_id,
            is_trusted=form.trusts_new_deployments.data,
            frame_ancestors=form.frame_ancestors.data,
        )
    return _to_platform(platform_id, "changed")


@pages.get("/platforms/<uuid:platform_id>/<any(test, trust, pause, resume):act>")
def back_to_platform(platform_id: uuid.UUID, act: str) -> Response:
    """Where an act's address leads when a browser opens it again: what it did is not done twice."""
    return redirect(url_for("operating.platform", platform_id=platform_id), 303)


@pages.route("/platforms/<uuid:platform_id>/edit", methods=["GET", "POST"])
def edit(platform_id: uuid.UUID) -> Answer:
    """Its name and addresses."""
    with reading() as session:
        found = _page(session, platform_id).platform
    form = AddressesForm(request.form) if request.method == "POST" else AddressesForm.of(found)
    if request.method == "POST" and form.validate():
        with writing() as session:
            service.change_addresses(session, platform_id, service.Addresses(**form.data))
        return _to_platform(platform_id, "changed")
    return _form("operator/edit.html", form, platform=found)


@pages.post("/platforms/<uuid:platform_id>/<any(pause, resume):act>")
def switch(platform_id: uuid.UUID, act: str) -> Response:
    """Let nobody in from it, or people again."""
    with writing() as session:
        (service.pause if act == "pause" else service.resume)(session, platform_id)
    return _to_platform(platform_id, "paused" if act == "pause" else "resumed")


@pages.route("/platforms/<uuid:platform_id>/remove", methods=["GET", "POST"])
def remove(platform_id: uuid.UUID) -> Answer:
    """Whether it can be removed, and removing it."""
    if request.method == "POST":
        with writing() as session:
            service.remove(session, platform_id)
        return redirect(url_for("operating.platforms", done="removed"), 303)
    with reading() as session:
        page = _page(session, platform_id)
    return render_template("operator/remove.html", page=page)


@pages.post("/platforms/<uuid:platform_id>/failures/forget")
def forget(platform_id: uuid.UUID) -> Response:
    """Count refused launches anew."""
    with writing() as session:
        forget_failures(session, platform_id)
    return _to_platform(platform_id, "forgotten")


@pages.post("/platforms/<uuid:platform_id>/waiting/forget")
def forget_those_that_wait(platform_id: uuid.UUID) -> Response:
    """Forget the installations that nobody has approved."""
    with writing() as session:
        forget_waiting(session, platform_id)
    return _to_platform(platform_id, "forgotten_waiting")


@pages.post("/platforms/<uuid:platform_id>/test")
@limiter.limit("10 per minute")
def test(platform_id: uuid.UUID) -> str:
    """Whether the tool and the platform reach each other; waits for the platform."""
    try:
        steps = try_platform(parts().settings, parts().db, platform_id)
    except NoResultFound:
        raise NotFound("platform") from None
    with reading() as session:
        page = _page(session, platform_id)
    return render_template(
        "operator/trial.html",
        platform=page.platform,
        waiting=sum(not each.is_approved for each in page.deployments),
        steps=steps,
        scopes=SCOPES,
        jwks_url=f"{parts().settings.public_url}/lti/jwks.json",
    )


@pages.route("/deployments/<uuid:deployment_id>/approve", methods=["GET", "POST"])
def approve(deployment_id: uuid.UUID) -> Answer:
    """Letting an installation in, for an institution."""
    with reading() as session:
        found = session.get(Deployment, deployment_id)
        if found is None:
            raise NotFound("deployment")
        of_platform = session.get_one(Platform, found.platform_id)
        usual = [each.name for each in institutions_of(session, found.platform_id)]
        names = [name for _, name in institutions(session)]
    form = InstitutionForm(request.form, institution=usual[0] if len(usual) == 1 else "").offering(names)
    if request.method == "POST" and form.validate():
        with writing() as session:
            service.approve_here(session, deployment_id, form.name_given)
        return _to_platform(found.platform_id, "approved")
    return _form("operator/approve.html", form, deployment=found, platform=of_platform)


@pages.post("/deployments/<uuid:deployment_id>/withdraw")
def withdraw(deployment_id: uuid.UUID) -> Response:
    """Letting nobody in from an installation any more."""
    with writing() as session:
        platform_id = service.withdraw(session, deployment_id).platform_id
    return _to_platform(platform_id, "withdrawn")


@pages.route("/invitations", methods=["GET", "POST"])
def invitations() -> Answer:
    """An address by which an administrator registers a platform, shown once; and which can still be used."""
    with reading() as session:
        names = [name for _, name in institutions(session)]
        waiting = open_invitations(session)
    form = InvitationForm(request.form).offering(names)
    if request.method == "POST" and form.validate():
        lives = timedelta(days=form.days.data)
        with writing() as session:
            address = invite(session, parts().settings, institution=form.name_given, lives=lives)
        return render_template("operator/invited.html", address=address, form=form)
    return _form("operator/invite.html", form, waiting=waiting, done=request.args.get("done", ""))


@pages.get("/invitations/<uuid:invitation_id>/withdraw")
def back_to_invitations(invitation_id: uuid.UUID) -> Response:
    """Where a withdrawal's address leads when it is opened again."""
    return redirect(url_for("operating.invitations"), 303)


@pages.post("/invitations/<uuid:invitation_id>/withdraw")
def withdraw_invited(invitation_id: uuid.UUID) -> Response:
    """Making an invitation worthless that has not been used."""
    with writing() as session:
        withdraw_invitation(session, invitation_id)
    return redirect(url_for("operating.invitations", done="uninvited"), 303)


def _page(session: Session, platform_id: uuid.UUID) -> PlatformPage:
    page = platform_page(session, platform_id)
    if page is None:
        raise NotFound("platform")
    return page


def _platform_html(page: PlatformPage, form: TrustForm) -> str:
    return render_template(
        "operator/platform.html", page=page, form=form, kinds=KINDS, done=request.args.get("done", "")
    )


def _form(template: str, form: object, **values: object) -> Answer:
    """The page with its form; 422 when it was sent and cannot be taken."""
    page = render_template(template, form=form, **values)
    return (page, 422) if request.method == "POST" else page


def _to_platform(platform_id: uuid.UUID, done: str) -> Response:
    return redirect(url_for("operating.platform", platform_id=platform_id, done=done), 303)
