"""What the journeys of reviewing share: a room in the database, and its teacher's visit."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import select

from lti_app.db import Database
from lti_app.portfolio.models import Decision, Submission
from lti_app.portfolio.states import ItemState
from tests.classroom import TYPES, Classroom, a_classroom, a_submitted_activity, state_of
from tests.visit import Visit

Visiting = Callable[..., Visit]


def a_room_with_waiting(database: Database, number: int = 1) -> tuple[Classroom, list[Submission]]:
    """A classroom in which so many activities (at most four) wait, oldest first."""
    with database.writing() as session:
        room = a_classroom(session)
        waiting = [
            a_submitted_activity(session, room.learning, type_code=code, title=f"Merit {count}")
            for count, code in enumerate(TYPES[:number], 1)
        ]
    return room, waiting


def state_now(database: Database, submission: Submission) -> ItemState:
    """How the submission's item stands."""
    with database.reading() as session:
        return state_of(session, submission.item_id)


def decisions_now(database: Database) -> list[Decision]:
    """Every decision there is, oldest first."""
    with database.reading() as session:
        return list(session.scalars(select(Decision).order_by(Decision.decided_at)))


def decided_in(location: str) -> uuid.UUID:
    """The decision that an address says has just been made."""
    return uuid.UUID(location.partition("decided=")[2][:36])
