"""Writing deliveries: queue one beside its cause, take those of an undone cause back, put one in again.

Deliveries of one `order_key` leave in the order in which they were queued, one at a time. One that waits
(for its time, or for another attempt) holds back those behind it; one that failed, is uncertain or was
cancelled does not, or a single refused comment would stop a student's grades for good. Writers of one key
must take turns, by locking a row that they share, for the order to mean anything on PostgreSQL.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import N_, Conflict, NotFound
from lti_app.jobs.models import Delivery, DeliveryState

UNDONE = N_("It was undone before it left.")


def enqueue(
    session: Session,
    *,
    kind: str,
    payload: dict[str, Any],
    institution_id: uuid.UUID,
    order_key: str,
    course_id: uuid.UUID | None = None,
    cause_id: uuid.UUID | None = None,
    not_before: datetime | None = None,
) -> Delivery:
    """Queue something in the caller's transaction: it leaves only if that commits, and not before
    `not_before`.
    """
    delivery = Delivery(
        kind=kind,
        payload=payload,
        institution_id=institution_id,
        course_id=course_id,
        cause_id=cause_id,
        order_key=order_key,
        not_before=not_before or now(),
    )
    session.add(delivery)
    session.flush()
    return delivery


def is_waiting(session: Session, order_key: str, kind: str) -> bool:
    """Whether something of that kind still waits under this key."""
    waiting = select(Delivery.sequence).where(
        Delivery.order_key == order_key, Delivery.kind == kind, Delivery.state == DeliveryState.WAITING
    )
    return session.execute(waiting.limit(1)).first() is not None


def cancel(session: Session, cause_id: uuid.UUID) -> int:
    """Take back what this cause queued and no worker holds or may have sent; answers how many there were."""
    taken_back = session.scalars(
        update(Delivery)
        .where(
            Delivery.cause_id == cause_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.lease_until.is_(None),
            Delivery.in_doubt_since.is_(None),
        )
        .values(state=DeliveryState.CANCELLED, reason=UNDONE, finished_at=now())
        .returning(Delivery.id)
    )
    return len(taken_back.all())


def hurry(session: Session, course_id: uuid.UUID, kind: str) -> None:
    """Let those of a course that wait for another attempt be tried now, because what they lacked is there."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.course_id == course_id,
            Delivery.kind == kind,
            Delivery.state == DeliveryState.WAITING,
            Delivery.lease_until.is_(None),
            Delivery.attempts > 0,
        )
        .values(not_before=now())
    )


def requeue(session: Session, institution_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery:
    """Try a failed or uncertain delivery again, now and as a whole: staff have looked and decided.

    Raises NotFound, and Conflict when it waits, was sent or was cancelled.
    """
    found = session.query(Delivery).filter_by(id=delivery_id, institution_id=institution_id)
    delivery = found.with_for_update().one_or_none()
    if delivery is None:
        raise NotFound("delivery")
    if delivery.state not in {DeliveryState.FAILED, DeliveryState.UNCERTAIN}:
        raise Conflict(f"the delivery is {delivery.state}")
    delivery.state = DeliveryState.WAITING
    delivery.reason = ""
    delivery.attempts = 0
    delivery.not_before = now()
    delivery.finished_at = None
    delivery.in_doubt_since = None
    return delivery
