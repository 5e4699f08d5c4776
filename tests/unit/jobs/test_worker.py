"""The worker with its real threads and queue: order, lost messages, restarts, draining."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.jobs import Handler, Retry, Work, leases, outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.queue import open_queue
from lti_app.jobs.worker import Worker
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests.world import an_institution

Working = Callable[[Mapping[str, Handler]], "contextmanager[Worker]"]


@pytest.fixture
def working(settings: Settings, database: Database, storage: Storage) -> Working:
    """`with working(handlers):` runs a worker with four threads."""

    @contextmanager
    def run(handlers: Mapping[str, Handler]) -> Iterator[Worker]:
        worker = Worker(Parts(settings, database, storage), handlers)
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()

    return run  # type: ignore[return-value]


def queue(database: Database, order_keys: list[str]) -> list[uuid.UUID]:
    with database.writing() as session:
        institution = an_institution(session)
        return [
            outbox.enqueue(
                session, kind="test.kind", payload={"n": n}, institution_id=institution.id, order_key=key
            ).id
            for n, key in enumerate(order_keys)
        ]


def wait_until_none_waits(database: Database, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    waiting = select(func.count()).where(Delivery.state == DeliveryState.WAITING)
    while time.monotonic() < until:
        with database.reading() as session:
            if not session.scalar(waiting):
                return
        time.sleep(0.05)
    raise AssertionError("deliveries are still waiting")


def test_four_threads_keep_the_order_of_each_key_and_deliver_each_once(
    database: Database, working: Working
) -> None:
    keys = [f"student-{n % 6}" for n in range(48)]
    dice = random.Random(7)
    dice.shuffle(keys)
    done: defaultdict[str, list[int]] = defaultdict(list)
    at_once: defaultdict[str, int] = defaultdict(int)
    tried: set[int] = set()
    lock = threading.Lock()
    overlaps: list[str] = []
    most_at_once = [0]

    def handler(work: Work) -> None:
        key, n = work.delivery.order_key, work.payload["n"]
        with lock:
            at_once[key] += 1
            most_at_once[0] = max(most_at_once[0], sum(at_once.values()))
            if at_once[key] > 1:
                overlaps.append(key)
            is_first_try = n not in tried
            tried.add(n)
        time.sleep(dice.uniform(0, 0.02))
        with lock:
            at_once[key] -= 1
            if is_first_try and n % 5 == 0:
                raise Retry("not now", 0.01)
            done[key].append(n)

    queue(database, keys)
    with working({"test.kind": handler}):
        wait_until_none_waits(database)
    assert overlaps == []
    assert most_at_once[0] > 1
    assert done == {key: [n for n, each in enumerate(keys) if each == key] for key in set(keys)}


def test_what_is_queued_while_it_runs_leaves_within_a_second_or_so(
    database: Database, working: Working
) -> None:
    arrived = threading.Event()
    with working({"test.kind": lambda _: arrived.set()}):
        queue(database, ["one"])
        assert arrived.wait(20)


def test_a_message_lost_with_its_worker_is_found_again(
    settings: Settings, database: Database, working: Working
) -> None:
    (delivery_id,) = queue(database, ["one"])
    with database.writing() as session:  # a worker took the message and the delivery, and died
        assert leases.claim(session, delivery_id, timedelta(milliseconds=300))
    with working({"test.kind": lambda _: None}):
        wait_until_none_waits(database)
    with database.reading() as session:
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.lease_count) == (DeliveryState.SENT, 2)


def test_a_message_that_comes_twice_delivers_once(
    settings: Settings, database: Database, working: Working
) -> None:
    (delivery_id,) = queue(database, ["one"])
    early = open_queue(settings.queue_url)
    for _ in range(3):
        early.push(delivery_id)
    early.close()
    calls: list[uuid.UUID] = []
    with working({"test.kind": lambda work: calls.append(work.delivery.id)}):
        wait_until_none_waits(database)
    assert calls == [delivery_id]


def test_stopping_finishes_what_is_in_hand_and_leaves_the_rest(database: Database, working: Working) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def handler(work: Work) -> None:
        if work.payload["n"] == 0:
            begun.set()
            go_on.wait(60)

    first, second = queue(database, ["same", "same"])
    with working({"test.kind": handler}) as worker:
        assert begun.wait(60)
        consuming = worker._consuming
        assert consuming is not None
        stopping = threading.Thread(target=consuming.stop, args=(60,))
        stopping.start()
        assert consuming._consumer.stop_flag.wait(60)
        go_on.set()
        stopping.join()
    with database.reading() as session:
        states = {each.id: each.state for each in session.scalars(select(Delivery))}
    assert states == {first: DeliveryState.SENT, second: DeliveryState.WAITING}


def test_a_delivery_that_takes_longer_than_its_lease_is_not_taken_by_another(
    settings: Settings, database: Database, storage: Storage
) -> None:
    from dataclasses import replace

    calls: list[int] = []

    def handler(work: Work) -> None:
        calls.append(work.delivery.lease_count)
        time.sleep(4.5)

    queue(database, ["one"])
    worker = Worker(Parts(replace(settings, lease_seconds=2), database, storage), {"test.kind": handler})
    worker.start()
    try:
        wait_until_none_waits(database)
    finally:
        worker.stop()
    assert calls == [1]
