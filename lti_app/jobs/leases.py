"""A worker's hold on a delivery: which are due, taking one, keeping it, and writing down what became of it.

A delivery is taken by one conditional UPDATE that sets a lease. A worker that dies leaves a lease that
ends, and the delivery is due again. `lease_count` is the fencing token: what a worker writes counts only
while it is still the last that took the delivery.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from lti_app.clock import now
from lti_app.jobs import lanes
from lti_app.jobs.models import Delivery, DeliveryState, is_unheld
from lti_app.jobs.work import Claimed, LeaseLost

_LONGEST_PAUSE_SECONDS = 3600.0


def due(
    session: Session, most: int, order_key: str | None = None, *, lane: str | None = None
) -> list[uuid.UUID]:
    """Deliveries (of one key, of one lane) that could be taken now, the longest due first. Takes nothing."""
    moment = now()
    wanted = select(Delivery.id).where(*_is_free(moment), lanes.is_open(session, moment))
    wanted = wanted.order_by(Delivery.not_before, Delivery.sequence)
    if order_key is not None:
        wanted = wanted.where(Delivery.order_key == order_key)
    if lane is not None:
        wanted = wanted.where(Delivery.lane == lane)
    return list(session.scalars(wanted.limit(most)))


def claim(session: Session, delivery_id: uuid.UUID, lease: timedelta) -> Claimed | None:
    """Take a delivery until the lease ends; None when it is not due, held, behind another one, or its lane
    is paused or full.
    """
    sought = session.execute(
        select(Delivery.order_key, Delivery.lane).where(Delivery.id == delivery_id)
    ).one_or_none()
    if sought is None:
        return None
    waiting = select(Delivery.sequence).where(
        Delivery.order_key == sought.order_key, Delivery.state == DeliveryState.WAITING
    )
    # On PostgreSQL this makes two workers that look at the same key take turns; the UPDATE then sees all.
    session.execute(waiting.order_by(Delivery.sequence).with_for_update())
    moment = now()
    is_open = lanes.is_open(session, moment) if sought.lane else true()
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, *_is_free(moment), is_open)
        .values(
            lease_until=moment + lease,
            lease_count=Delivery.lease_count + 1,
            attempts=Delivery.attempts + 1,
        )
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return _claimed(taken) if taken is not None else None


def renew(session: Session, held: Iterable[Claimed], lease: timedelta) -> None:
    """Move the end of these leases; one that was lost stays lost."""
    for claimed in held:
        session.execute(_own(claimed).values(lease_until=now() + lease))


def mark_in_doubt(session: Session, claimed: Claimed) -> None:
    """Note that something leaves now that must not arrive twice. Raises LeaseLost."""
    if not session.scalars(_own(claimed).values(in_doubt_since=now()).returning(Delivery.id)).all():
        raise LeaseLost(claimed.id)


def finish(session: Session, claimed: Claimed, state: DeliveryState, reason: str = "") -> bool:
    """Write down the end of a delivery; False when another worker has taken it over."""
    values: dict[str, Any] = {"state": state, "reason": reason, "finished_at": now(), "lease_until": None}
    if state is DeliveryState.SENT:
        values["in_doubt_since"] = None
        if claimed.lane:
            lanes.note_arrival(session, claimed.lane)
    return bool(session.scalars(_own(claimed).values(**values).returning(Delivery.id)).all())


def postpone(
    session: Session, claimed: Claimed, reason: str, pause_seconds: float, *, is_known: bool
) -> bool:
    """Give a delivery back for another attempt; False when another worker has taken it over.

    `is_known`: nothing of this attempt arrived, so a doubt that began with it is over.
    """
    values: dict[str, Any] = {
        "reason": reason,
        "not_before": now() + timedelta(seconds=pause_seconds),
        "lease_until": None,
    }
    if is_known and not claimed.is_in_doubt:
        values["in_doubt_since"] = None
    return bool(session.scalars(_own(claimed).values(**values).returning(Delivery.id)).all())


def postpone_lane(session: Session, claimed: Claimed, reason: str, seconds: float | None) -> bool:
    """Give a delivery back because the other side has asked everybody to wait; False as `postpone`.

    Nothing of this attempt arrived, and it does not count as one: waiting as told is no failure.
    """
    until_at = lanes.pause(session, claimed.lane or str(claimed.id), seconds)
    values: dict[str, Any] = {
        "reason": reason,
        "not_before": until_at,
        "lease_until": None,
        "attempts": Delivery.attempts - 1,
    }
    if not claimed.is_in_doubt:
        values["in_doubt_since"] = None
    return bool(session.scalars(_own(claimed).values(**values).returning(Delivery.id)).all())


def pause_seconds(attempts: int) -> float:
    """How long to wait after so many attempts: doubling from 2 seconds to an hour, a fifth more or less."""
    whole = min(2.0 ** min(attempts, 20), _LONGEST_PAUSE_SECONDS)
    return whole * random.uniform(0.8, 1.2)  # noqa: S311 (spreads load, guards nothing)


def _own(claimed: Claimed) -> Any:
    return update(Delivery).where(
        Delivery.id == claimed.id,
        Delivery.state == DeliveryState.WAITING,
        Delivery.lease_count == claimed.lease_count,
        Delivery.lease_until.is_not(None),
    )


def _is_free(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Due, held by nobody, first of its key, and no other of its key held (one put in again may precede
    that).
    """
    other = aliased(Delivery)
    return (
        Delivery.state == DeliveryState.WAITING,
        Delivery.not_before <= moment,
        is_unheld(moment),
        ~exists().where(
            and_(
                other.order_key == Delivery.order_key,
                other.state == DeliveryState.WAITING,
                or_(
                    other.sequence < Delivery.sequence,
                    and_(other.sequence > Delivery.sequence, other.lease_until > moment),
                ),
            )
        ),
    )


def _claimed(row: Delivery) -> Claimed:
    return Claimed(
        id=row.id,
        sequence=row.sequence,
        kind=row.kind,
        payload=dict(row.payload),
        institution_id=row.institution_id,
        course_id=row.course_id,
        cause_id=row.cause_id,
        order_key=row.order_key,
        lane=row.lane,
        attempts=row.attempts,
        lease_count=row.lease_count,
        is_in_doubt=row.in_doubt_since is not None,
        created_at=row.created_at,
    )
