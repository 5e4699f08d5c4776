"""Taking, keeping and losing a delivery: what several workers may and may not do at once."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lti_app.db import Database
from lti_app.jobs import leases, outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.work import Claimed, LeaseLost
from tests.world import an_institution

LEASE = timedelta(seconds=60)
ENDED = timedelta(seconds=-1)


def queue(database: Database, *order_keys: str) -> list[uuid.UUID]:
    with database.writing() as session:
        institution = an_institution(session)
        return [
            outbox.enqueue(
                session, kind="test.kind", payload={}, institution_id=institution.id, order_key=key
            ).id
            for key in order_keys
        ]


def claim(database: Database, delivery_id: uuid.UUID, lease: timedelta = LEASE) -> Claimed | None:
    with database.writing() as session:
        return leases.claim(session, delivery_id, lease)


def taken(database: Database, delivery_id: uuid.UUID, lease: timedelta = LEASE) -> Claimed:
    claimed = claim(database, delivery_id, lease)
    assert claimed is not None
    return claimed


def finish(database: Database, claimed: Claimed, state: DeliveryState = DeliveryState.SENT) -> bool:
    with database.writing() as session:
        return leases.finish(session, claimed, state, "" if state is DeliveryState.SENT else "a reason")


def test_of_sixteen_workers_exactly_one_takes_a_delivery(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    start = threading.Barrier(16)

    def attempt(_: int) -> Claimed | None:
        start.wait()
        return claim(database, delivery_id)

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(attempt, range(16)))
    assert len([each for each in found if each is not None]) == 1


def test_those_of_one_key_go_one_after_the_other(database: Database) -> None:
    first, second = queue(database, "same", "same")
    assert claim(database, second) is None
    held = taken(database, first)
    assert claim(database, second) is None
    finish(database, held)
    assert claim(database, second) is not None


def test_those_of_different_keys_do_not_wait_for_each_other(database: Database) -> None:
    first, second = queue(database, "one", "other")
    assert claim(database, second) is not None
    assert claim(database, first) is not None


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNCERTAIN])
def test_one_that_failed_or_is_uncertain_holds_nothing_back(database: Database, state: DeliveryState) -> None:
    first, second = queue(database, "same", "same")
    finish(database, taken(database, first), state)
    assert claim(database, second) is not None


def test_one_that_waits_for_another_attempt_holds_back_those_behind_it(database: Database) -> None:
    first, second = queue(database, "same", "same")
    held = taken(database, first)
    with database.writing() as session:
        leases.postpone(session, held, "busy", 60, is_known=True)
    with database.reading() as session:
        assert leases.due(session, 10) == []
    assert claim(database, second) is None


def test_one_put_in_again_waits_for_a_later_one_that_is_under_way(database: Database) -> None:
    first, second = queue(database, "same", "same")
    failed = taken(database, first)
    finish(database, failed, DeliveryState.FAILED)
    under_way = taken(database, second)
    with database.writing() as session:
        outbox.requeue(session, failed.institution_id, first)
    assert claim(database, first) is None
    finish(database, under_way)
    assert claim(database, first) is not None


def test_a_lease_that_ended_makes_the_delivery_due_again(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    taken(database, delivery_id, ENDED)
    with database.reading() as session:
        assert leases.due(session, 10) == [delivery_id]
    again = taken(database, delivery_id)
    assert (again.attempts, again.lease_count) == (2, 2)


def test_a_worker_that_lost_its_lease_cannot_write_any_more(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    late = taken(database, delivery_id, ENDED)
    present = taken(database, delivery_id)
    assert not finish(database, late)
    with database.writing() as session:
        assert not leases.postpone(session, late, "too late", 1, is_known=True)
        with pytest.raises(LeaseLost):
            leases.mark_in_doubt(session, late)
        leases.renew(session, [late], timedelta(days=1))
    assert finish(database, present)


def test_a_renewed_lease_keeps_others_away(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    held = taken(database, delivery_id, ENDED)
    with database.writing() as session:
        leases.renew(session, [held], LEASE)
    assert claim(database, delivery_id) is None


def test_a_doubt_lasts_until_the_fate_is_known(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    died = taken(database, delivery_id, ENDED)
    with database.writing() as session:
        leases.mark_in_doubt(session, died)
    again = taken(database, delivery_id)
    assert again.is_in_doubt
    with database.writing() as session:
        leases.postpone(session, again, "busy", -1, is_known=True)
    assert taken(database, delivery_id).is_in_doubt


def test_an_answer_that_says_that_nothing_arrived_ends_the_doubt_of_that_attempt(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    held = taken(database, delivery_id)
    with database.writing() as session:
        leases.mark_in_doubt(session, held)
        leases.postpone(session, held, "busy", -1, is_known=True)
    assert not taken(database, delivery_id).is_in_doubt


def test_a_sent_delivery_is_finished_and_has_no_reason(database: Database) -> None:
    (delivery_id,) = queue(database, "one")
    held = taken(database, delivery_id)
    finish(database, held)
    with database.reading() as session:
        row = session.get_one(Delivery, held.sequence)
        assert (row.state, row.reason, row.lease_until, row.in_doubt_since) == (
            DeliveryState.SENT,
            "",
            None,
            None,
        )
        assert row.finished_at is not None


def test_pauses_double_up_to_an_hour_and_differ() -> None:
    for attempts, whole in ((1, 2.0), (2, 4.0), (5, 32.0), (12, 3600.0), (500, 3600.0)):
        pauses = {leases.pause_seconds(attempts) for _ in range(20)}
        assert all(whole * 0.8 <= pause <= whole * 1.2 for pause in pauses)
        assert len(pauses) > 1
