"""How far the move of a course has come, for its page: read from what it notes of itself, and from whether
anything of it still waits for the worker.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from lti_app.clock import now
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.models import Person
from lti_app.portfolio.moves import CourseMove
from lti_app.schemes.models import SchemeVersion


class MoveState(StrEnum):
    """How the move of a course stands: under way → done | outdated, or stopped | retrying | broken → under
    way.

    `outdated`: a newer version was published meanwhile, and it ended early; `retrying`: something went wrong,
    and it is tried again when its pause is over; `broken`: it stopped by itself.
    """

    UNDER_WAY = "under_way"
    STOPPED = "stopped"
    RETRYING = "retrying"
    BROKEN = "broken"
    DONE = "done"
    OUTDATED = "outdated"


@dataclass(frozen=True)
class MoveView:
    """How far the move of a course has come, in numbers of portfolios, as CourseMove keeps them."""

    id: uuid.UUID
    state: MoveState
    version: int
    started_at: datetime
    started_by: str
    stopped_by: str
    total: int
    moved: int
    losing: int
    certified: int

    @property
    def looked_at(self) -> int:
        """How many have been looked at, of the total."""
        return min(self.moved + self.losing, self.total)

    @property
    def mark(self) -> str:
        """How far it has come, in short: another mark once anything is another (web/watching.py)."""
        return f"{self.id}.{self.state}.{self.moved}.{self.losing}.{self.certified}"

    @property
    def is_over(self) -> bool:
        """Whether it has ended, so that another may begin."""
        return self.state in {MoveState.DONE, MoveState.OUTDATED}


def latest_move(session: Session, course_id: uuid.UUID) -> MoveView | None:
    """The last move of the course's portfolios. One query."""
    starter, stopper = aliased(Person), aliased(Person)
    queued = (Delivery.cause_id == CourseMove.id, Delivery.state == DeliveryState.WAITING)
    is_paused = (Delivery.reason != "", Delivery.not_before > now())
    row = session.execute(
        select(
            CourseMove,
            SchemeVersion.number,
            starter.name,
            stopper.name,
            exists().where(*queued),
            exists().where(*queued, *is_paused),
        )
        .join(SchemeVersion, SchemeVersion.id == CourseMove.to_version_id)
        .join(starter, starter.id == CourseMove.started_by_id)
        .outerjoin(stopper, stopper.id == CourseMove.stopped_by_id)
        .where(CourseMove.course_id == course_id)
        .order_by(CourseMove.started_at.desc(), CourseMove.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    move, number, started_by, stopped_by, is_waiting, is_retrying = row
    return MoveView(
        id=move.id,
        state=_state(move, is_waiting=is_waiting, is_retrying=is_retrying),
        version=number,
        started_at=move.started_at,
        started_by=started_by,
        stopped_by=stopped_by or "",
        total=move.total,
        moved=move.moved,
        losing=move.losing,
        certified=move.certified,
    )


def _state(move: CourseMove, *, is_waiting: bool, is_retrying: bool) -> MoveState:
    if move.finished_at is not None:
        return MoveState.OUTDATED if move.is_outdated else MoveState.DONE
    if move.stopped_at is not None:
        return MoveState.STOPPED
    if is_retrying:
        return MoveState.RETRYING
    return MoveState.UNDER_WAY if is_waiting else MoveState.BROKEN
