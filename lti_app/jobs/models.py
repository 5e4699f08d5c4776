"""The outbox: everything that must happen outside a request, written in the same transaction as its cause.

Beside it the pauses that other machines asked for, and when the worker's regular rounds are due.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id, words


class DeliveryState(StrEnum):
    """waiting → sent | failed | uncertain → waiting (by retry). A cancelled one was undone before it left."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


UNSETTLED = (DeliveryState.WAITING, DeliveryState.FAILED, DeliveryState.UNCERTAIN)
_UNSETTLED = text("state IN ('waiting', 'failed', 'uncertain')")


class Delivery(Base):
    """One thing to deliver. Those of one `order_key` go out in the order of `sequence`, never two at once.

    `lease_until` is set while a worker holds it; `lease_count` tells how often it was taken up, and so
    which worker holds it now. `in_doubt_since` is set from just before something leaves that must never
    arrive twice until its fate is known: a worker that finds it set must not send that part again. `reason`
    is what reasons.py writes. Those of one `lane` go to the same other machine: a few at once, and none while
    it has asked us to wait.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(
            "(state = 'sent') = (finished_at IS NOT NULL AND reason = '')", name="sent_is_finished"
        ),
        CheckConstraint("lease_until IS NULL OR state = 'waiting'", name="lease_only_while_waiting"),
        Index("ix_delivery_due", "state", "not_before"),
        Index("ix_delivery_order", "order_key", "sequence"),
        Index("ix_delivery_course", "course_id", "sequence"),
        Index("ix_delivery_institution", "institution_id", "sequence"),
        Index(
            "ix_delivery_open_course",
            "course_id",
            "sequence",
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        Index(
            "ix_delivery_open_institution",
            "institution_id",
            "sequence",
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
        Index("ix_delivery_cause", "cause_id"),
        Index("ix_delivery_leased", "lease_until"),
        UniqueConstraint("id"),
    )

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    id: Mapped[uuid.UUID] = mapped_column(default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    course_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    order_key: Mapped[str] = mapped_column(String(120))
    lane: Mapped[str | None] = mapped_column(String(80))
    cause_id: Mapped[uuid.UUID | None]
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState, "state"), default=DeliveryState.WAITING)
    reason: Mapped[str] = mapped_column(String(1000), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_count: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(default=now)
    lease_until: Mapped[datetime | None]
    in_doubt_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


def is_unheld(moment: datetime) -> ColumnElement[bool]:
    """The condition that no worker holds a delivery then: none took it, or its lease has ended."""
    return or_(Delivery.lease_until.is_(None), Delivery.lease_until <= moment)


class LanePause(Base):
    """A lane whose other end asked us to wait; `times` it did so since something last got through."""

    __tablename__ = "lane_pause"
    __table_args__ = (CheckConstraint("times > 0", name="times_positive"),)

    lane: Mapped[str] = mapped_column(String(80), primary_key=True)
    until_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)


class Round(Base):
    """When a regular round of the worker is due next; whoever moves `due_at` on makes it."""

    __tablename__ = "round"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
