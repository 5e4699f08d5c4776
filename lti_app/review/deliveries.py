"""What staff do about deliveries that did not arrive: send again, note that they did arrive after all, decide
which grade stands.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.jobs import outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags import results
from lti_app.people.actors import Actor, require
from lti_app.review.delivery_queries import simply_failed
from lti_app.review.permissions import PERMISSIONS, Scope, scope_of


def send_again(session: Session, actor: Actor, delivery_id: uuid.UUID) -> None:
    """Put a failed or uncertain delivery into the outbox once more. Raises Conflict for any other."""
    _delivery(session, actor, delivery_id)
    outbox.requeue(session, actor.institution_id, delivery_id)


def send_all_again(session: Session, actor: Actor) -> int:
    """Put everything in once more that failed in the launch's course, or without one at the institution;
    answers how much. What is held or uncertain waits for a decision of its own.
    """
    scope = scope_of(actor)
    require(PERMISSIONS, "retry_delivery", actor, scope)
    failed = session.scalars(
        select(Delivery).where(*simply_failed(scope)).order_by(Delivery.sequence).with_for_update()
    ).all()
    outbox.put_in_again(failed)
    return len(failed)


def mark_arrived(session: Session, actor: Actor, delivery_id: uuid.UUID) -> None:
    """Note that an uncertain delivery did arrive. Done twice, it is noted once. Raises Conflict."""
    delivery = _delivery(session, actor, delivery_id)
    if delivery.state is DeliveryState.SENT:
        return
    if delivery.state is not DeliveryState.UNCERTAIN:
        raise Conflict(f"the delivery is {delivery.state}")
    delivery.state = DeliveryState.SENT
    delivery.reason = ""
    delivery.finished_at = now()
    delivery.in_doubt_since = None


def overwrite_grade(session: Session, actor: Actor, delivery_id: uuid.UUID) -> None:
    """Send what is held of this student although the grade was changed at the platform. Raises Conflict."""
    results.send_ours(session, *_held(session, actor, delivery_id))


def keep_grade(session: Session, actor: Actor, delivery_id: uuid.UUID) -> None:
    """Leave the grade at the platform as it is, and send only what else is held. Raises Conflict."""
    results.keep_theirs(session, *_held(session, actor, delivery_id))


def _held(session: Session, actor: Actor, delivery_id: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """The line item and the person of a held delivery: all that is held of them is decided on together."""
    delivery = _delivery(session, actor, delivery_id)
    if delivery.state is not DeliveryState.FAILED or not delivery.reason.startswith(results.HELD):
        raise Conflict("nothing is held")
    return uuid.UUID(delivery.payload["line_item_id"]), uuid.UUID(delivery.payload["person_id"])


def _delivery(session: Session, actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    """The delivery, locked, if the actor looks after its course; without a course it is the coordinators'."""
    delivery = session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.institution_id == actor.institution_id)
        .with_for_update()
    ).one_or_none()
    if delivery is None:
        raise NotFound("delivery")
    require(PERMISSIONS, "retry_delivery", actor, Scope(delivery.institution_id, delivery.course_id))
    return delivery
