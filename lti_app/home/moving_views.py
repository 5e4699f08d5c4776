"""The pages that show what a newer version of the scheme would change, and move to it."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from lti_app.errors import NotFound, Problem
from lti_app.home import moving_service
from lti_app.home.moving_queries import Outcome, course_page, outcome_of
from lti_app.i18n import catalogue
from lti_app.portfolio.queries import portfolio_id_of
from lti_app.portfolio.records import ItemRow
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.rules import Progress
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("moving", __name__)

Line = tuple[str, str, str, bool]


@pages.get("/move")
def own() -> str:
    """A student: what the newer version would change for her own portfolio."""
    actor = current_actor()
    if not actor.is_student:
        raise NotFound("no student here")
    with reading() as session:
        portfolio_id = portfolio_id_of(session, actor)
    return _portfolio_page(portfolio_id, is_own=True)


@pages.post("/move")
def move_own() -> Response:
    """Follow the newer version from now on."""
    actor = current_actor()
    if not actor.is_student:
        raise NotFound("no student here")
    with writing() as session:
        portfolio_id = portfolio_id_of(session, actor)
        moving_service.move_portfolio(session, actor, portfolio_id, _version())
    return redirect(url_for("home.mine", done="moved"), 303)


@pages.get("/class/<uuid:portfolio_id>/move")
def student(portfolio_id: uuid.UUID) -> str:
    """Staff: what the newer version would change for one student."""
    return _portfolio_page(portfolio_id, is_own=False)


@pages.post("/class/<uuid:portfolio_id>/move")
def move_student(portfolio_id: uuid.UUID) -> Response:
    """Move one student's portfolio."""
    with writing() as session:
        moving_service.portfolio_to_move(session, current_actor(), portfolio_id, "student.see")
        moving_service.move_portfolio(
            session, current_actor(), portfolio_id, _version(), confirmed=request.form.getlist("lose")
        )
    return redirect(url_for("class.student", portfolio_id=portfolio_id), 303)


@pages.get("/courses/<uuid:course_id>/move")
def course(course_id: uuid.UUID) -> str:
    """Staff: what the newer version would change for everybody in a course."""
    with reading() as session:
        found = moving_service.course_to_move(session, current_actor(), course_id)
        page = course_page(session, found)
    return render_template(
        "home/move_course.html",
        page=page,
        moved=request.args.get("moved", type=int),
        stayed=request.args.get("stayed", type=int),
        lines=_lines,
        name_of=_name,
        WHOLE=WHOLE,
    )


@pages.post("/courses/<uuid:course_id>/move")
def move_course(course_id: uuid.UUID) -> Response:
    """Move the course and all its portfolios that can."""
    confirmed: dict[uuid.UUID, tuple[str, ...]] = {}
    for value in request.form.getlist("lose"):
        portfolio_id, *names = value.split()[:200] or [""]
        confirmed[_uuid(portfolio_id)] = tuple(names)
    with writing() as session:
        done = moving_service.move_course(
            session, current_actor(), course_id, _version(), confirmed=confirmed, language=_language()
        )
    return redirect(url_for("moving.course", course_id=course_id, moved=done.moved, stayed=done.stayed), 303)


def _portfolio_page(portfolio_id: uuid.UUID, *, is_own: bool) -> str:
    with reading() as session:
        action = "portfolio.move" if is_own else "student.see"
        portfolio = moving_service.portfolio_to_move(session, current_actor(), portfolio_id, action)
        outcome = outcome_of(session, portfolio)
    return render_template(
        "home/move.html",
        outcome=outcome,
        portfolio_id=portfolio_id,
        is_own=is_own,
        lines=_lines(outcome) if outcome else [],
        name_of=_name,
        WHOLE=WHOLE,
    )


def _lines(outcome: Outcome) -> list[Line]:
    """(id, before, after, whether lost) of each requirement; empty where a version has no such one."""
    before, after = _sentences(outcome.before), _sentences(outcome.after)
    ids = [*before, *(each for each in after if each not in before)]
    return [(each, before.get(each, ""), after.get(each, ""), each in outcome.lost) for each in ids]


def _sentences(progress: Progress) -> dict[str, str]:
    words = catalogue(str(get_locale().language))
    return {line.requirement_id: result_sentence(line, words) for line in progress.lines}


def _name(item: ItemRow) -> str:
    kind = activity_types().get(item.type_code)
    return item.title or (kind.label.in_(str(get_locale().language)) if kind else item.type_code)


def _language() -> str:
    return str(get_locale().language)


def _version() -> uuid.UUID:
    return _uuid(request.form.get("version", ""))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Problem("bad-request", "no id") from error
