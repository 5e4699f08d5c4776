"""Asking for a course's roster to be read, and how that stands; `lti/nrps/sync.py` does the reading."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.lti.ags.subjects import lane_of
from lti_app.lti.nrps.models import RosterReading
from lti_app.people.models import Course

ROSTER = "nrps.roster"


@dataclass(frozen=True)
class RosterStatus:
    """How a course's roster stands. `reason` and `detail` say why the last try failed, or waits.

    `joined_count` and `left_count` are students.
    """

    is_offered: bool
    is_under_way: bool
    read_count: int
    finished_at: datetime | None
    joined_count: int
    left_count: int
    reason: str
    detail: str

    @property
    def mark(self) -> str:
        """How it stands, in short (web/watching.py)."""
        finished = int(self.finished_at.timestamp()) if self.finished_at else 0
        return f"{int(self.is_under_way)}.{self.read_count}.{finished}.{int(bool(self.reason))}"


def queue_roster(session: Session, course: Course, *, not_before: datetime | None = None) -> None:
    """Queue that the roster be read; once at a time. One that waits for its hour is read now if asked so."""
    if not course.memberships_url:
        return
    order_key = f"roster:{course.id}"
    waiting = session.scalars(_deliveries(course.id).where(Delivery.state == DeliveryState.WAITING)).first()
    if waiting is not None:
        if not_before is None:
            waiting.not_before = min(waiting.not_before, now())
        return
    outbox.forget_finished(session, order_key, ROSTER)
    outbox.enqueue(
        session,
        kind=ROSTER,
        payload={"course_id": str(course.id)},
        institution_id=course.institution_id,
        course_id=course.id,
        order_key=order_key,
        lane=lane_of(course),
        not_before=not_before,
    )


def roster_status(session: Session, course: Course) -> RosterStatus:
    """How the course's roster stands. Two queries."""
    kept = session.get(RosterReading, course.id)
    last = session.scalars(_deliveries(course.id).order_by(Delivery.sequence.desc()).limit(1)).first()
    reason = Reason.read(last.reason if last is not None else "")
    is_waiting = last is not None and last.state is DeliveryState.WAITING and last.not_before <= now()
    is_begun = kept is not None and kept.begun_at is not None
    return RosterStatus(
        is_offered=bool(course.memberships_url),
        is_under_way=is_waiting or (is_begun and last is not None and last.state is DeliveryState.WAITING),
        read_count=kept.read_count if kept and is_begun else 0,
        finished_at=kept.finished_at if kept else None,
        joined_count=kept.joined_count if kept and not is_begun else 0,
        left_count=kept.left_count if kept and not is_begun else 0,
        reason=reason.message,
        detail=reason.detail,
    )


def _deliveries(course_id: uuid.UUID) -> Any:
    return select(Delivery).where(Delivery.order_key == f"roster:{course_id}", Delivery.kind == ROSTER)
