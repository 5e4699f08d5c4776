"""The pages that show what a newer version of the scheme would change, and move to it."""

from __future__ import annotations

import uuid

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.errors import NotFound, Problem
from lti_app.home import moving_service
from lti_app.home.consequences import Consequences
from lti_app.home.moving_progress import latest_move
from lti_app.home.moving_queries import course_page, outcome_of
from lti_app.home.moving_runs import resume_move, start_move, stop_move
from lti_app.i18n import page_language, page_words
from lti_app.portfolio.queries import portfolio_id_of
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.wording import item_name
from lti_app.schemes.comparing import WHOLE
from lti_app.schemes.shown import Line, before_and_after
from lti_app.web.context import current_actor, reading, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.watching import watching

pages = frame_blueprint("moving", __name__)


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
def course(course_id: uuid.UUID) -> Response:
    """Staff: what the newer version would change for those in a course, a page at a time; or, while they are
    being moved, how far that has come.
    """
    after = request.args.get("after", "")
    with reading() as session:
        found = moving_service.course_to_move(session, current_actor(), course_id)
        move = latest_move(session, course_id)
        watch = watching(move.mark if move else "none")
        if (nothing_new := watch.nothing_new) is not None:
            return nothing_new
        page = course_page(session, found, after=after) if move is None or move.is_over else None
    answer = render_template(
        "home/move_course.html",
        move=move,
        watch=watch,
        page=page,
        course_id=course_id,
        after=after,
        lines=_lines,
        name_of=_name,
        WHOLE=WHOLE,
    )
    return make_response(answer, watch.status)


@pages.post("/courses/<uuid:course_id>/move")
def move_course(course_id: uuid.UUID) -> Response:
    """Move the course and all its portfolios that can."""
    confirmed: dict[uuid.UUID, tuple[str, ...]] = {}
    for value in request.form.getlist("lose"):
        portfolio_id, *names = value.split()[:200] or [""]
        confirmed[_uuid(portfolio_id)] = tuple(names)
    seen = request.form.get("seen")
    with writing() as session:
        start_move(
            session,
            current_actor(),
            course_id,
            _version(),
            confirmed=confirmed,
            seen=_uuid(seen) if seen else None,
            language=page_language(),
        )
    return redirect(url_for("moving.course", course_id=course_id), 303)


@pages.post("/courses/moves/<uuid:move_id>/<any(stop,resume):act>")
def stop_or_resume(move_id: uuid.UUID, act: str) -> Response:
    """Let no more portfolios move, or let it go on."""
    with writing() as session:
        move = (stop_move if act == "stop" else resume_move)(session, current_actor(), move_id)
    return redirect(url_for("moving.course", course_id=move.course_id), 303)


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
        lines=_lines(outcome.would) if outcome else (),
        name_of=_name,
        WHOLE=WHOLE,
    )


def _lines(would: Consequences) -> tuple[Line, ...]:
    return before_and_after(would.before, would.after, would.lost, page_words())


def _name(item: ItemRow) -> str:
    return item_name(item, page_language())


def _version() -> uuid.UUID:
    return _uuid(request.form.get("version", ""))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Problem("bad-request", "no id") from error
