"""The class for its teacher: the table of students, and one student's portfolio."""

from __future__ import annotations

import uuid
from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from lti_app.certificates.queries import certificate_of
from lti_app.errors import NotFound
from lti_app.home.class_queries import class_page, student_page
from lti_app.home.class_service import update_class
from lti_app.home.moving_queries import moves_of
from lti_app.home.permissions import PERMISSIONS
from lti_app.i18n import catalogue
from lti_app.lti.nrps.asking import roster_status
from lti_app.people.actors import require
from lti_app.people.models import Course
from lti_app.portfolio.queries import items_of, progress_of, submissions_of
from lti_app.review.changed_grades import changed_grades
from lti_app.review.permissions import scope_of
from lti_app.schemes.catalogue import activity_types, programmes, type_names
from lti_app.schemes.reason_wording import not_counted_sentence
from lti_app.schemes.result_wording import heading_of, result_sentence
from lti_app.schemes.rules import Result
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.wording import number
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("class", __name__)


@pages.get("/class")
def table() -> str:
    """The course's students and how far each has come; with `show=left` those who have left it."""
    actor, after = current_actor(), request.args.get("after", "")
    has_left = request.args.get("show") == "left"
    require(PERMISSIONS, "class.see", actor)
    if actor.course_id is None:
        raise NotFound("no course")
    with reading() as session:
        page = class_page(session, actor.institution_id, actor.course_id, has_left=has_left, after=after)
        roster = roster_status(session, session.get_one(Course, actor.course_id))
    return render_template(
        "home/class.html",
        page=page,
        after=after,
        has_left=has_left,
        roster=roster,
        heading=_heading,
        figure=_figure,
    )


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
        progress = progress_of(session, portfolio_id)
        certificate = certificate_of(session, portfolio_id)
        moves = moves_of(session, portfolio_id)
        grades = changed_grades(session, scope_of(current_actor()), page.owned.person_id)
    words, names = catalogue(_language()), type_names(_language())
    programme = programmes().get(page.programme_code)
    return render_template(
        "home/class_student.html",
        page=page,
        programme=programme.label.in_(_language()) if programme else page.programme_code,
        items=items,
        submissions=submissions,
        progress=progress,
        sentences=[(line.met, result_sentence(line, words, names)) for line in progress.lines],
        next_step=step_sentence(progress.next_step, words, names) if progress.next_step else "",
        reasons={each: not_counted_sentence(why, words) for each, why in progress.not_counted.items()},
        certificate=certificate,
        moves=moves,
        grades=grades,
        types=activity_types(),
    )


def _heading(line: Result) -> str:
    """A requirement as a column's heading."""
    words = catalogue(_language())
    return heading_of(line, words)


def _figure(value: int | Decimal) -> str:
    return number(value, catalogue(_language()))


def _language() -> str:
    return str(get_locale())
