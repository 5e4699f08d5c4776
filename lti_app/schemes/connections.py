"""How a course's three assignments stand: connected, on their way, failed, gone, or limited."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.gradebook import LINE_ITEM, SCORE
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.verdicts import NO_ATTEMPTS_LEFT


@dataclass(frozen=True)
class Connection:
    """How one of the three assignments stands: connected when it has an address at the platform.

    One that is absent is neither that nor on its way; its label is empty if nobody has named it. One that is
    gone was connected until the platform said that it has nothing there. `allowed_attempts` is a limit that
    the platform told or made itself felt (0: how many is unknown), None if there is none as far as we know.
    """

    kind: LineItemKind
    label: str
    is_connected: bool
    is_waiting: bool
    is_failed: bool
    is_gone: bool
    reason: str
    delivery_id: uuid.UUID | None
    allowed_attempts: int | None

    @property
    def is_absent(self) -> bool:
        """Whether the course lacks it, and nobody has asked for it."""
        return not (self.is_connected or self.is_waiting or self.is_failed or self.is_gone)


def connections_of(session: Session, course_id: uuid.UUID) -> tuple[Connection, ...]:
    """The course's assignments in the order of LineItemKind, with what last became of connecting each."""
    items = {
        item.kind: item for item in session.scalars(select(LineItem).where(LineItem.course_id == course_id))
    }
    tries = session.scalars(
        select(Delivery)
        .where(Delivery.course_id == course_id, Delivery.kind == LINE_ITEM)
        .order_by(Delivery.sequence)
    )
    last = {str(each.payload.get("line_item_id", "")): each for each in tries}
    refused = _used_up(session, course_id)
    return tuple(
        _connection(kind, items.get(kind), last.get(str(items[kind].id)) if kind in items else None, refused)
        for kind in LineItemKind
    )


def _used_up(session: Session, course_id: uuid.UUID) -> frozenset[str]:
    """The line items, as payloads name them, for which an attempt was one too many."""
    payloads = session.scalars(
        select(Delivery.payload).where(
            Delivery.course_id == course_id,
            Delivery.kind == SCORE,
            Delivery.state == DeliveryState.FAILED,
            Delivery.reason.startswith(NO_ATTEMPTS_LEFT, autoescape=True),
        )
    )
    return frozenset(str(each.get("line_item_id", "")) for each in payloads)


def _connection(
    kind: LineItemKind, item: LineItem | None, last: Delivery | None, refused: frozenset[str]
) -> Connection:
    is_gone = item is not None and item.gone_at is not None
    is_connected = item is not None and bool(item.url) and not is_gone
    state = last.state if last is not None and not is_connected and not is_gone else None
    limit = item.allowed_attempts if item is not None else None
    if item is not None and limit is None and str(item.id) in refused:
        limit = 0
    return Connection(
        kind=kind,
        label=item.label if item is not None else "",
        is_connected=is_connected,
        is_waiting=state is DeliveryState.WAITING,
        is_failed=state in {DeliveryState.FAILED, DeliveryState.UNCERTAIN},
        is_gone=is_gone,
        reason=last.reason if last is not None else "",
        delivery_id=last.id if last is not None else None,
        allowed_attempts=limit,
    )
