"""Refused logins and launches of a known platform, counted by reason: what an operator looks at first.

No personal data: the platform, the slug, how often, and the reference of the last one, which the log has too.
Whose login it was is told by its state, or by issuer and client id; what names neither is not counted.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.lti.models import LaunchFailure, LoginState
from lti_app.people.models import Platform


@dataclass(frozen=True)
class FailureRow:
    """One reason for refusals at a platform."""

    slug: str
    count: int
    last_at: datetime
    last_reference: str


def platform_of(session: Session, *, state: str, issuer: str, client_id: str) -> uuid.UUID | None:
    """The platform that a login request or its answer is of, as far as can be told."""
    if state:
        return session.scalar(select(LoginState.platform_id).where(LoginState.state == state))
    wanted = select(Platform.id).where(Platform.issuer == issuer)
    if client_id:
        wanted = wanted.where(Platform.client_id == client_id)
    found = session.scalars(wanted.limit(2)).all() if issuer else ()
    return found[0] if len(found) == 1 else None


def count_failure(session: Session, platform_id: uuid.UUID, slug: str, reference: str) -> None:
    """Count one more refusal."""
    statement = insert_into(session, LaunchFailure).values(
        platform_id=platform_id, slug=slug, count=1, last_at=now(), last_reference=reference
    )
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["platform_id", "slug"],
            set_={
                "count": LaunchFailure.count + 1,
                "last_at": new.last_at,
                "last_reference": new.last_reference,
            },
        )
    )


def failures_of(session: Session, platform_id: uuid.UUID) -> list[FailureRow]:
    """The platform's refusals, the latest first."""
    rows = session.scalars(
        select(LaunchFailure)
        .where(LaunchFailure.platform_id == platform_id)
        .order_by(LaunchFailure.last_at.desc(), LaunchFailure.slug)
    )
    return [FailureRow(each.slug, each.count, each.last_at, each.last_reference) for each in rows.all()]


def forget_failures(session: Session, platform_id: uuid.UUID) -> None:
    """Begin to count anew, such as after the cause is mended."""
    session.execute(delete(LaunchFailure).where(LaunchFailure.platform_id == platform_id))
