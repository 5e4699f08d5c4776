"""Lanes: deliveries that go to the same other machine share a width, and a pause when it asks for one.

A platform meters a tool's calls as a whole, so one that was turned away holds back all that go there, in
every worker. A few calls at once are let through, so that a slow one does not stop all others; the bound is
kept by looking at the table, not by a lock, so that on PostgreSQL two workers may briefly exceed it.
Source: Canvas's throttling guide (each running request is charged in advance, so keep few at once).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, func, or_, select, true
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.jobs.models import Delivery, LanePause

WIDTH = 3
_SHORTEST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_MOST_DOUBLINGS = 10


def is_open(session: Session, moment: datetime) -> ColumnElement[bool]:
    """The condition that a delivery's lane is neither paused nor full at this moment."""
    paused = select(LanePause.lane).where(LanePause.until_at > moment)
    full = (
        select(Delivery.lane)
        .where(Delivery.lease_until > moment, Delivery.lane.is_not(None))
        .group_by(Delivery.lane)
        .having(func.count() >= WIDTH)
    )
    closed = session.scalars(paused.union(full)).all()
    return or_(Delivery.lane.is_(None), Delivery.lane.not_in(closed)) if closed else true()


def pause(session: Session, lane: str, seconds: float | None) -> datetime:
    """Let nothing of the lane leave for so long; without a wish of the other side for 1, 2, 4, … 60 seconds.

    Answers until when. A pause that is under way is never shortened, and calls that were still on their way
    when it began do not make it longer.
    """
    moment = now()
    insert = insert_into(session, LanePause).values(lane=lane, until_at=moment, times=1)
    again = {"times": LanePause.times + case((LanePause.until_at <= moment, 1), else_=0)}
    session.execute(insert.on_conflict_do_update(index_elements=["lane"], set_=again))
    kept = session.get_one(LanePause, lane, populate_existing=True)
    if seconds is None:
        doubled = _SHORTEST_PAUSE_SECONDS * 2 ** min(kept.times - 1, _MOST_DOUBLINGS)
        seconds = min(doubled, _LONGEST_PAUSE_SECONDS)
    kept.until_at = max(kept.until_at, moment + timedelta(seconds=seconds))
    return kept.until_at


def note_arrival(session: Session, lane: str) -> None:
    """Something got through: the next pause is a short one again."""
    session.execute(delete(LanePause).where(LanePause.lane == lane, LanePause.until_at <= now()))
