"""Schemes and their versions: history, reading one, taking it away as a file, and beginning a draft."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_app.errors import NotFound, Problem
from lti_app.schemes.assets import pictures_of
from lti_app.schemes.editor import service
from lti_app.schemes.editor.draft_views import pages as draft_pages
from lti_app.schemes.editor.frame import Answer, as_file, language, pages, words
from lti_app.schemes.editor.queries import drafted, version_named, versions_of
from lti_app.schemes.editor.telling import differences, told
from lti_app.schemes.messages import Message, translated
from lti_app.schemes.nodes import FileProblem
from lti_app.schemes.picture_places import in_file_form, named_pictures
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reading import SchemeInvalid
from lti_app.web.context import current_actor, parts, reading, writing
from lti_app.web.uploads import incoming_files

blueprints: tuple[Blueprint, ...] = (pages, draft_pages)
_MOST_BYTES = 1_000_000


@pages.get("/schemes/new")
def new() -> str:
    """Where a draft can begin: a scheme that comes with the tool, or a file."""
    service.require_editing(current_actor())
    return _new_page()


@pages.post("/schemes/new")
def begin() -> Answer:
    """Begin a draft from what was chosen."""
    service.require_editing(current_actor())
    if request.form.get("from") == "file":
        return _begin_from_file()
    slug, bundled = request.form.get("slug", "").strip(), request.form.get("bundled", "")
    with writing() as session:
        draft = service.begin_from_bundled(session, current_actor(), bundled, slug)
        slug = str(draft.document["scheme"])
    return redirect(url_for("draft.overview", slug=slug), 303)


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
        service.begin_from_version(session, current_actor(), slug, int(number))
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
        sections=told(new, language(), words(), pictures),
        earlier=earlier,
        differing=differences(old, new, language(), words(), pictures) if before else (),
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


def _begin_from_file() -> Answer:
    text, problems = _text_sent()
    if not problems:
        try:
            with writing() as session:
                draft = service.begin_from_yaml(session, current_actor(), text, "file")
                slug = str(draft.document["scheme"])
            return redirect(url_for("draft.overview", slug=slug), 303)
        except SchemeInvalid as invalid:
            problems = invalid.problems
    return _new_page(text, problems), 422


def _text_sent() -> tuple[str, tuple[FileProblem, ...]]:
    """The text of the file that was uploaded, else what was pasted."""
    uploaded = next(iter(incoming_files("file")), None)
    if uploaded is None:
        pasted = request.form.get("yaml", "").replace("\r\n", "\n")
        nothing = FileProblem(None, "", Message("Choose a file, or paste one."))
        return pasted, () if pasted.strip() else (nothing,)
    if not 0 < uploaded.size_bytes <= _MOST_BYTES:
        return "", (FileProblem(None, "", Message("The file is empty or far too large.")),)
    stored, storage = uploaded.finish(), parts().storage
    try:
        with storage.open(stored.key) as file:
            return file.read().decode("utf-8").replace("\r\n", "\n"), ()
    except UnicodeDecodeError:
        return "", (FileProblem(None, "", Message("The file is no text in UTF-8.")),)
    finally:
        storage.delete(stored.key)


def _new_page(text: str = "", problems: tuple[FileProblem, ...] = ()) -> str:
    with reading() as session:
        drafts = drafted(session, current_actor().institution_id)
    return render_template(
        "schemes/editor/new.html",
        bundled=bundled_schemes(),
        drafts=drafts,
        text=text,
        problems=[replace(each, message=translated(each.message, words())) for each in problems],
    )
