"""The first page after a launch, by role; a student's home and record; one submission by its address."""

from __future__ import annotations

import uuid

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.clock import now
from lti_app.errors import NotFound
from lti_app.home import observed_views
from lti_app.home.assignment_views import is_set_up
from lti_app.home.assignment_views import pages as assignment_pages
from lti_app.home.class_views import pages as class_pages
from lti_app.home.moving_views import pages as moving_pages
from lti_app.home.overview_queries import MOST_PEOPLE, MOST_WAITING, overview_of
from lti_app.home.picker_views import pages as picker_pages
from lti_app.home.programme_views import pages as programme_pages
from lti_app.home.programme_views import programme_name
from lti_app.home.queries import StudentHome, record_of, student_home
from lti_app.home.scheme_list_views import pages as scheme_list_pages
from lti_app.i18n import page_language, page_words
from lti_app.people.actors import require
from lti_app.people.roles import Role, page_role
from lti_app.portfolio.permissions import PERMISSIONS, is_own
from lti_app.portfolio.service import work_towards
from lti_app.portfolio.states import ItemState
from lti_app.portfolio.submission_queries import submission_view
from lti_app.portfolio.wording import item_name
from lti_app.schemes.catalogue import activity_types, programmes, search, type_names
from lti_app.schemes.choosing import standings
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.reason_wording import not_counted_sentence
from lti_app.schemes.requirements import Setting
from lti_app.schemes.shown import shown
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.steps import NextStep
from lti_app.schemes.wording import setting_name
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.watching import watching

pages = frame_blueprint("home", __name__)

blueprints: tuple[Blueprint, ...] = (
    pages,
    assignment_pages,
    class_pages,
    moving_pages,
    observed_views.pages,
    picker_pages,
    programme_pages,
    scheme_list_pages,
)

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
def mine() -> str | Response:
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
    number = home.certificate.number if home.certificate else ""
    takes_long = home.hindrance is not None and home.hindrance.takes_long
    watch = watching(f"{home.step}.{home.stage}.{takes_long}.{home.correction}.{number}")
    if (nothing_new := watch.nothing_new) is not None:
        return nothing_new
    page = render_template(
        "home/student.html",
        home=home,
        watch=watch,
        names={each.id: item_name(each, page_language()) for each in home.activities},
        requirements=shown(home.progress, page_words(), type_names(page_language())),
        still=_still(home),
        useful={"show": "useful", "setting": _one_setting(home.progress.next_step)},
        uncounted={
            each.id: not_counted_sentence(home.progress.not_counted[each.id], page_words())
            for each in home.activities
            if each.state is ItemState.APPROVED and each.id in home.progress.not_counted
        },
        programme=programme_name(home.programme_code),
        examples=_examples(home.document, home.programme_code) if not home.activities else (),
        done=request.args.get("done", ""),
    )
    return make_response(page, watch.status)


@pages.post("/towards/<uuid:scheme_id>")
def towards(scheme_id: uuid.UUID) -> Response:
    """Go to the portfolio for another scheme, or begin with it."""
    with writing() as session:
        work_towards(session, current_actor(), scheme_id)
    return redirect(url_for("home.mine"), 303)


@pages.get("/record")
def record() -> str:
    """Everything that was submitted and decided, newest first."""
    actor = current_actor()
    if not actor.is_student:
        raise NotFound("no student here")
    with reading() as session:
        found = record_of(session, actor)
    names = {key: item_name(each, page_language()) for key, each in found.items.items()} if found else {}
    return render_template(
        "home/record.html",
        record=found,
        names=names,
        person_id=actor.person_id,
        programme_name=programme_name,
    )


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
        name=view.snapshot.title or (kind.label.in_(page_language()) if kind else ""),
        setting=setting_name(view.snapshot.setting, page_words()),
    )


@pages.get("/overview")
def overview() -> str:
    """The institution's courses, what they run, and how far their students are."""
    actor, after = current_actor(), request.args.get("after", "")
    if not actor.is_coordinator:
        raise NotFound("no coordinator here")
    with reading() as session:
        page = overview_of(session, actor.institution_id, after=after)
    labels = {key: each.label.in_(page_language()) for key, each in programmes().items()}
    return render_template(
        "home/overview.html",
        page=page,
        after=after,
        programmes=labels,
        most_people=MOST_PEOPLE,
        most_waiting=MOST_WAITING,
    )


def _examples(document: SchemeDocument, programme_code: str) -> list[tuple[str, str]]:
    """(code, name) of some types to begin with: well-known ones first, only what counts from the start."""
    known = activity_types()
    others = search(locale=page_language(), scheme=document, programme_code=programme_code)
    codes = dict.fromkeys((*(code for code in _EXAMPLES if code in known), *(each.code for each in others)))
    found = standings(document, programme_code, (known[code] for code in codes), (), now().date())
    useful = [each.kind for each in found if each.is_useful]
    return [(each.code, each.label.in_(page_language())) for each in useful[: len(_EXAMPLES)]]


def _still(home: StudentHome) -> str:
    step, names = home.progress.next_step, type_names(page_language())
    return step_sentence(step, page_words(), names) if step else ""


def _one_setting(step: NextStep | None) -> Setting | None:
    """Where everything that the next step wants is to be, if that is one setting."""
    settings = {each.setting for each in step.wanted} if step else set()
    return settings.pop() if len(settings) == 1 else None
