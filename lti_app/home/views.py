"""The first page after a launch, by role; a student's home and record; one submission by its address."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from lti_app.errors import NotFound
from lti_app.home import observed_views
from lti_app.home.assignment_views import is_set_up
from lti_app.home.assignment_views import pages as assignment_pages
from lti_app.home.class_views import pages as class_pages
from lti_app.home.overview_queries import overview_of
from lti_app.home.picker_views import pages as picker_pages
from lti_app.home.queries import record_of, student_home
from lti_app.i18n import catalogue
from lti_app.people.actors import require
from lti_app.people.roles import Role, page_role
from lti_app.portfolio.permissions import PERMISSIONS, is_own
from lti_app.portfolio.queries import submission_view
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import ItemState
from lti_app.schemes.catalogue import activity_types, programmes, search
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.wording import (
    Translations,
    not_counted_sentence,
    result_sentence,
    setting_name,
    step_sentence,
)
from lti_app.web.context import current_actor, reading
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("home", __name__)

blueprints: tuple[Blueprint, ...] = (pages, assignment_pages, class_pages, observed_views.pages, picker_pages)

_EXAMPLES = (
    "exchange_studies",
    "conference_abroad",
    "degree_project_abroad",
    "language_cafe",
    "journal_club",
    "international_lecture",
)


@pages.get("/")
def landing() -> str | Response:
    """The first page after a launch: whatever this person comes for."""
    actor = current_actor()
    match page_role(actor.roles):
        case Role.STUDENT:
            return mine()
        case Role.TEACHER:
            return redirect(url_for("review.queue" if is_set_up(actor) else "schemes.setup"), 303)
        case Role.DESIGNER:
            is_set_up(actor)
            return redirect(url_for("schemes.setup"), 303)
        case Role.COORDINATOR:
            return overview()
        case _:
            return observed_views.overview()


@pages.get("/mine")
def mine() -> str:
    """A student's home: the next step, progress, activities, closing steps, certificate."""
    actor = current_actor()
    if not actor.is_student:
        raise NotFound("no student here")
    with reading() as session:
        home = student_home(session, actor)
    if home is None and is_set_up(actor):
        with reading() as session:
            home = student_home(session, actor)
    if home is None:
        return render_template("home/not_set_up.html")
    return render_template(
        "home/student.html",
        home=home,
        names={each.id: _name(each) for each in home.activities},
        lines=[(each, result_sentence(each, _words())) for each in home.progress.lines],
        still=step_sentence(home.progress.next_step, _words()) if home.progress.next_step else "",
        uncounted={
            each.id: not_counted_sentence(home.progress.not_counted[each.id], _words())
            for each in home.activities
            if each.state is ItemState.APPROVED and each.id in home.progress.not_counted
        },
        examples=_examples(home.document) if not home.activities else (),
        done=request.args.get("done", ""),
    )


@pages.get("/record")
def record() -> str:
    """Everything that was submitted and decided, newest first."""
    actor = current_actor()
    if not actor.is_student:
        raise NotFound("no student here")
    with reading() as session:
        found = record_of(session, actor)
    names = {key: _name(each) for key, each in found.items.items()} if found else {}
    return render_template("home/record.html", record=found, names=names)


@pages.get("/submissions/<uuid:submission_id>")
def submission(submission_id: uuid.UUID) -> str | Response:
    """One submission: the student's own as it was sent, a reviewer's on the review page."""
    actor = current_actor()
    with reading() as session:
        view = submission_view(session, submission_id)
    if view is None:
        raise NotFound("submission")
    require(PERMISSIONS, "submission.see", actor, view.owned)
    if not is_own(actor, view.owned):
        return redirect(url_for("review.submission", submission_id=submission_id), 303)
    kind = activity_types().get(view.snapshot.type_code)
    return render_template(
        "home/submission.html",
        view=view,
        name=view.snapshot.title or (kind.label.in_(_language()) if kind else ""),
        setting=setting_name(view.snapshot.setting, _words()),
    )


@pages.get("/overview")
def overview() -> str:
    """The institution's courses, what they run, and how far their students are."""
    actor, after = current_actor(), request.args.get("after", "")
    if not actor.is_coordinator:
        raise NotFound("no coordinator here")
    with reading() as session:
        page = overview_of(session, actor.institution_id, after=after)
    labels = {key: each.label.in_(_language()) for key, each in programmes().items()}
    return render_template("home/overview.html", page=page, after=after, programmes=labels)


def _examples(document: SchemeDocument) -> list[tuple[str, str]]:
    """(code, name) of some types to begin with: well-known ones that the scheme takes."""
    known = activity_types()
    codes = [code for code in _EXAMPLES if code in known and document.accepts(code)]
    codes += [
        each.code for each in search(locale=_language(), scheme=document)[: len(_EXAMPLES) - len(codes)]
    ]
    return [(code, known[code].label.in_(_language())) for code in codes]


def _name(item: ItemRow) -> str:
    kind = activity_types().get(item.type_code)
    return item.title or (kind.label.in_(_language()) if kind else "")


def _language() -> str:
    return str(get_locale().language)


def _words() -> Translations:
    return catalogue(_language())
