"""Writing deliveries: queue one beside its cause, take those of an undone cause back, put one in again.

Deliveries of one `order_key` leave in the order in which they were queued, one at a time. One that waits
(for its time, or for another attempt) holds back those behind it; one that failed, is uncertain or was
cancelled does not, or a single refused comment would stop a student's grades for good. Writers of one key
must take turns, by locking a row that they share, for the order to mean anything on PostgreSQL.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import N_, Conflict, NotFound
from lti_app.jobs.models import Delivery, DeliveryState, is_unheld

UNDONE = N_("It was undone before it left.")


def enqueue(  # noqa: PLR0913 (each is a column)
    session: Session,
    *,
    kind: str,
    payload: dict[str, Any],
    institution_id: uuid.UUID,
    order_key: str,
    course_id: uuid.UUID | None = None,
    cause_id: uuid.UUID | None = None,
    not_before: datetime | None = None,
    lane: str | None = None,
) -> Delivery:
    """Queue something in the caller's transaction: it leaves only if that commits, and not before
    `not_before`. `lane` names the other machine it goes to (see `jobs/lanes.py`).
    """
    delivery = Delivery(
        kind=kind,
        payload=payload,
        institution_id=institution_id,
        course_id=course_id,
        cause_id=cause_id,
        order_key=order_key,
        lane=lane,
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
    """Take back what this cause queued and no worker holds or may have sent; answers how many there were.

    A worker whose lease has ended holds nothing any more: what it still does is not written down.
    """
    taken_back = session.scalars(
        update(Delivery)
        .where(
            Delivery.cause_id == cause_id,
            Delivery.state == DeliveryState.WAITING,
            is_unheld(now()),
            Delivery.in_doubt_since.is_(None),
        )
        .values(state=DeliveryState.CANCELLED, reason=UNDONE, finished_at=now(), lease_until=None)
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
            is_unheld(now()),
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
    _put_in_again(delivery)
    return delivery


def failed_because(session: Session, order_keys: str, reason: str) -> list[Delivery]:
    """The failed deliveries with this reason (whatever the other side said) under the keys that begin like
    this, locked, in order.
    """
    return list(
        session.scalars(
            select(Delivery)
            .where(
                Delivery.order_key.startswith(order_keys, autoescape=True),
                Delivery.state == DeliveryState.FAILED,
                Delivery.reason.startswith(reason, autoescape=True),
            )
            .order_by(Delivery.sequence)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def failed_of(session: Session, order_key: str, kind: str) -> Sequence[Delivery]:
    """What failed of a kind under this key, locked, in order."""
    return session.scalars(
        select(Delivery)
        .where(
            Delivery.order_key == order_key,
            Delivery.kind == kind,
            Delivery.state == DeliveryState.FAILED,
        )
        .order_by(Delivery.sequence)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def put_in_again(deliveries: Iterable[Delivery]) -> None:
    """Let failed deliveries wait anew, because what stopped them has been seen to. Their order stays."""
    for delivery in deliveries:
        _put_in_again(delivery)


def has_not_left(delivery: Delivery) -> bool:
    """Whether it can be dropped: it failed, or waits in no worker's hand and nothing of it may have arrived.
    A lease that has ended is no hand any more.
    """
    if delivery.state is not DeliveryState.WAITING:
        return delivery.state is DeliveryState.FAILED
    is_held = delivery.lease_until is not None and delivery.lease_until > now()
    return not is_held and delivery.in_doubt_since is None


def drop(delivery: Delivery, reason: str) -> None:
    """Take back a delivery that failed, or that waits in no worker's hand: it is not to arrive any more."""
    delivery.state = DeliveryState.CANCELLED
    delivery.reason = reason
    delivery.finished_at = now()
    delivery.lease_until = None


def forget_finished(session: Session, order_key: str, kind: str) -> None:
    """Remove what is over of a kind that repeats, and that nobody looks back at."""
    session.execute(
        delete(Delivery).where(
            Delivery.order_key == order_key, Delivery.kind == kind, Delivery.state != DeliveryState.WAITING
        )
    )


def _put_in_again(delivery: Delivery) -> None:
    delivery.state = DeliveryState.WAITING
    delivery.reason = ""
    delivery.attempts = 0
    delivery.not_before = now()
    delivery.finished_at = None
    delivery.in_doubt_since = None
