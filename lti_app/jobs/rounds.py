"""Regular rounds: what the worker queues every night, once, however many workers there are.

When a round is due stands in the database. Moving that time on and queueing what the round is for are one
transaction, so a worker that dies in between has done neither, and two that look at once do it once. What a
round queues is delivered like everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database, insert_into, survey
from lti_app.jobs.models import Round


@dataclass(frozen=True)
class Nightly:
    """A round made once a day after `at`, in the installation's zone. `queue` only queues: it must be quick.

    `at` lies outside of the hour that is left out, or comes twice, when the clocks change.
    """

    name: str
    at: time
    queue: Callable[[Session], None]


SURVEY = Nightly("survey", time(4, 55), survey)


def make_rounds(db: Database, zone: ZoneInfo, rounds: Sequence[Nightly]) -> list[str]:
    """Make the rounds that are due, each in a transaction of its own; answers which were made.

    One that is new is due at its next time. Rounds missed while no worker ran are made once, not once a day.
    """
    wanted = {each.name: each for each in rounds}
    with db.reading() as session:
        known = {row.name: row.due_at for row in session.execute(select(Round.name, Round.due_at))}
    moment = now()
    due = [name for name in wanted if name not in known or known[name] <= moment]
    return [name for name in due if _make(db, zone, wanted[name])]


def next_time(at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment after `after` at which a clock in the zone shows `at`, in UTC."""
    local = after.astimezone(zone)
    found = datetime.combine(local.date(), at, zone)
    if found <= after:
        found = datetime.combine(local.date() + timedelta(days=1), at, zone)
    return found.astimezone(UTC)


def _make(db: Database, zone: ZoneInfo, nightly: Nightly) -> bool:
    with db.writing() as session:
        moment = now()
        following = next_time(nightly.at, zone, moment)
        first = insert_into(session, Round).values(name=nightly.name, due_at=following)
        session.execute(first.on_conflict_do_nothing())
        kept = session.get_one(Round, nightly.name, with_for_update=True, populate_existing=True)
        if kept.due_at > moment:
            return False
        nightly.queue(session)
        kept.due_at, kept.made_at = following, moment
        return True
