"""The queue between whoever notices that a delivery is due and the threads that deliver: the only place
that knows Huey (jobs/sqlite_huey.py fetches it).

A message is the delivery's id and nothing else, so nothing of anybody's is unpickled, and losing a message
loses nothing: the outbox still has the row, and the worker's sweep queues it again. Huey by itself forgets
the job that was running when a process is killed; the lease on the row does not.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lti_app.jobs.sqlite_huey import Consumer, Message, Serializer, SqliteHuey
from lti_app.settings import SettingsError

Deliver = Callable[[uuid.UUID], None]
_TASK = "deliver"
_NAME = "cim"


class JobQueue:
    """Ids on their way to a worker. Several processes may push and consume; each id reaches one thread."""

    def __init__(self, huey: Any) -> None:
        self._huey = huey
        self._deliver: Deliver | None = None
        self._task = huey.task(name=_TASK)(self._run)

    def push(self, delivery_id: uuid.UUID) -> None:
        """Put an id in. Harmless more than once."""
        self._task(str(delivery_id))

    def pending(self) -> int:
        """How many ids no thread has taken yet."""
        return int(self._huey.pending_count())

    def check(self) -> None:
        """Raise OSError when the queue cannot be used."""
        try:
            self._huey.pending_count()
        except sqlite3.Error as error:
            raise OSError(f"the queue cannot be used: {error}") from error

    def consume(self, deliver: Deliver, threads: int) -> Consuming:
        """Start so many threads that hand each id to `deliver`, which must not raise. One consumer per
        queue.
        """
        self._deliver = deliver
        return Consuming(self._huey, threads)

    def close(self) -> None:
        """Let go of the connection; it is opened again when needed."""
        self._huey.storage.close()

    def _run(self, delivery_id: str) -> None:
        if self._deliver is not None:
            self._deliver(uuid.UUID(delivery_id))


class Consuming:
    """Running threads of one consumer."""

    def __init__(self, huey: Any, threads: int) -> None:
        self._consumer = _QuietConsumer(
            huey,
            workers=threads,
            periodic=False,
            initial_delay=0.02,
            backoff=1.3,
            max_delay=0.25,
            scheduler_interval=60,
            shutdown_timeout=None,
        )
        self._consumer.start()

    def check(self) -> None:
        """Replace threads that died; call every few seconds."""
        self._consumer.check_worker_health()

    def stop(self, longest_seconds: float) -> bool:
        """Take no more ids and wait for the threads to finish; False when the time was not enough."""
        self._consumer.shutdown_timeout = longest_seconds
        self._consumer.stop(graceful=True)
        return not any(thread.is_alive() for _, thread in self._consumer.worker_threads)


def open_queue(url: str) -> JobQueue:
    """The queue that a `sqlite:///path` address names. Raises SettingsError for any other."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() != "sqlite" or not parsed.database:
        kind = "an address without scheme" if parsed is None else f"{parsed.drivername}://…"
        raise SettingsError(
            f"CIM_QUEUE_URL must look like sqlite:////srv/cim/queue.sqlite3; {kind} cannot be used."
        )
    path = Path(parsed.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        huey = SqliteHuey(
            _NAME, filename=str(path), results=False, fsync=False, timeout=30, serializer=_IdsOnly()
        )
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(f"The queue {path} cannot be opened: {error}.") from error
    return JobQueue(huey)


class _IdsOnly(Serializer):  # type: ignore[misc]  # Huey has no types
    """A message as its delivery's id in plain text."""

    def serialize(self, data: Message) -> bytes:
        return str(data.args[0]).encode("ascii")

    def deserialize(self, data: bytes) -> Message:
        name = f"{JobQueue.__module__}.{_TASK}"
        return Message(
            str(uuid.uuid4()), name, args=(str(uuid.UUID(bytes(data).decode("ascii"))),), kwargs={}
        )


class _QuietConsumer(Consumer):  # type: ignore[misc]
    """Huey's consumer without its signal handlers: the worker has its own, and both signals mean the same."""

    def _set_signal_handlers(self) -> None:
        return
