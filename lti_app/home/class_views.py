"""The class for its teacher: the table of students, and one student's portfolio."""

from __future__ import annotations

import uuid

from flask import render_template, request
from flask_babel import get_locale

from lti_app.certificates.queries import certificate_of
from lti_app.errors import NotFound
from lti_app.home.class_queries import class_page, student_page
from lti_app.i18n import catalogue
from lti_app.people.actors import Actor, Permissions, Rule, require
from lti_app.people.roles import Role
from lti_app.portfolio.permissions import is_staff_of
from lti_app.portfolio.queries import items_of, progress_of, submissions_of
from lti_app.schemes.catalogue import activity_types, programmes
from lti_app.schemes.rules import Kind, Result
from lti_app.schemes.wording import not_counted_sentence, result_sentence, setting_name, step_sentence
from lti_app.web.context import current_actor, reading
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("class", __name__)


def _is_in_course(actor: Actor, _course: object) -> bool:
    return actor.course_id is not None


def _teaches(actor: Actor, _course: object) -> bool:
    return actor.is_coordinator or Role.TEACHER in actor.roles


PERMISSIONS: Permissions = {
    "class.see": Rule(may_see=_is_in_course, may_act=_teaches),
    "student.see": Rule(may_see=is_staff_of, may_act=is_staff_of),
}


@pages.get("/class")
def table() -> str:
    """The course's students and how far each has come."""
    actor, after = current_actor(), request.args.get("after", "")
    require(PERMISSIONS, "class.see", actor)
    if actor.course_id is None:
        raise NotFound("no course")
    with reading() as session:
        page = class_page(session, actor.institution_id, actor.course_id, after=after)
    return render_template("home/class.html", page=page, after=after, heading=_heading)


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
    words = catalogue(_language())
    programme = programmes().get(page.programme_code)
    return render_template(
        "home/class_student.html",
        page=page,
        programme=programme.label.in_(_language()) if programme else page.programme_code,
        items=items,
        submissions=submissions,
        progress=progress,
        sentences=[(line.met, result_sentence(line, words)) for line in progress.lines],
        next_step=step_sentence(progress.next_step, words) if progress.next_step else "",
        reasons={each: not_counted_sentence(why, words) for each, why in progress.not_counted.items()},
        certificate=certificate,
        types=activity_types(),
    )


def _heading(line: Result) -> str:
    """A requirement as a column's heading."""
    words = catalogue(_language())
    if line.kind is Kind.DISTINCT_TYPES:
        return words.gettext("Different types")
    if line.setting is not None:
        return setting_name(line.setting, words)
    return words.gettext("Activities")


def _language() -> str:
    return str(get_locale())
