"""Schemes and their versions: history, reading one, taking it away as a file, and a draft of one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_app.errors import NotFound, Problem
from lti_app.i18n import page_language, page_words
from lti_app.schemes.assets import pictures_of
from lti_app.schemes.editor import beginning, service
from lti_app.schemes.editor.beginning_views import pages as beginning_pages
from lti_app.schemes.editor.draft_views import pages as draft_pages
from lti_app.schemes.editor.frame import as_file
from lti_app.schemes.editor.queries import version_named, versions_of
from lti_app.schemes.editor.section_views import pages as section_pages
from lti_app.schemes.editor.telling import differences, told
from lti_app.schemes.picture_places import in_file_form, named_pictures
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("versions", __name__)
blueprints: tuple[Blueprint, ...] = (beginning_pages, pages, draft_pages, section_pages)


@pages.get("/schemes/<slug>")
def scheme(slug: str) -> str:
    """A scheme's versions with their notes, and its draft."""
    actor = current_actor()
    service.require_seeing(actor)
    with reading() as session:
        versions = versions_of(session, actor.institution_id, slug)
    if not versions:
        raise NotFound("scheme")
    done = request.args.get("done", "")
    return render_template("schemes/editor/scheme.html", slug=slug, versions=versions, done=done)


@pages.post("/schemes/<slug>/begin")
def begin_from_version(slug: str) -> AnyResponse:
    """Begin a draft from one of the scheme's versions."""
    number = request.form.get("number", "")
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        raise Problem("bad-request", "number")
    with writing() as session:
        beginning.begin_from_version(session, current_actor(), slug, int(number))
    return redirect(url_for("draft.overview", slug=slug), 303)


@pages.get("/schemes/<slug>/versions/<int(max=999999):number>")
def version(slug: str, number: int) -> str:
    """One version in words, and how it differs from the one before."""
    actor = current_actor()
    service.require_seeing(actor)
    with reading() as session:
        found = version_named(session, actor.institution_id, slug, number)
        versions = versions_of(session, actor.institution_id, slug)
        earlier = next((each for each in versions if not each.is_draft and each.number < number), None)
        before = version_named(session, actor.institution_id, slug, earlier.number) if earlier else None
        if found is None:
            raise NotFound("version")
        new, old = (in_file_form(each.document) if each else {} for each in (found, before))
        named = [*named_pictures(new).values(), *named_pictures(old).values()]
        pictures = pictures_of(session, actor.institution_id, named=named)
    return render_template(
        "schemes/editor/version.html",
        row=next(each for each in versions if each.id == found.id),
        sections=told(new, page_language(), page_words(), pictures),
        earlier=earlier,
        differing=differences(old, new, page_language(), page_words(), pictures) if before else (),
    )


@pages.get("/schemes/<slug>/versions/<int(max=999999):number>/file")
def version_file(slug: str, number: int) -> Response:
    """One version as a YAML file."""
    actor = current_actor()
    service.require_seeing(actor)
    with reading() as session:
        found = version_named(session, actor.institution_id, slug, number)
    if found is None:
        raise NotFound("version")
    return as_file(found.document, f"{slug}-{number}")
