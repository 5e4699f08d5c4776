"""What must reach the platform and how far it has come: the Deliveries page, newest first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from lti_app.clock import now
from lti_app.db import written_out
from lti_app.errors import Problem
from lti_app.jobs.models import UNSETTLED, Delivery, DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.lti.ags.grades import Grade
from lti_app.lti.ags.models import LineItem
from lti_app.lti.ags.read_back import RESULTS
from lti_app.lti.ags.results import HELD, graded_by
from lti_app.lti.ags.scores import Score
from lti_app.lti.ags.spares import spare_names
from lti_app.lti.nrps.asking import ROSTER
from lti_app.people.models import Person
from lti_app.portfolio.models import Portfolio
from lti_app.review.changed_grades import ChangedGradeRow, shown_grades
from lti_app.review.permissions import Scope
from lti_app.web.paging import ROWS, from_cursor, to_cursor


class Filter(StrEnum):
    """Which deliveries to show."""

    OPEN = "open"
    FAILED = "failed"
    SENT = "sent"


# What ix_delivery_open_course and ix_delivery_open_institution hold: a few among everything that went out.
_IS_UNSETTLED = Delivery.state.in_(written_out(*UNSETTLED))
_IS_SHOWN = {
    Filter.OPEN: _IS_UNSETTLED,
    Filter.FAILED: _IS_UNSETTLED & Delivery.state.in_((DeliveryState.FAILED, DeliveryState.UNCERTAIN)),
    Filter.SENT: Delivery.state == DeliveryState.SENT,
}

_READINGS = (ROSTER, RESULTS)


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery. `reason` says why it waits or has failed; a name can be empty.

    `is_held_back`: it waits for its time, so that a decision can still be undone; `is_behind`: for an earlier
    one, since all of one student and assignment, or of one move of a course, goes in its order. `changed` is
    set when it is held because somebody changed the grade at the platform.
    """

    delivery_id: uuid.UUID
    kind: str
    state: DeliveryState
    reason: Reason
    assignment: str
    person_name: str
    created_at: datetime
    not_before: datetime
    finished_at: datetime | None
    attempts: int
    is_held_back: bool
    is_behind: bool
    changed: ChangedGradeRow | None


@dataclass(frozen=True)
class DeliveriesPage:
    """Some deliveries; `next_cursor` is empty on the last page. `gone` are assignments that the platform no
    longer has, `spares` those that get no results (lti/ags/spares.py); `failed` is how many wait for nothing
    but to be tried again.
    """

    rows: tuple[DeliveryRow, ...]
    next_cursor: str
    gone: tuple[str, ...]
    spares: tuple[str, ...]
    failed: int


def deliveries_for(
    session: Session, scope: Scope, *, shown: Filter, after: str = "", rows: int = ROWS
) -> DeliveriesPage:
    """The deliveries of a course or institution, in seven queries. Raises Problem("bad-request").

    What is only read from the platform is no delivery to anybody, and shown where it is asked for.
    """
    found = session.execute(_wanted(scope, shown, after).limit(rows + 1)).all()
    page = found[:rows]
    people, line_items = _named(session, page)
    theirs = shown_grades(session, (_subject(each) for each in page if _is_held(each)))
    moment = now()
    return DeliveriesPage(
        tuple(_row(each, people, line_items, theirs, moment) for each in page),
        to_cursor(str(page[-1].sequence)) if len(found) > rows else "",
        _gone(session, scope),
        spare_names(session, scope.course_id),
        session.scalar(select(func.count()).select_from(Delivery).where(*simply_failed(scope))) or 0,
    )


def simply_failed(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """What picks the deliveries that failed and may go again without anybody having to decide anything."""
    course = (Delivery.course_id == scope.course_id,) if scope.course_id is not None else ()
    return (
        Delivery.institution_id == scope.institution_id,
        *course,
        _IS_UNSETTLED,
        Delivery.state == DeliveryState.FAILED,
        ~Delivery.reason.startswith(HELD, autoescape=True),
        Delivery.kind.not_in(_READINGS),
    )


def _wanted(scope: Scope, shown: Filter, after: str) -> Select[Any]:
    other = aliased(Delivery)
    earlier = select(other.id).where(
        other.order_key == Delivery.order_key,
        other.sequence < Delivery.sequence,
        other.state == DeliveryState.WAITING,
    )
    wanted = (
        select(
            Delivery.sequence,
            Delivery.id,
            Delivery.kind,
            Delivery.payload,
            Delivery.state,
            Delivery.reason,
            Delivery.created_at,
            Delivery.not_before,
            Delivery.finished_at,
            Delivery.attempts,
            earlier.exists().label("is_behind"),
        )
        .where(
            Delivery.institution_id == scope.institution_id,
            _IS_SHOWN[shown],
            Delivery.kind.not_in(_READINGS),
        )
        .order_by(Delivery.sequence.desc())
    )
    if scope.course_id is not None:
        wanted = wanted.where(Delivery.course_id == scope.course_id)
    if after:
        (sequence,) = from_cursor(after, 1)
        if not sequence.isdecimal() or len(sequence) > 18:
            raise Problem("bad-request", "cursor")
        wanted = wanted.where(Delivery.sequence < int(sequence))
    return wanted


def _named(session: Session, page: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The names of the people and assignments that these deliveries are about, by the payloads' ids."""
    person_ids = {uuid.UUID(each.payload["person_id"]) for each in page if each.payload.get("person_id")}
    portfolio_ids = {
        uuid.UUID(each.payload["portfolio_id"]) for each in page if each.payload.get("portfolio_id")
    }
    item_ids = {uuid.UUID(each.payload["line_item_id"]) for each in page if each.payload.get("line_item_id")}
    named = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    by_work = select(Portfolio.id, Person.name).join(Person, Person.id == Portfolio.person_id)
    people = session.execute(named.union_all(by_work.where(Portfolio.id.in_(portfolio_ids))))
    names = {str(row.id): row.name for row in people}
    items = session.execute(select(LineItem.id, LineItem.label).where(LineItem.id.in_(item_ids)))
    return names, {str(row.id): row.label for row in items}


def _gone(session: Session, scope: Scope) -> tuple[str, ...]:
    wanted = select(LineItem.label).where(
        LineItem.institution_id == scope.institution_id, LineItem.gone_at.is_not(None)
    )
    if scope.course_id is not None:
        wanted = wanted.where(LineItem.course_id == scope.course_id)
    return tuple(session.scalars(wanted.order_by(LineItem.label).limit(ROWS)))


def _is_held(row: Any) -> bool:
    return row.state is DeliveryState.FAILED and row.reason.startswith(HELD)


def _subject(row: Any) -> tuple[uuid.UUID, uuid.UUID]:
    return uuid.UUID(row.payload["line_item_id"]), uuid.UUID(row.payload["person_id"])


def _row(
    row: Any,
    people: dict[str, str],
    line_items: dict[str, str],
    theirs: dict[tuple[uuid.UUID, uuid.UUID], Grade | None],
    moment: datetime,
) -> DeliveryRow:
    assignment = line_items.get(row.payload.get("line_item_id", ""), "")
    whose = row.payload.get("person_id") or row.payload.get("portfolio_id") or ""
    return DeliveryRow(
        delivery_id=row.id,
        kind=row.kind,
        state=row.state,
        reason=Reason.read(row.reason),
        assignment=assignment,
        person_name=people.get(whose, ""),
        created_at=row.created_at,
        not_before=row.not_before,
        finished_at=row.finished_at,
        attempts=row.attempts,
        is_held_back=row.state is DeliveryState.WAITING
        and row.not_before > moment
        and not row.attempts
        and not row.reason,
        is_behind=row.state is DeliveryState.WAITING and row.is_behind,
        changed=ChangedGradeRow(
            assignment, theirs.get(_subject(row)), graded_by(Score.from_payload(row.payload)), row.id
        )
        if _is_held(row)
        else None,
    )
