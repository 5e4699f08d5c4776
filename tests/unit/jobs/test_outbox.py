"""What rooms may do with the outbox: queue, take back, put in again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Conflict, NotFound
from lti_app.jobs import leases, outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.work import LeaseLost
from tests.world import a_course, an_institution

LEASE = timedelta(seconds=60)
ENDED = timedelta(seconds=-1)


def queued(session: Session, order_key: str = "one", **more: object) -> Delivery:
    return outbox.enqueue(
        session,
        kind="test.kind",
        payload={"n": 1},
        institution_id=an_institution(session).id,
        order_key=order_key,
        **more,  # type: ignore[arg-type]
    )


def test_nothing_is_queued_when_its_cause_rolls_back(database: Database) -> None:
    def cause_that_fails() -> None:
        with database.writing() as session:
            queued(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause_that_fails()
    with database.reading() as session:
        assert leases.due(session, 10) == []


def test_a_delivery_is_due_when_its_time_has_come_and_not_before(database: Database) -> None:
    with database.writing() as session:
        at_once = queued(session, "a")
        queued(session, "b", not_before=now() + timedelta(minutes=2))
    with database.reading() as session:
        assert leases.due(session, 10) == [at_once.id]


def test_undoing_a_cause_takes_back_its_deliveries_and_no_others(database: Database) -> None:
    cause = uuid.uuid4()
    with database.writing() as session:
        later = now() + timedelta(minutes=2)
        undone = [queued(session, str(n), cause_id=cause, not_before=later) for n in range(2)]
        other = queued(session, "z", cause_id=uuid.uuid4())
    with database.writing() as session:
        assert outbox.cancel(session, cause) == 2
        assert outbox.cancel(session, cause) == 0
    with database.reading() as session:
        states = {each.id: each.state for each in session.scalars(select(Delivery))}
        assert {states[each.id] for each in undone} == {DeliveryState.CANCELLED}
        assert states[other.id] is DeliveryState.WAITING


def test_what_a_worker_holds_or_may_have_sent_cannot_be_taken_back(database: Database) -> None:
    cause = uuid.uuid4()
    with database.writing() as session:
        held, doubtful = queued(session, "a", cause_id=cause), queued(session, "b", cause_id=cause)
    with database.writing() as session:
        assert leases.claim(session, held.id, LEASE)
        claimed = leases.claim(session, doubtful.id, LEASE)
        assert claimed
        leases.mark_in_doubt(session, claimed)
        leases.postpone(session, claimed, "no answer", 60, is_known=False)
    with database.writing() as session:
        assert outbox.cancel(session, cause) == 0


def test_what_a_killed_worker_held_can_be_taken_back_and_stays_so(database: Database) -> None:
    cause = uuid.uuid4()
    with database.writing() as session:
        orphaned = queued(session, cause_id=cause).id
    with database.writing() as session:
        claimed = leases.claim(session, orphaned, ENDED)
        assert claimed
    with database.writing() as session:
        assert outbox.cancel(session, cause) == 1
    with database.writing() as session:
        leases.renew(session, [claimed], LEASE)
        assert not leases.finish(session, claimed, DeliveryState.SENT), "it was slow, not dead"
        with pytest.raises(LeaseLost):
            leases.mark_in_doubt(session, claimed)
    with database.reading() as session:
        taken_back = session.scalars(select(Delivery)).one()
        assert (taken_back.state, taken_back.lease_until) == (DeliveryState.CANCELLED, None)


def test_what_a_killed_worker_may_have_sent_cannot_be_taken_back(database: Database) -> None:
    cause = uuid.uuid4()
    with database.writing() as session:
        doubtful = queued(session, cause_id=cause).id
    with database.writing() as session:
        claimed = leases.claim(session, doubtful, ENDED)
        assert claimed
        leases.mark_in_doubt(session, claimed)
    with database.writing() as session:
        assert outbox.cancel(session, cause) == 0


def test_a_failed_delivery_can_be_put_in_again_and_starts_afresh(database: Database) -> None:
    with database.writing() as session:
        delivery = queued(session)
    with database.writing() as session:
        claimed = leases.claim(session, delivery.id, LEASE)
        assert claimed
        leases.mark_in_doubt(session, claimed)
        leases.finish(session, claimed, DeliveryState.FAILED, "refused")
    with database.writing() as session:
        again = outbox.requeue(session, delivery.institution_id, delivery.id)
        assert (again.state, again.reason, again.attempts) == (DeliveryState.WAITING, "", 0)
    with database.writing() as session:
        claimed = leases.claim(session, delivery.id, LEASE)
        assert claimed is not None
        assert not claimed.is_in_doubt


def test_what_waits_or_belongs_to_another_institution_cannot_be_put_in_again(database: Database) -> None:
    with database.writing() as session:
        delivery = queued(session)
        elsewhere = an_institution(session, "Elsewhere")
    with database.writing() as session:
        with pytest.raises(Conflict):
            outbox.requeue(session, delivery.institution_id, delivery.id)
        with pytest.raises(NotFound):
            outbox.requeue(session, elsewhere.id, delivery.id)


def test_what_a_course_lacked_hurries_only_what_had_been_tried(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        tried = queued(session, "a", course_id=course.id)
        undoable = queued(session, "b", course_id=course.id, not_before=now() + timedelta(minutes=2))
    with database.writing() as session:
        claimed = leases.claim(session, tried.id, LEASE)
        assert claimed
        leases.postpone(session, claimed, "not connected", 3600, is_known=True)
    with database.writing() as session:
        outbox.hurry(session, course.id, "test.kind")
    with database.reading() as session:
        assert leases.due(session, 10) == [tried.id]
        assert session.get_one(Delivery, undoable.sequence).not_before > now()


def test_what_a_killed_worker_held_is_hurried_and_what_a_living_one_holds_is_not(database: Database) -> None:
    later = now() + timedelta(hours=1)
    with database.writing() as session:
        course = a_course(session)
        orphaned, held = (queued(session, key, course_id=course.id).id for key in "ab")
    with database.writing() as session:
        assert leases.claim(session, orphaned, ENDED)
        assert leases.claim(session, held, LEASE)
        session.execute(update(Delivery).values(not_before=later))
    with database.writing() as session:
        outbox.hurry(session, course.id, "test.kind")
    with database.reading() as session:
        assert leases.due(session, 10) == [orphaned]
        assert session.scalars(select(Delivery.not_before).where(Delivery.id == held)).one() == later
