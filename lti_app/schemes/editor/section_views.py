"""A section of a draft: its form, shown and saved; a long list, chosen; both texts where two wrote it."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, render_template, request, url_for

from lti_app.errors import Conflict, NotFound, Problem
from lti_app.i18n import page_language, page_words
from lti_app.schemes.editor import service
from lti_app.schemes.editor.acting import act, named_control
from lti_app.schemes.editor.controls import Shown
from lti_app.schemes.editor.frame import Answer, choices_in, problems_in, sent_revision, the_draft
from lti_app.schemes.editor.outline import Codes, Section
from lti_app.schemes.editor.parsing import parsed_section
from lti_app.schemes.editor.problems import Problem as DraftProblem
from lti_app.schemes.editor.problems import by_field, split, too_large
from lti_app.schemes.editor.queries import Draft, last_writer_of
from lti_app.schemes.editor.sections import SECTIONS, section_named
from lti_app.schemes.editor.showing import Showing
from lti_app.schemes.editor.telling import differences
from lti_app.schemes.question_sets import question_sets
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("section", __name__)

STALE = "changed-meanwhile"


@pages.get("/schemes/<slug>/draft/sections/<section>")
def show(slug: str, section: str) -> str:
    """A section's form."""
    return _section_page(the_draft(slug), _section(section))


@pages.post("/schemes/<slug>/draft/sections/<section>")
def write(slug: str, section: str) -> Answer:
    """Save the section, and do what the button says: add, remove, move, choose."""
    draft, found = the_draft(slug), _section(section)
    form = request.form.to_dict(flat=False)
    if "end" not in form:
        raise Problem("bad-request", "a form cut short")
    document = parsed_section(found, form, draft.document)
    done = act(document, found, form, page_words())
    try:
        _save(slug, found, done.document)
    except Conflict as error:
        return _conflict_page(error, found, slug, form, done.document)
    except service.TooLarge:
        typed = replace(draft, document=document, revision=sent_revision())
        return _section_page(typed, found, too_large(document, found, page_language(), page_words())), 422
    if done.picks:
        return redirect(url_for("section.pick", slug=slug, section=section, path=done.picks), 303)
    if form.get("do") == ["overview"]:
        return redirect(url_for("draft.overview", slug=slug, done="saved"), 303)
    at = done.anchor or None
    return redirect(
        url_for("section.show", slug=slug, section=section, done=done.said, at=at, _anchor=at), 303
    )


@pages.get("/schemes/<slug>/draft/sections/<section>/choose")
def pick(slug: str, section: str) -> str:
    """The codes of one list, to tick."""
    draft, found = the_draft(slug), _section(section)
    return render_template(
        "schemes/editor/pick.html",
        draft=draft,
        section=found,
        shown=_list(draft, found, request.args.get("path", "")),
        seen=_seen(draft, found),
    )


@pages.post("/schemes/<slug>/draft/sections/<section>/choose")
def picked(slug: str, section: str) -> Answer:
    """Keep what was ticked."""
    draft, found = the_draft(slug), _section(section)
    shown = _list(draft, found, request.args.get("path", ""))
    form = named_control(found, draft.document, shown.path, request.form.getlist("codes"), page_words())
    document = parsed_section(found, form, draft.document)
    try:
        _save(slug, found, document)
    except Conflict as error:
        return _conflict_page(error, found, slug, form, document)
    return redirect(url_for("section.show", slug=slug, section=section, done="saved", _anchor=shown.id), 303)


def _section(name: str) -> Section:
    found = section_named(name)
    if found is None:
        raise NotFound("section")
    return found


def _section_page(draft: Draft, section: Section, refused: DraftProblem | None = None) -> str:
    done, done_at = request.args.get("done", ""), request.args.get("at", "")
    new = done_at if done == "added" else ""
    problems, gaps = split(problems_in(draft), new)
    told = by_field((refused, *problems) if refused else problems)
    shown = Showing(draft.document, choices_in(draft), told).section(section)
    at = SECTIONS.index(section)
    return render_template(
        "schemes/editor/section.html",
        draft=draft,
        section=section,
        shown=shown,
        done_at=done_at if any(each.id == done_at for top in shown for each in top.every()) else "",
        problems=[each for each in problems if each.section == section.slug],
        new=new,
        gaps=gaps,
        refused=refused,
        seen=request.form.get("seen", "") if refused else _seen(draft, section),
        pictures={each.sha256: each for each in draft.pictures},
        done=done,
        sets=question_sets(),
        earlier=SECTIONS[at - 1] if at else None,
        later=SECTIONS[at + 1] if at + 1 < len(SECTIONS) else None,
    )


def _seen(draft: Draft, section: Section) -> str:
    return service.mark_of(draft.document, [part.key for part in section.parts])


def _save(slug: str, section: Section, document: dict[str, object]) -> None:
    with writing() as session:
        service.write_draft(
            session,
            current_actor(),
            slug,
            document,
            keys=[part.key for part in section.parts],
            revision=sent_revision(),
            seen=request.form.get("seen", ""),
        )


def _conflict_page(
    error: Conflict, section: Section, slug: str, form: dict[str, list[str]], mine: dict[str, object]
) -> Answer:
    """The section was written twice at once: both, to choose."""
    if error.slug != STALE:
        raise error
    draft = the_draft(slug)
    with reading() as session:
        changed_by = last_writer_of(session, draft.version_id, [part.key for part in section.parts])
    shown = render_template(
        "schemes/editor/conflict.html",
        draft=draft,
        section=section,
        changed_by=changed_by,
        differing=differences(draft.document, mine, page_language(), page_words(), draft.pictures),
        seen=_seen(draft, section),
        sent=[(key, value) for key, values in form.items() for value in values if key not in _OWN],
    )
    return shown, 409


_OWN = {"csrf_token", "revision", "seen", "do"}


def _list(draft: Draft, section: Section, path: str) -> Shown:
    """A list of codes of the section that is chosen on its own page. Raises NotFound."""
    showing = Showing(draft.document, choices_in(draft))
    for top in showing.section(section):
        for shown in top.every():
            if shown.path == path and isinstance(shown.part, Codes):
                return shown
    raise NotFound("list")
