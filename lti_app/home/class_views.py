"""The class for its teacher: the table of students, and one student's portfolio."""

from __future__ import annotations

import uuid

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.certificates.queries import certificate_of
from lti_app.certificates.stages import Stage, stages_of
from lti_app.errors import NotFound
from lti_app.home.change_queries import changes_of
from lti_app.home.class_queries import class_page, student_page
from lti_app.home.class_service import update_class
from lti_app.home.moving_queries import behind_in
from lti_app.home.permissions import PERMISSIONS
from lti_app.home.programme_views import programme_name
from lti_app.i18n import page_language, page_words
from lti_app.lti.ags.spares import spare_names
from lti_app.lti.nrps.asking import roster_status
from lti_app.people.actors import require
from lti_app.people.models import Course
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.queries import items_of, judged
from lti_app.portfolio.submission_queries import submissions_of
from lti_app.review.changed_grades import changed_grades
from lti_app.review.permissions import scope_of
from lti_app.schemes.catalogue import activity_types, type_names
from lti_app.schemes.queries import document_of
from lti_app.schemes.reason_wording import not_counted_sentence
from lti_app.schemes.shown import Column, columns, shown
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.wording import number
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.watching import watching

pages = frame_blueprint("class", __name__)


@pages.get("/class")
def table() -> Response:
    """The course's students and how far each has come; with `show=left` those who have left it."""
    actor, after = current_actor(), request.args.get("after", "")
    has_left = request.args.get("show") == "left"
    require(PERMISSIONS, "class.see", actor)
    if actor.course_id is None:
        raise NotFound("no course")
    with reading() as session:
        roster = roster_status(session, session.get_one(Course, actor.course_id))
        watch = watching(roster.mark)
        if (nothing_new := watch.nothing_new) is not None:
            return nothing_new
        page = class_page(session, actor.institution_id, actor.course_id, has_left=has_left, after=after)
        behind = behind_in(session, actor.course_id)
        spares = spare_names(session, actor.course_id)
    shown_columns: tuple[Column, ...] = ()
    if page.progress is not None:
        shown_columns = columns(page.progress, page_words())
    answer = render_template(
        "home/class.html",
        page=page,
        watch=watch,
        columns=shown_columns,
        number=lambda value: number(value, page_words()),
        after=after,
        has_left=has_left,
        roster=roster,
        behind=behind,
        spares=spares,
        course_id=actor.course_id,
    )
    return make_response(answer, watch.status)


@pages.post("/class/update")
def update() -> Response:
    """Ask the platform who is in the course, and what its gradebook shows."""
    with writing() as session:
        update_class(session, current_actor())
    return redirect(url_for("class.table"), 303)


@pages.get("/class/<uuid:portfolio_id>")
def student(portfolio_id: uuid.UUID) -> str:
    """One student's portfolio: progress and why, what is in it, what happened."""
    with reading() as session:
        page = student_page(session, current_actor().institution_id, portfolio_id)
        if page is None:
            raise NotFound("portfolio")
        require(PERMISSIONS, "student.see", current_actor(), page.owned)
        items = items_of(session, portfolio_id)
        submissions = submissions_of(session, [item.id for item in items])
        document = document_of(session, page.scheme_version_id)
        progress = judged(document, page.programme_code, items)
        portfolio = session.get_one(Portfolio, portfolio_id)
        stage = stages_of(session, [(portfolio, items)]).get(portfolio_id, Stage.OPEN)
        certificate = certificate_of(session, portfolio_id) if stage is Stage.ISSUED else None
        changes = changes_of(session, portfolio_id)
        grades = changed_grades(session, scope_of(current_actor()), page.owned.person_id)
    words = page_words()
    return render_template(
        "home/class_student.html",
        page=page,
        items=items,
        submissions=submissions,
        progress=progress,
        requirements=shown(progress, words, type_names(page_language())),
        next_step=step_sentence(progress.next_step, words, type_names(page_language()))
        if progress.next_step
        else "",
        reasons={each: not_counted_sentence(why, words) for each, why in progress.not_counted.items()},
        stage=stage,
        certificate=certificate,
        changes=changes,
        programme_name=programme_name,
        grades=grades,
        types=activity_types(),
    )
