"""Deliveries to the same other machine: a few at once, and all of them wait when it asks for that."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import Busy, Retry, Work, lanes, leases, outbox
from lti_app.jobs.delivering import LAST_ATTEMPT, Delivering
from lti_app.jobs.models import Delivery, DeliveryState, LanePause
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.world import an_institution

LEASE = timedelta(seconds=60)
KIND = "test.kind"


def queue(database: Database, count: int, lane: str | None = "one") -> list[uuid.UUID]:
    with database.writing() as session:
        institution = an_institution(session)
        return [
            outbox.enqueue(
                session,
                kind=KIND,
                payload={},
                institution_id=institution.id,
                order_key=uuid.uuid4().hex,
                lane=lane,
            ).id
            for _ in range(count)
        ]


def due(database: Database) -> list[uuid.UUID]:
    with database.reading() as session:
        return leases.due(session, 100)


def rows(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.sequence)))


def resume(database: Database) -> None:
    """Let the pauses be over."""
    with database.writing() as session:
        for pause in session.scalars(select(LanePause)):
            pause.until_at = now() - timedelta(seconds=1)
        for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
            row.not_before = now() - timedelta(seconds=1)


@pytest.fixture
def delivering(settings: Settings, database: Database, storage: Storage) -> Callable[..., Delivering]:
    """`delivering(handler)` delivers with it."""
    return lambda handler: Delivering(Parts(settings, database, storage), {KIND: handler})


def busy(_work: Work) -> None:
    raise Busy("Wait.", 30)


def test_only_so_many_of_a_lane_are_under_way_at_once(database: Database) -> None:
    first, *others = queue(database, lanes.WIDTH + 1)
    (elsewhere,) = queue(database, 1, "other")
    (without,) = queue(database, 1, None)
    with database.writing() as session:
        held = [leases.claim(session, each, LEASE) for each in (first, *others)]
    assert [each is not None for each in held] == [True] * lanes.WIDTH + [False]
    assert set(due(database)) == {elsewhere, without}
    with database.writing() as session:
        assert held[0] is not None
        leases.finish(session, held[0], DeliveryState.SENT)
    assert others[-1] in due(database)


def test_one_that_is_told_to_wait_lets_all_of_its_lane_wait_and_no_others(
    database: Database, delivering: Callable[..., Delivering]
) -> None:
    first, second = queue(database, 2)
    (elsewhere,) = queue(database, 1, "other")
    begun = now()
    delivering(busy).deliver(first)
    assert due(database) == [elsewhere]
    row = rows(database)[0]
    assert (row.state, row.reason, row.attempts) == (DeliveryState.WAITING, "Wait.", 0)
    assert begun + timedelta(seconds=30) <= row.not_before <= now() + timedelta(seconds=30)
    assert delivering(lambda _: None).deliver(second) is None
    assert rows(database)[1].attempts == 0
    resume(database)
    assert set(due(database)) == {first, second, elsewhere}


def test_waiting_as_told_is_never_given_up(database: Database, delivering: Callable[..., Delivering]) -> None:
    (one,) = queue(database, 1)
    for _ in range(LAST_ATTEMPT + 2):
        delivering(busy).deliver(one)
        resume(database)
    (row,) = rows(database)
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)


def test_pauses_nobody_asked_for_grow_until_something_gets_through(
    database: Database, delivering: Callable[..., Delivering]
) -> None:
    (one,) = queue(database, 1)

    def unspecific(_work: Work) -> None:
        raise Busy("Wait.")

    def pause() -> float:
        with time_machine.travel(now(), tick=False):
            delivering(unspecific).deliver(one)
            with database.reading() as session:
                seconds = (session.scalars(select(LanePause)).one().until_at - now()).total_seconds()
            resume(database)
        return seconds

    assert [pause() for _ in range(7)] == [1, 2, 4, 8, 16, 32, 60]
    delivering(lambda _: None).deliver(one)
    with database.reading() as session:
        assert session.scalars(select(LanePause)).all() == []


def test_those_that_were_on_their_way_do_not_lengthen_a_pause(database: Database) -> None:
    with time_machine.travel(now(), tick=False) as clock, database.writing() as session:
        first = lanes.pause(session, "one", None)
        clock.shift(0.9)
        assert (lanes.pause(session, "one", None) - first).total_seconds() < 1
        assert session.get_one(LanePause, "one").times == 1


def test_a_pause_is_never_shortened(database: Database) -> None:
    with database.writing() as session:
        long = lanes.pause(session, "one", 60)
        assert lanes.pause(session, "one", 1) == long


def test_what_was_in_doubt_before_stays_so_through_a_pause(
    database: Database, delivering: Callable[..., Delivering]
) -> None:
    (one,) = queue(database, 1)
    calls: list[bool] = []

    def first_lost_then_busy(work: Work) -> None:
        calls.append(work.delivery.is_in_doubt)
        if len(calls) == 1:
            work.mark_in_doubt()
            raise Retry("Lost.", 0, is_known=False)
        if len(calls) == 2:
            work.mark_in_doubt()
            raise Busy("Wait.", 1)

    for _ in range(3):
        delivering(first_lost_then_busy).deliver(one)
        resume(database)
    assert calls == [False, True, True]


def test_one_that_is_done_names_the_next_of_its_lane(
    database: Database, delivering: Callable[..., Delivering]
) -> None:
    first, second = queue(database, 2)
    assert delivering(lambda _: None).deliver(first) == second
    assert delivering(lambda _: None).deliver(second) is None
