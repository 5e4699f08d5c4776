"""What any queue behind `jobs.queue` must do; each kind that the tool can use runs these same tests."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lti_app.jobs.queue import JobQueue, open_queue
from lti_app.settings import SettingsError

Open = Callable[[], JobQueue]


@pytest.fixture(params=["sqlite"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty queue of each kind."""
    return f"sqlite:///{tmp_path / 'below' / 'queue.sqlite3'}"


@pytest.fixture
def opened(address: str) -> Iterator[Open]:
    """Opens the same queue, as often as asked."""
    queues: list[JobQueue] = []

    def one() -> JobQueue:
        queues.append(open_queue(address))
        return queues[-1]

    yield one
    for each in queues:
        each.close()


class Received:
    """What threads got, and waiting for it."""

    def __init__(self) -> None:
        self.ids: list[uuid.UUID] = []
        self._lock = threading.Lock()

    def __call__(self, delivery_id: uuid.UUID) -> None:
        with self._lock:
            self.ids.append(delivery_id)

    def wait_for(self, count: int, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while len(self.ids) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.ids) == count


def test_each_id_reaches_one_thread_once(opened: Open) -> None:
    pushed = [uuid.uuid4() for _ in range(40)]
    queue, received = opened(), Received()
    consuming = queue.consume(received, threads=4)
    for each in pushed:
        queue.push(each)
    received.wait_for(40)
    assert consuming.stop(60)
    assert sorted(received.ids) == sorted(pushed)


def test_ids_wait_for_a_consumer_that_comes_later(opened: Open) -> None:
    delivery_id = uuid.uuid4()
    first = opened()
    first.push(delivery_id)
    assert first.pending() == 1
    first.close()
    second, received = opened(), Received()
    assert second.pending() == 1
    consuming = second.consume(received, threads=1)
    received.wait_for(1)
    consuming.stop(60)
    assert received.ids == [delivery_id]
    assert second.pending() == 0


def test_two_consumers_share_the_ids(opened: Open) -> None:
    received = Received()
    consumers = [opened().consume(received, threads=2) for _ in range(2)]
    queue = opened()
    pushed = {uuid.uuid4() for _ in range(30)}
    for each in pushed:
        queue.push(each)
    received.wait_for(30)
    for consuming in consumers:
        consuming.stop(60)
    assert set(received.ids) == pushed


def test_another_process_may_push(opened: Open, address: str) -> None:
    delivery_id = uuid.uuid4()
    code = (
        "import sys, uuid; from lti_app.jobs.queue import open_queue;"
        "queue = open_queue(sys.argv[1]); queue.push(uuid.UUID(sys.argv[2])); queue.close()"
    )
    subprocess.run([sys.executable, "-c", code, address, str(delivery_id)], check=True)
    received = Received()
    consuming = opened().consume(received, threads=1)
    received.wait_for(1)
    consuming.stop(60)
    assert received.ids == [delivery_id]


def test_stopping_waits_for_the_id_in_hand(opened: Open) -> None:
    begun, finished = threading.Event(), threading.Event()

    def slow(_: uuid.UUID) -> None:
        begun.set()
        time.sleep(0.5)
        finished.set()

    queue = opened()
    consuming = queue.consume(slow, threads=1)
    queue.push(uuid.uuid4())
    assert begun.wait(60)
    assert consuming.stop(60)
    assert finished.is_set()


def test_a_message_holds_the_id_and_nothing_else(address: str, opened: Open) -> None:
    import sqlite3

    delivery_id = uuid.uuid4()
    opened().push(delivery_id)
    connection = sqlite3.connect(address.removeprefix("sqlite:///"))
    try:
        assert connection.execute("SELECT data FROM task").fetchall() == [(str(delivery_id).encode(),)]
    finally:
        connection.close()


def test_a_queue_in_order_passes_its_check(opened: Open) -> None:
    opened().check()


@pytest.mark.parametrize(
    "url", ["amqp://localhost", "redis://localhost/0", "queue.sqlite3", "sqlite://", "", "::"]
)
def test_an_address_that_cannot_be_used_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="CIM_QUEUE_URL"):
        open_queue(url)


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be opened"):
        open_queue(f"sqlite:///{tmp_path / 'file' / 'queue.sqlite3'}")
