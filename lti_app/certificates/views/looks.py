"""How certificates will look: the pictures that layouts may name, and a specimen with what to know of it."""

from __future__ import annotations

import uuid

from flask import Response as FileResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates.forms import PictureForm
from lti_app.certificates.previewing import (
    LONGEST_NAME,
    MOST_MERITS,
    Look,
    Sample,
    look_of,
    look_of_typed,
    pages_of,
    specimen_of,
)
from lti_app.certificates.previewing import warnings_of as looked_over
from lti_app.certificates.views.certificate import pages
from lti_app.clock import now
from lti_app.errors import NotFound, Problem
from lti_app.people.actors import require
from lti_app.schemes import assets
from lti_app.schemes.editor.frame import language, the_draft, words
from lti_app.schemes.editor.parsing import parsed_section
from lti_app.schemes.editor.problems import problems_of
from lti_app.schemes.editor.sections import SECTIONS
from lti_app.schemes.models import AssetKind, SchemeAsset
from lti_app.schemes.pictures import MOST_BYTES
from lti_app.schemes.reading import SchemeInvalid
from lti_app.schemes.text import Text
from lti_app.storage.models import StoredFile
from lti_app.web.context import current_actor, parts, reading, writing
from lti_app.web.files import serve_bytes, serve_stored
from lti_app.web.typed import clean_line
from lti_app.web.uploads import IncomingFile, incoming_files

Answer = str | Response | tuple[str, int]
_DEFAULT_NAME = "Åsa Öberg"
_DEFAULT_MERITS = 5
_CERTIFICATE = next(each for each in SECTIONS if each.slug == "certificate")


@pages.get("/schemes/<slug>/draft/specimen")
def specimen(slug: str) -> Answer:
    """The specimen beside the list of what to know; a draft that cannot be read yet says so."""
    sample = _sample()
    try:
        look = _look(slug, sample)
    except SchemeInvalid:
        draft = the_draft(slug)
        problems = problems_of(draft.document, language(), words(), draft.pictures)
        page = render_template(
            "certificates/specimen.html",
            slug=slug,
            sample=sample,
            is_draft=True,
            draft=draft,
            problems=problems,
        )
        return page, 422
    return render_template(
        "certificates/specimen.html",
        slug=slug,
        sample=sample,
        is_draft=look.is_draft,
        warnings=looked_over(look.facts, look.pictures(parts().storage)),
        layout=look.facts.layout,
    )


@pages.get("/schemes/<slug>/draft/specimen.pdf")
def specimen_file(slug: str) -> FileResponse:
    """The specimen alone."""
    try:
        look = _look(slug, _sample())
    except SchemeInvalid as error:
        raise NotFound("a specimen of an incomplete draft") from error
    drawn = specimen_of(look.facts, look.pictures(parts().storage))
    if not drawn:
        raise NotFound("a specimen that cannot be drawn")
    return serve_bytes(drawn, "application/pdf", f"{slug}-specimen.pdf")


@pages.post("/schemes/<slug>/draft/look")
def follow(slug: str) -> str:
    """The specimen by what stands in the section's form, saved or not: pages as pictures, and what to know.

    Nothing is written; the page puts the answer beside the form while somebody types.
    """
    draft = the_draft(slug)
    form = request.form.to_dict(flat=False)
    if "end" not in form:
        raise Problem("bad-request", "a form cut short")
    typed = parsed_section(_CERTIFICATE, form, draft.document)
    every = problems_of(typed, language(), words(), draft.pictures)
    told = {"draft": draft, "problems": [each for each in every if each.section == _CERTIFICATE.slug]}
    try:
        with reading() as session:
            found = look_of_typed(session, current_actor(), typed, _sample())
    except SchemeInvalid:
        return render_template("certificates/look.html", **told, warnings=(), sheets=())
    pictures = found.pictures(parts().storage)
    warnings, sheets = looked_over(found.facts, pictures), pages_of(found.facts, pictures)
    return render_template("certificates/look.html", **told, warnings=warnings, sheets=sheets)


@pages.get("/pictures")
def pictures() -> Answer:
    """The pictures that layouts may name, and the form to add one."""
    return _pictures_page(PictureForm())


@pages.post("/pictures")
def add_picture() -> Answer:
    """Add one."""
    require(assets.PERMISSIONS, "pictures.edit", current_actor(), None)
    form, incoming = PictureForm(request.form), incoming_files("picture")
    if "kind" not in request.form and not incoming and "alt_sv" not in request.form:
        raise Problem("bad-request", "no picture's form")
    is_fit = form.validate()
    if not incoming or not is_fit:
        return _pictures_page(form, is_file_missing=not incoming), 422
    _keep(incoming[0], AssetKind(form.kind.data), Text(sv=form.alt_sv.data, en=form.alt_en.data))
    return redirect(url_for("certificates.pictures"), 303)


@pages.post("/pictures/<uuid:asset_id>/withdraw")
def withdraw_picture(asset_id: uuid.UUID) -> Response:
    """Offer one no more."""
    with writing() as session:
        assets.withdraw_picture(session, current_actor(), asset_id)
    return redirect(url_for("certificates.pictures"), 303)


@pages.get("/pictures/<uuid:asset_id>")
def picture(asset_id: uuid.UUID) -> FileResponse:
    """The picture itself."""
    require(assets.PERMISSIONS, "pictures.edit", current_actor(), None)
    with reading() as session:
        found = session.get(SchemeAsset, asset_id)
        if found is None or found.institution_id != current_actor().institution_id:
            raise NotFound("picture")
        stored = session.get_one(StoredFile, found.stored_file_id)
    suffix = "png" if stored.media_type == "image/png" else "jpg"
    return serve_stored(stored, f"{found.kind}-{found.sha256[:8]}.{suffix}", inline=True)


def _keep(incoming: IncomingFile, kind: AssetKind, alt: Text) -> None:
    """Make the file plain and record it; what was sent is not kept."""
    storage, actor = parts().storage, current_actor()
    if not 0 < incoming.size_bytes <= MOST_BYTES or incoming.is_too_large:
        raise Problem("picture-invalid", f"{incoming.size_bytes} bytes")
    sent = incoming.finish()
    try:
        with storage.open(sent.key) as opened:
            made = assets.store_picture(storage, actor.institution_id, opened.read())
    finally:
        storage.delete(sent.key)
    try:
        with writing() as session:
            assets.add_picture(session, storage, actor, made, kind=kind, alt=alt)
    except Problem:
        storage.delete(made.stored.key)  # nothing refers to these bytes
        raise


def _pictures_page(form: PictureForm, *, is_file_missing: bool = False) -> str:
    actor = current_actor()
    require(assets.PERMISSIONS, "pictures.edit", actor, None)
    with reading() as session:
        found = assets.pictures_of(session, actor.institution_id)
    return render_template(
        "certificates/pictures.html", form=form, pictures=found, is_file_missing=is_file_missing
    )


def _look(slug: str, sample: Sample) -> Look:
    with reading() as session:
        return look_of(session, current_actor(), slug, sample)


def _sample() -> Sample:
    """The name and the number of merits to try, as asked for, within what makes sense."""
    asked = request.values.get("merits", "")
    merits = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else _DEFAULT_MERITS
    return Sample(
        name=clean_line(request.values.get("name"))[:LONGEST_NAME] or _DEFAULT_NAME,
        merits=min(max(merits, 1), MOST_MERITS),
        public_url=parts().settings.public_url,
        issued_on=now().date(),
    )
