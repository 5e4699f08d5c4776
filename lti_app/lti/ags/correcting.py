"""Correcting what waits to be told, when a decision that it counted in was undone."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.ags.scores import Score, marked


def correct_waiting(
    session: Session,
    *,
    course_id: uuid.UUID,
    person_id: uuid.UUID,
    kind: LineItemKind,
    fraction: Decimal | None,
) -> None:
    """Let the reviews of somebody that wait in a course tell this fraction (None: nothing is approved).

    They then wait until the last of them is due, for it is what all of them now tell. Those that were tried
    already stay: what they tell could no longer be undone.
    """
    wanted = select(LineItem).where(LineItem.course_id == course_id, LineItem.kind == kind)
    line_item = session.scalars(wanted).one_or_none()
    if line_item is None:
        return
    waiting = session.scalars(
        select(Delivery)
        .where(
            Delivery.order_key == f"{line_item.id}:{person_id}",
            Delivery.kind == SCORE,
            Delivery.state == DeliveryState.WAITING,
            Delivery.attempts == 0,
        )
        .order_by(Delivery.sequence)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    reviews = [(each, score) for each in waiting if not (score := Score.from_payload(each.payload)).handed_in]
    due_at = max((delivery.not_before for delivery, _ in reviews), default=None)
    for delivery, score in reviews:
        delivery.payload = marked(score, fraction, line_item.score_maximum).to_payload()
        delivery.not_before = due_at or delivery.not_before
