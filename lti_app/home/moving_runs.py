"""Moving a whole course to the newest version of its scheme: staff ask, and its portfolios follow.

What new students begin with moves at once. A small course moves with it; a larger one is the worker's, which
moves a few portfolios in each transaction and notes in the same one how far it has come: so it may be killed
at any point, stopped and resumed, and each portfolio moves once. A version that is published meanwhile ends
it, since what staff have looked at is no longer the newest. Asking while one is under way gives that one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import IN_TURN
from lti_app.errors import Conflict, NotFound
from lti_app.home.moving_queries import count_behind, place_of, portfolios_behind
from lti_app.home.moving_service import course_to_move, move_to_newest
from lti_app.jobs import outbox
from lti_app.people.actors import Actor
from lti_app.people.models import Person
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.moves import CourseMove
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.queries import newer_version
from lti_app.schemes.service import follow_version
from lti_app.web.paging import Place

COURSE_MOVE = "portfolio.course_move"
AT_ONCE = 10  # about a quarter of a second: short enough to hold nobody up
Confirmed = Mapping[uuid.UUID, Collection[str]]


def start_move(
    session: Session,
    actor: Actor,
    course_id: uuid.UUID,
    to_version_id: uuid.UUID,
    *,
    confirmed: Confirmed | None = None,
    seen: uuid.UUID | None = None,
    language: str = "en",
) -> CourseMove:
    """Let the course follow the newest version of its scheme, and its portfolios after it: of a small course
    now, of a larger one by the worker. One that would lose something stays unless `confirmed` names all of
    that.

    `seen` is the last move that the actor knows of: if there has been another since, that is the answer, so
    that asking twice moves once. Raises NotFound for a course that is not the actor's to move, and Conflict
    when `to_version_id` is not the newest.
    """
    course = course_to_move(session, actor, course_id)
    session.refresh(course, with_for_update=IN_TURN)  # as everybody does who sets it up
    setup = session.get(CourseSetup, course_id, populate_existing=True)
    if setup is None:
        raise NotFound("set-up")
    latest = _latest(session, course_id)
    if latest is not None and (latest.finished_at is None or latest.id != seen):
        return latest
    newest = newer_version(session, setup.scheme_version_id) or session.get_one(
        SchemeVersion, setup.scheme_version_id
    )
    if newest.id != to_version_id:
        raise Conflict("another version is the newest")
    move = CourseMove(
        institution_id=course.institution_id,
        course_id=course_id,
        scheme_id=newest.scheme_id,
        to_version_id=newest.id,
        started_by_id=actor.person_id,
        confirmed={str(key): list(names) for key, names in (confirmed or {}).items()},
        total=count_behind(session, course_id, newest)[0],
    )
    session.add(move)
    session.flush()
    if setup.scheme_version_id != newest.id:
        follow_version(session, course, setup, newest.id, language=language)
    if move.total <= AT_ONCE:
        move_next(session, move.id)
    else:
        _queue(session, move)
    return move


def stop_move(session: Session, actor: Actor, move_id: uuid.UUID) -> CourseMove:
    """Let no more portfolios move; those that have stay moved. Nothing changes when it is over or stopped."""
    move = _held(session, actor, move_id)
    if move.finished_at is None and move.stopped_at is None:
        move.stopped_at, move.stopped_by_id = now(), actor.person_id
    return move


def resume_move(session: Session, actor: Actor, move_id: uuid.UUID) -> CourseMove:
    """Let a move that was stopped, broke off or waits to be tried again go on now from where it is; any other
    is left alone.
    """
    move = _held(session, actor, move_id)
    is_queued = move.stopped_at is None and outbox.is_waiting(session, _order_key(move), COURSE_MOVE)
    if move.finished_at is None and not is_queued:
        move.stopped_at = move.stopped_by_id = None
        # One that was stopped may be in the worker's hands still, which lets go of it any moment.
        _queue(session, move)
    outbox.hurry(session, move.course_id, COURSE_MOVE)
    return move


def move_next(session: Session, move_id: uuid.UUID) -> bool:
    """Move the next few portfolios, in the caller's transaction; whether more are left to be moved."""
    move = session.get_one(CourseMove, move_id, with_for_update=True, populate_existing=True)
    if move.finished_at is not None or move.stopped_at is not None:
        return False
    version = session.get_one(SchemeVersion, move.to_version_id)
    after = Place.from_cursor(move.reached) if move.reached else None
    found = session.scalars(portfolios_behind(move.course_id, version, after, AT_ONCE + 1)).all()
    places = [place_of(each) for each in found]
    _hold(session, found[:AT_ONCE])
    is_newest = newer_version(session, version.id) is None
    is_newest = is_newest and all(_move_one(session, move, each) for each in places[:AT_ONCE])
    if is_newest and len(places) > AT_ONCE:
        return True
    move.finished_at, move.is_outdated = now(), not is_newest
    move.certified = count_behind(session, move.course_id, version)[1]
    return False


def _hold(session: Session, portfolios: Sequence[Portfolio]) -> None:
    """Lock them, then whose they are, each in the order of their ids: the gradebook is told of each in turn,
    and another course's move may tell it of the same students in another order.
    """
    theirs = {each.id for each in portfolios}, {each.person_id for each in portfolios}
    session.scalars(
        select(Portfolio.id).where(Portfolio.id.in_(theirs[0])).order_by(Portfolio.id).with_for_update()
    ).all()
    session.scalars(
        select(Person.id).where(Person.id.in_(theirs[1])).order_by(Person.id).with_for_update(**IN_TURN)
    ).all()


def _move_one(session: Session, move: CourseMove, place: Place) -> bool:
    """Move one of many, and note how it went; False when the version is no longer the newest."""
    portfolio = session.get_one(Portfolio, place.row_id)
    # Nobody confirms a loss for herself, though she may be staff here.
    is_own = portfolio.person_id == move.started_by_id
    may_lose = () if is_own else move.confirmed.get(str(place.row_id), ())
    try:
        done = move_to_newest(
            session, place.row_id, move.to_version_id, moved_by_id=move.started_by_id, may_lose=may_lose
        )
        move.moved += done is not None
    except Conflict as error:
        if error.slug == "changed-meanwhile":
            return False
        move.losing += error.slug == "requirement-lost"
    move.reached = place.cursor
    return True


def _queue(session: Session, move: CourseMove) -> None:
    outbox.enqueue(
        session,
        kind=COURSE_MOVE,
        payload={"move_id": str(move.id)},
        institution_id=move.institution_id,
        course_id=move.course_id,
        order_key=_order_key(move),
        cause_id=move.id,
    )


def _order_key(move: CourseMove) -> str:
    return f"course-move:{move.id}"


def _held(session: Session, actor: Actor, move_id: uuid.UUID) -> CourseMove:
    """The move, locked, if the actor may move its course. Raises NotFound."""
    move = session.get(CourseMove, move_id, with_for_update=True)
    if move is None:
        raise NotFound("move")
    course_to_move(session, actor, move.course_id)
    return move


def _latest(session: Session, course_id: uuid.UUID) -> CourseMove | None:
    return session.scalars(
        select(CourseMove)
        .where(CourseMove.course_id == course_id)
        .order_by(CourseMove.started_at.desc(), CourseMove.id)
        .limit(1)
    ).one_or_none()
