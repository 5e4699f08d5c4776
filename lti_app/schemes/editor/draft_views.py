"""A draft as a whole: what it lacks, how it differs, what a student would meet, publishing and discarding."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_app.i18n import page_language, page_words
from lti_app.schemes.editor import service
from lti_app.schemes.editor.frame import Answer, as_file, choices_in, problems_in, sent_revision, the_draft
from lti_app.schemes.editor.preview import made_up, preview_of
from lti_app.schemes.editor.queries import Draft
from lti_app.schemes.editor.sections import SECTIONS, section_named
from lti_app.schemes.editor.showing import Showing
from lti_app.schemes.editor.telling import differences
from lti_app.web.context import current_actor, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("draft", __name__)


@pages.get("/schemes/<slug>/draft")
def overview(slug: str) -> str:
    """The draft's sections, what is wrong in each, and what can be done with it."""
    draft = the_draft(slug)
    return render_template(
        "schemes/editor/draft.html",
        draft=draft,
        sections=SECTIONS,
        problems=problems_in(draft),
        unnamed=_unnamed(draft),
        is_same=_is_same(draft),
        done=request.args.get("done", ""),
    )


@pages.post("/schemes/<slug>/draft/undo")
def undo(slug: str) -> AnyResponse:
    """Take the last change back."""
    with writing() as session:
        service.undo_change(session, current_actor(), slug, revision=sent_revision())
    back = section_named(request.form.get("back", ""))
    if back is None:
        return redirect(url_for("draft.overview", slug=slug, done="undone"), 303)
    return redirect(url_for("section.show", slug=slug, section=back.slug, done="undone"), 303)


@pages.get("/schemes/<slug>/draft/differences")
def compared(slug: str) -> str:
    """How the draft differs from the version published last."""
    draft = the_draft(slug)
    return render_template("schemes/editor/differences.html", draft=draft, differing=_differing(draft))


@pages.get("/schemes/<slug>/draft/preview")
def preview(slug: str) -> str:
    """The draft as a student would meet it, with a made-up portfolio."""
    draft = the_draft(slug)
    activities = made_up(request.args.to_dict(flat=False), page_language())
    return render_template(
        "schemes/editor/preview.html",
        draft=draft,
        problems=problems_in(draft),
        activities=activities,
        preview=preview_of(
            draft.document, activities, request.args.get("programme", ""), page_language(), page_words()
        ),
        choices=choices_in(draft),
    )


@pages.get("/schemes/<slug>/draft/file")
def file(slug: str) -> Response:
    """The draft as a YAML file."""
    return as_file(the_draft(slug).document, f"{slug}-draft")


@pages.get("/schemes/<slug>/draft/publish")
def confirm_publish(slug: str) -> str:
    """What would be published, and the form for its note."""
    return _publish_page(the_draft(slug))


@pages.post("/schemes/<slug>/draft/publish")
def publish(slug: str) -> Answer:
    """Publish the draft."""
    draft, note = the_draft(slug), request.form.get("note", "").replace("\r\n", "\n").strip()
    if not note or len(note) > service.NOTE_CHARS:
        return _publish_page(draft, note, is_refused=True), 422
    with writing() as session:
        service.publish_draft(session, current_actor(), slug, note=note, revision=sent_revision())
    return redirect(url_for("versions.scheme", slug=slug, done="published"), 303)


@pages.get("/schemes/<slug>/draft/discard")
def confirm_discard(slug: str) -> str:
    """Ask before the draft is deleted."""
    return render_template("schemes/editor/discard.html", draft=the_draft(slug))


@pages.post("/schemes/<slug>/draft/discard")
def discard(slug: str) -> AnyResponse:
    """Delete the draft."""
    with writing() as session:
        service.discard_draft(session, current_actor(), slug, revision=sent_revision())
    return redirect(url_for("beginning.new"), 303)


def _differing(draft: Draft) -> object:
    if not draft.published:
        return None
    return differences(draft.published, draft.document, page_language(), page_words(), draft.pictures)


def _unnamed(draft: Draft) -> list[str]:
    """The roles of who signs without a name: an office may, so it is worth knowing and nothing else."""
    certificate = draft.document.get("certificate")
    signing = certificate.get("signatories") if isinstance(certificate, dict) else None
    showing = Showing(draft.document, choices_in(draft))
    members = signing if isinstance(signing, list) else []
    roles = [showing.title(each) for each in members if isinstance(each, dict) and not each.get("name")]
    return [each for each in roles if each]


def _is_same(draft: Draft) -> bool:
    """Whether there is nothing in it to publish: it says what the newest version says."""
    return bool(draft.published) and service.says_the_same(draft.document, draft.published)


def _publish_page(draft: Draft, note: str = "", *, is_refused: bool = False) -> str:
    return render_template(
        "schemes/editor/publish.html",
        draft=draft,
        problems=problems_in(draft),
        unnamed=_unnamed(draft),
        differing=_differing(draft),
        is_same=_is_same(draft),
        note=note,
        is_refused=is_refused,
        revision=sent_revision() if is_refused else draft.revision,
        most=service.NOTE_CHARS,
    )
