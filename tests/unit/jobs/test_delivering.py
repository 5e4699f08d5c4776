"""From a due delivery to its outcome, by real handlers on a real database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import Failed, Handler, Retry, Uncertain, Work, leases, outbox
from lti_app.jobs.delivering import LAST_ATTEMPT, Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.world import an_institution

Deliver = Callable[[Handler], Delivery]


def queued(database: Database, *, attempts: int = 0) -> uuid.UUID:
    """A delivery that is due and was tried so often before."""
    with database.writing() as session:
        row = outbox.enqueue(
            session,
            kind="test.kind",
            payload={"word": "hej"},
            institution_id=an_institution(session).id,
            order_key="one",
        )
        row.attempts = attempts
        return row.id


@pytest.fixture
def delivered(settings: Settings, database: Database, storage: Storage) -> Deliver:
    """Queue one delivery, let this handler have it, and see what became of it."""

    def run(handler: Handler) -> Delivery:
        delivery_id = queued(database)
        Delivering(Parts(settings, database, storage), {"test.kind": handler}).deliver(delivery_id)
        with database.reading() as session:
            return session.scalars(select(Delivery)).one()

    return run


def test_a_handler_that_returns_has_sent(delivered: Deliver) -> None:
    seen: list[Work] = []
    row = delivered(seen.append)
    assert row.state is DeliveryState.SENT
    assert seen[0].payload == {"word": "hej"}
    assert seen[0].delivery.attempts == 1


def test_a_retry_waits_with_its_reason(delivered: Deliver) -> None:
    def handler(_: Work) -> None:
        raise Retry("The platform is busy.", 30, detail="429 slow down")

    begun = now()
    row = delivered(handler)
    assert (row.state, row.reason) == (DeliveryState.WAITING, "The platform is busy.\n429 slow down")
    assert begun + timedelta(seconds=30) <= row.not_before <= now() + timedelta(seconds=30)
    assert row.lease_until is None


def test_a_failure_stays_with_its_reason(delivered: Deliver) -> None:
    def handler(_: Work) -> None:
        raise Failed("It was refused.")

    row = delivered(handler)
    assert (row.state, row.reason) == (DeliveryState.FAILED, "It was refused.")


def test_the_values_of_a_reason_are_kept_and_not_logged(delivered: Deliver) -> None:
    def handler(_: Work) -> None:
        raise Failed("No certificate shows %(texts)s.", values={"texts": "Åsa"}, detail="why")

    with structlog.testing.capture_logs() as logged:
        row = delivered(handler)
    assert row.reason == 'No certificate shows %(texts)s.\t{"texts": "Åsa"}\nwhy'
    assert [each["reason"] for each in logged if "reason" in each] == ["No certificate shows %(texts)s.\nwhy"]


def test_an_uncertain_one_is_for_staff(delivered: Deliver) -> None:
    def handler(_: Work) -> None:
        raise Uncertain("Who knows?")

    assert delivered(handler).state is DeliveryState.UNCERTAIN


def test_a_mistake_of_ours_is_tried_again_and_says_nothing_of_its_inside(delivered: Deliver) -> None:
    def handler(_: Work) -> None:
        raise ZeroDivisionError("a secret")

    row = delivered(handler)
    assert row.state is DeliveryState.WAITING
    assert "secret" not in row.reason


def test_a_mistake_after_something_left_keeps_the_doubt(delivered: Deliver) -> None:
    def handler(work: Work) -> None:
        work.mark_in_doubt()
        raise ZeroDivisionError

    assert delivered(handler).in_doubt_since is not None


def test_a_reason_longer_than_its_column_is_cut(delivered: Deliver) -> None:
    def handler(_: Work) -> None:
        raise Failed("It was refused.", detail="x" * 5000)

    assert len(delivered(handler).reason) == 1000


def test_after_the_last_attempt_it_has_failed_with_the_last_reason(
    settings: Settings, database: Database, storage: Storage
) -> None:
    def handler(_: Work) -> None:
        raise Retry("The platform is busy.")

    delivery_id = queued(database, attempts=LAST_ATTEMPT - 1)
    Delivering(Parts(settings, database, storage), {"test.kind": handler}).deliver(delivery_id)
    with database.reading() as session:
        row = session.scalars(select(Delivery)).one()
    assert (row.state, row.reason) == (DeliveryState.FAILED, "The platform is busy.")


def test_a_delivery_that_kills_its_worker_again_and_again_ends_as_failed(
    settings: Settings, database: Database, storage: Storage
) -> None:
    delivery_id = queued(database, attempts=LAST_ATTEMPT)
    calls: list[Work] = []
    Delivering(Parts(settings, database, storage), {"test.kind": calls.append}).deliver(delivery_id)
    with database.reading() as session:
        assert session.scalars(select(Delivery)).one().state is DeliveryState.FAILED
    assert calls == []


def test_an_unknown_kind_waits_for_a_newer_worker(
    settings: Settings, database: Database, storage: Storage
) -> None:
    delivery_id = queued(database)
    Delivering(Parts(settings, database, storage), {}).deliver(delivery_id)
    with database.reading() as session:
        assert session.scalars(select(Delivery)).one().state is DeliveryState.WAITING


def test_it_answers_with_what_was_waiting_behind(
    settings: Settings, database: Database, storage: Storage
) -> None:
    with database.writing() as session:
        institution = an_institution(session)
        first, second = (
            outbox.enqueue(
                session, kind="test.kind", payload={}, institution_id=institution.id, order_key="one"
            )
            for _ in range(2)
        )
    delivering = Delivering(Parts(settings, database, storage), {"test.kind": lambda _: None})
    assert delivering.deliver(first.id) == second.id
    assert delivering.deliver(second.id) is None
    assert delivering.deliver(second.id) is None
    assert delivering.deliver(uuid.uuid4()) is None


def test_what_is_in_hand_keeps_its_lease(settings: Settings, database: Database, storage: Storage) -> None:
    delivery_id = queued(database)
    seen: list[object] = []

    def handler(work: Work) -> None:
        with database.writing() as session:
            leases.renew(session, [work.delivery], timedelta(seconds=-1))
        delivering.renew_leases()
        with database.reading() as session:
            seen.extend(leases.due(session, 10))

    delivering = Delivering(Parts(settings, database, storage), {"test.kind": handler})
    delivering.deliver(delivery_id)
    assert seen == []
    with database.reading() as session:
        assert session.scalars(select(Delivery)).one().state is DeliveryState.SENT
