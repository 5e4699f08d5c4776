"""Grades that somebody changed at the platform: what is there, and what the tool sent or would send."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.grades import Grade
from lti_app.lti.ags.models import ChangedGrade, LineItem
from lti_app.lti.ags.results import HELD, graded_by
from lti_app.lti.ags.scores import Score
from lti_app.lti.ags.subjects import order_key_of
from lti_app.review.permissions import Scope


@dataclass(frozen=True)
class ChangedGradeRow:
    """One such grade; None is no grade. `ours` is what would be sent if a delivery is held, else what was."""

    assignment: str
    theirs: Grade | None
    ours: Grade | None
    held_delivery_id: uuid.UUID | None


def changed_grades(session: Session, scope: Scope, person_id: uuid.UUID) -> tuple[ChangedGradeRow, ...]:
    """Those of one person in a course, or in the whole institution. Two queries."""
    wanted = (
        select(ChangedGrade, LineItem.label)
        .join(LineItem, LineItem.id == ChangedGrade.line_item_id)
        .where(ChangedGrade.person_id == person_id, ChangedGrade.institution_id == scope.institution_id)
        .order_by(LineItem.created_at, LineItem.id)
    )
    if scope.course_id is not None:
        wanted = wanted.where(LineItem.course_id == scope.course_id)
    rows = session.execute(wanted).all()
    last = _last_graded(session, [order_key_of(row.ChangedGrade.line_item_id, person_id) for row in rows])
    return tuple(
        _row(row.ChangedGrade, row.label, last.get(order_key_of(row.ChangedGrade.line_item_id, person_id)))
        for row in rows
    )


def shown_grades(
    session: Session, pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]
) -> dict[tuple[uuid.UUID, uuid.UUID], Grade | None]:
    """What the platform showed when it was last found changed, by line item and person. One query."""
    keys = set(pairs)
    if not keys:
        return {}
    rows = session.scalars(
        select(ChangedGrade).where(
            ChangedGrade.line_item_id.in_({line_item_id for line_item_id, _ in keys}),
            ChangedGrade.person_id.in_({person_id for _, person_id in keys}),
        )
    )
    return {(each.line_item_id, each.person_id): _shown(each) for each in rows}


def _row(changed: ChangedGrade, assignment: str, last: Any) -> ChangedGradeRow:
    is_held = last is not None and last.state is DeliveryState.FAILED
    return ChangedGradeRow(
        assignment=assignment,
        theirs=_shown(changed),
        ours=graded_by(Score.from_payload(last.payload)) if last is not None else None,
        held_delivery_id=last.id if is_held else None,
    )


def _last_graded(session: Session, order_keys: list[str]) -> dict[str, Any]:
    """The last delivery of each key that told a grade or is held."""
    if not order_keys:
        return {}
    rows = session.execute(
        select(Delivery.order_key, Delivery.id, Delivery.state, Delivery.reason, Delivery.payload)
        .where(
            Delivery.order_key.in_(order_keys),
            Delivery.kind == SCORE,
            Delivery.state.in_((DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.FAILED)),
        )
        .order_by(Delivery.sequence)
    )
    return {
        row.order_key: row
        for row in rows
        if Score.from_payload(row.payload).says_grade
        and (row.state is not DeliveryState.FAILED or row.reason.startswith(HELD))
    }


def _shown(changed: ChangedGrade) -> Grade | None:
    return None if changed.points is None else Grade(changed.points, changed.maximum)
