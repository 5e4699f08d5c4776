"""The pictures that layouts may name: adding one, offering it no more, and offering it again.

Whoever comes from a draft names it in the address, by its short name alone, and finds the way back to it.
"""

from __future__ import annotations

import uuid

from flask import Response as FileResponse
from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.certificates.forms import PictureForm
from lti_app.certificates.views.certificate import pages
from lti_app.errors import NotFound, Problem
from lti_app.people.actors import require
from lti_app.schemes import assets
from lti_app.schemes.assets import AssetView
from lti_app.schemes.editor.queries import drafted
from lti_app.schemes.models import AssetKind
from lti_app.schemes.pictures import MOST_BYTES, PictureInvalid, Unfit
from lti_app.schemes.text import Text
from lti_app.storage.models import StoredFile
from lti_app.web.context import current_actor, parts, reading, writing
from lti_app.web.files import serve_stored
from lti_app.web.uploads import IncomingFile, incoming_files

Answer = str | Response | tuple[str, int]
_MISSING = "missing"


@pages.get("/pictures")
def pictures() -> Answer:
    """The pictures that layouts may name, what was just done with one, and the form to add one."""
    return _page(PictureForm())


@pages.post("/pictures")
def add_picture() -> Answer:
    """Add one. What is wrong with the file is said beside it, and the words stay."""
    require(assets.PERMISSIONS, "pictures.edit", current_actor(), None)
    form, incoming = PictureForm(request.form), incoming_files("picture")
    if "kind" not in request.form and not incoming and "alt_sv" not in request.form:
        raise Problem("bad-request", "no picture's form")
    is_fit, wrong = form.validate(), "" if incoming else _MISSING
    if is_fit and incoming:
        try:
            kept = _keep(incoming[0], AssetKind(form.kind.data), Text(form.alt_sv.data, form.alt_en.data))
            return _back("added", kept.id)
        except PictureInvalid as error:
            wrong = error.why
    return _page(form, wrong), 422


@pages.post("/pictures/<uuid:asset_id>/withdraw")
def withdraw_picture(asset_id: uuid.UUID) -> Response:
    """Offer one no more."""
    with writing() as session:
        assets.withdraw_picture(session, current_actor(), asset_id)
    return _back("withdrawn", asset_id)


@pages.post("/pictures/<uuid:asset_id>/offer")
def offer_picture_again(asset_id: uuid.UUID) -> Response:
    """Take that back."""
    with writing() as session:
        assets.offer_picture_again(session, current_actor(), asset_id)
    return _back("offered", asset_id)


@pages.get("/pictures/<uuid:asset_id>/<any(withdraw, offer):act>")
def back_to_pictures(asset_id: uuid.UUID, act: str) -> Response:
    """Where an act's address leads when a browser opens it again."""
    return redirect(url_for("certificates.pictures", draft=request.args.get("draft")), 303)


@pages.get("/pictures/<uuid:asset_id>")
def picture(asset_id: uuid.UUID) -> FileResponse:
    """The picture itself."""
    require(assets.PERMISSIONS, "pictures.edit", current_actor(), None)
    with reading() as session:
        found = assets.picture_of(session, current_actor().institution_id, asset_id)
        if found is None:
            raise NotFound("picture")
        stored = session.get_one(StoredFile, found.stored_file_id)
    suffix = "png" if stored.media_type == "image/png" else "jpg"
    return serve_stored(stored, f"{found.kind}-{found.sha256[:8]}.{suffix}", inline=True)


def _keep(incoming: IncomingFile, kind: AssetKind, alt: Text) -> AssetView:
    """Make the file plain and record it; what was sent is not kept. Raises PictureInvalid."""
    storage, actor = parts().storage, current_actor()
    if not incoming.size_bytes:
        raise PictureInvalid("nothing in it", Unfit.EMPTY)
    if incoming.size_bytes > MOST_BYTES or incoming.is_too_large:
        raise PictureInvalid(f"{incoming.size_bytes} bytes", Unfit.TOO_LARGE)
    sent = incoming.finish()
    try:
        with storage.open(sent.key) as opened:
            made = assets.store_picture(storage, actor.institution_id, opened.read())
    finally:
        storage.delete(sent.key)
    try:
        with writing() as session:
            return assets.add_picture(session, storage, actor, made, kind=kind, alt=alt)
    except Problem:
        storage.delete(made.stored.key)  # nothing refers to these bytes
        raise


def _page(form: PictureForm, wrong: str = "") -> str:
    actor = current_actor()
    require(assets.PERMISSIONS, "pictures.edit", actor, None)
    with reading() as session:
        return render_template(
            "certificates/pictures.html",
            form=form,
            pictures=assets.pictures_of(session, actor.institution_id),
            wrong=wrong,
            done=request.args.get("done", ""),
            about=_asked_about(session),
            draft=_draft(session),
        )


def _back(done: str, asset_id: uuid.UUID) -> Response:
    with reading() as session:
        draft = _draft(session)
    return redirect(url_for("certificates.pictures", done=done, picture=asset_id, draft=draft or None), 303)


def _draft(session: Session) -> str:
    """The short name of the draft that the address names, if there is such a draft."""
    named = request.args.get("draft", "")
    return named if named and named in drafted(session, current_actor().institution_id) else ""


def _asked_about(session: Session) -> AssetView | None:
    """The picture with which something was just done, as the address says."""
    try:
        asset_id = uuid.UUID(request.args.get("picture", ""))
    except ValueError:
        return None
    return assets.picture_of(session, current_actor().institution_id, asset_id)
