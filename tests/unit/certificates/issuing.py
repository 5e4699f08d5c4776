"""What the tests of issuing share: a student who has earned it, and a worker that delivers in turn."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lti_app.certificates import producing
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.tasks import HANDLERS
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import Work
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.work import Claimed
from lti_app.portfolio.models import Portfolio
from lti_app.review.service import approve
from lti_app.settings import Settings
from lti_app.web.context import Parts
from tests.classroom import Classroom, a_classroom, a_submitted_presentation, with_report_approved

NO_TIME = timedelta(0)
NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def an_earner(session: Session, room: Classroom | None = None, *, undo_for: timedelta = NO_TIME) -> Portfolio:
    """Everything done and approved by the real verbs, so that the certificate is queued."""
    room = room or a_classroom(session)
    portfolio = with_report_approved(session, room)
    approve(session, room.teaching, a_submitted_presentation(session, room).id, undo_for=undo_for)
    return portfolio


def issues(session: Session, portfolio_id: uuid.UUID | None = None) -> list[Delivery]:
    """Every issue that was ever queued (for one portfolio), oldest first."""
    found = session.query(Delivery).filter_by(kind=ISSUE).order_by(Delivery.sequence).all()
    return [each for each in found if portfolio_id is None or str(portfolio_id) in str(each.payload)]


def certificates(session: Session) -> list[Certificate]:
    return session.query(Certificate).order_by(Certificate.number).all()


def only(database: Database) -> Certificate:
    """The one certificate that there is."""
    with database.reading() as session:
        (found,) = certificates(session)
        return found


def files_in(settings: Settings) -> list[Path]:
    """Every file that the store keeps on the disk."""
    return [path for path in (Path(settings.var_dir) / "files").rglob("*") if path.is_file()]


def deliver_due(parts: Parts) -> list[DeliveryState]:
    """Deliver every issue that is due, once; how all issues stand afterwards."""
    with parts.db.reading() as session:
        waiting = [each.id for each in issues(session) if each.state is DeliveryState.WAITING]
    for delivery_id in waiting:
        Delivering(parts, HANDLERS).deliver(delivery_id)
    with parts.db.reading() as session:
        return [each.state for each in issues(session)]


@contextmanager
def while_it_is_drawn(database: Database, befalls: Callable[[Session], object]) -> Iterator[None]:
    """This happens, in a transaction of its own, while any certificate is drawn."""
    draw = producing.pdf.draw

    def drawn_late(facts: CertificateFacts, **more: Any) -> bytes:
        with database.writing() as session:
            befalls(session)
        return draw(facts, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(producing.pdf, "draw", drawn_late)
        yield


def work_on(parts: Parts, portfolio_id: uuid.UUID) -> Work:
    """An issue in a worker's hands, past the outbox and the turns that it keeps."""
    in_hand = Claimed(
        id=uuid.uuid4(),
        sequence=1,
        kind=ISSUE,
        payload={"portfolio_id": str(portfolio_id)},
        institution_id=uuid.uuid4(),
        course_id=None,
        cause_id=None,
        order_key="",
        lane=None,
        attempts=1,
        lease_count=1,
        is_in_doubt=False,
        created_at=now(),
    )
    return Work(parts.settings, parts.db, parts.storage, in_hand, lambda: None)
