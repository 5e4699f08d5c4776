"""The worker: sees what is due, and lets threads deliver it.

One thread (the sweep) looks into the outbox several times a second and feeds the queue, never further than
the threads can keep up, and renews the leases of deliveries that take long. Nothing else has to tell the
worker anything: a delivery is due because its row says so, whether its cause was a request, a retry, or a
worker that died.
"""

from __future__ import annotations

import signal
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from types import FrameType
from zoneinfo import ZoneInfo

import structlog

from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.queue import Consuming, open_queue
from lti_app.jobs.rounds import Nightly, make_rounds
from lti_app.jobs.work import Handler, Parts

_LOG = structlog.get_logger("cim.worker")
_TICK_SECONDS = 0.25
_PUSH_AGAIN_SECONDS = 5.0
_CHECK_SECONDS = 5.0
_ROUNDS_SECONDS = 30.0
_DRAIN_SECONDS = 60.0
_AHEAD_PER_THREAD = 4


class Worker:
    """Delivers from `start` to `stop`, once. Any number, in any number of processes, may share a database."""

    def __init__(self, parts: Parts, handlers: Mapping[str, Handler], rounds: Sequence[Nightly] = ()) -> None:
        self._parts = parts
        self._rounds = rounds
        self._delivering = Delivering(parts, handlers)
        self._queue = open_queue(parts.settings.queue_url)
        self._threads = parts.settings.worker_threads
        self._consuming: Consuming | None = None
        self._pushed: dict[uuid.UUID, float] = {}
        self._stopping = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, name="sweep", daemon=True)

    def start(self) -> None:
        """Start the threads and return."""
        self._consuming = self._queue.consume(self._deliver, self._threads)
        self._sweeper.start()
        _LOG.info("worker.started", threads=self._threads)

    def stop(self) -> None:
        """Finish what is in hand and stop; what takes longer than a minute is left to its lease."""
        is_done = self._consuming is None or self._consuming.stop(_DRAIN_SECONDS)
        self._stopping.set()
        if self._consuming is not None:
            self._sweeper.join()
        self._queue.close()
        _LOG.info("worker.stopped", drained=is_done)

    def _deliver(self, delivery_id: uuid.UUID) -> None:
        """Deliver; what was waiting behind it need not wait for the sweep."""
        following = self._delivering.deliver(delivery_id)
        self._pushed.pop(delivery_id, None)
        if following is not None:
            self._queue.push(following)

    def _sweep(self) -> None:
        renewed_at = checked_at = time.monotonic()
        rounds_at = 0.0
        while not self._stopping.wait(_TICK_SECONDS):
            moment = time.monotonic()
            try:
                if moment - renewed_at >= self._delivering.lease.total_seconds() / 4:
                    renewed_at = moment
                    self._delivering.renew_leases()
                if self._consuming is not None and moment - checked_at >= _CHECK_SECONDS:
                    checked_at = moment
                    self._consuming.check()
                if self._rounds and moment - rounds_at >= _ROUNDS_SECONDS:
                    rounds_at = moment
                    self._make_rounds()
                self._feed(moment)
            except Exception:
                _LOG.exception("worker.sweep_failed")
                self._stopping.wait(1.0)

    def _make_rounds(self) -> None:
        zone = ZoneInfo(self._parts.settings.time_zone)
        for name in make_rounds(self._parts.db, zone, self._rounds):
            _LOG.info("worker.round_made", round=name)

    def _feed(self, moment: float) -> None:
        """Push what is due and was not pushed just now, as far as the threads can keep up."""
        room = self._threads * _AHEAD_PER_THREAD - self._queue.pending()
        if room <= 0:
            return
        recent = {each: at for each, at in self._pushed.items() if moment - at < _PUSH_AGAIN_SECONDS}
        with self._parts.db.reading() as session:
            found = leases.due(session, room + len(recent))
        for delivery_id in [each for each in found if each not in recent][:room]:
            self._queue.push(delivery_id)
            recent[delivery_id] = moment
        self._pushed = recent


def run_worker(parts: Parts, handlers: Mapping[str, Handler], rounds: Sequence[Nightly] = ()) -> None:
    """Deliver until SIGTERM or SIGINT, then finish what is in hand; a second signal ends at once.

    Raises SettingsError for a queue address that cannot be used. Call it from the main thread.
    """
    worker = Worker(parts, handlers, rounds)
    asked_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)

    previous = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    worker.start()
    try:
        asked_to_stop.wait()
        worker.stop()
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)
