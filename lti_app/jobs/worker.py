"""The worker: sees what is due, lets threads deliver it, and writes down what became of it.

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
from collections.abc import Mapping
from datetime import timedelta
from types import FrameType

import structlog

from lti_app.errors import N_
from lti_app.jobs import leases
from lti_app.jobs.models import DeliveryState
from lti_app.jobs.queue import open_queue
from lti_app.jobs.work import Claimed, Failed, Handler, LeaseLost, Parts, Retry, Uncertain, Work

_LOG = structlog.get_logger("cim.worker")
LAST_ATTEMPT = 50  # about a day and a half, with the pauses of leases.pause_seconds
_TICK_SECONDS = 0.25
_PUSH_AGAIN_SECONDS = 5.0
_CHECK_SECONDS = 5.0
_LONGEST_HOLD_SECONDS = 900.0
_DRAIN_SECONDS = 60.0
_AHEAD_PER_THREAD = 4

_GAVE_UP = N_("It was tried many times, without success.")
_BROKE = N_("Something went wrong on our side; the log says what.")
_NOBODY = N_("This worker does not know how to do this; is it as new as the rest?")


class Worker:
    """Delivers between `start` and `stop`. Any number of them, in any number of processes, may share a
    database.
    """

    def __init__(self, parts: Parts, handlers: Mapping[str, Handler]) -> None:
        self._parts = parts
        self._handlers = handlers
        self._queue = open_queue(parts.settings.queue_url)
        self._lease = timedelta(seconds=parts.settings.lease_seconds)
        self._held: dict[uuid.UUID, tuple[Claimed, float]] = {}
        self._held_lock = threading.Lock()
        self._stopping = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, name="sweep", daemon=True)

    def start(self) -> None:
        """Start the threads and return."""
        self._consuming = self._queue.consume(self._deliver, self._parts.settings.worker_threads)
        self._sweeper.start()
        _LOG.info("worker.started", threads=self._parts.settings.worker_threads)

    def stop(self) -> None:
        """Finish what is in hand and stop; what takes longer than a minute is left to its lease."""
        is_done = self._consuming.stop(_DRAIN_SECONDS)
        self._stopping.set()
        self._sweeper.join()
        self._queue.close()
        _LOG.info("worker.stopped", drained=is_done)

    # --- the sweep

    def _sweep(self) -> None:
        pushed: dict[uuid.UUID, float] = {}
        renewed_at = checked_at = time.monotonic()
        while not self._stopping.wait(_TICK_SECONDS):
            moment = time.monotonic()
            try:
                if moment - renewed_at >= self._lease.total_seconds() / 4:
                    renewed_at = moment
                    self._renew_leases(moment)
                if moment - checked_at >= _CHECK_SECONDS:
                    checked_at = moment
                    self._consuming.check()
                pushed = {key: at for key, at in pushed.items() if moment - at < _PUSH_AGAIN_SECONDS}
                self._feed(pushed, moment)
            except Exception:
                _LOG.exception("worker.sweep_failed")
                self._stopping.wait(1.0)

    def _feed(self, pushed: dict[uuid.UUID, float], moment: float) -> None:
        """Push what is due and was not pushed just now, as far as the threads can keep up."""
        room = self._parts.settings.worker_threads * _AHEAD_PER_THREAD - self._queue.pending()
        if room <= 0:
            return
        with self._parts.db.reading() as session:
            found = leases.due(session, room + len(pushed))
        for delivery_id in [each for each in found if each not in pushed][:room]:
            self._queue.push(delivery_id)
            pushed[delivery_id] = moment

    def _renew_leases(self, moment: float) -> None:
        with self._held_lock:
            held = [
                claimed for claimed, since in self._held.values() if moment - since < _LONGEST_HOLD_SECONDS
            ]
        if held:
            with self._parts.db.writing() as session:
                leases.renew(session, held, self._lease)

    # --- one delivery

    def _deliver(self, delivery_id: uuid.UUID) -> None:
        """Take a delivery, hand it to its handler, write down the outcome. Never raises."""
        try:
            with self._parts.db.writing() as session:
                claimed = leases.claim(session, delivery_id, self._lease)
            if claimed is None:
                return
            with self._held_lock:
                self._held[claimed.id] = (claimed, time.monotonic())
            try:
                self._handle(claimed)
            finally:
                with self._held_lock:
                    self._held.pop(claimed.id, None)
            self._push_next(claimed.order_key)
        except Exception:
            _LOG.exception("worker.delivery_broke", delivery=str(delivery_id))

    def _handle(self, claimed: Claimed) -> None:
        log = _LOG.bind(delivery=str(claimed.id), kind=claimed.kind, attempt=claimed.attempts)
        try:
            if claimed.attempts > LAST_ATTEMPT:
                raise Failed(_GAVE_UP)
            handler = self._handlers.get(claimed.kind)
            if handler is None:
                raise Retry(_NOBODY)
            handler(self._work(claimed))
        except Retry as again:
            self._postpone(claimed, again)
            log.warning("delivery.again", reason=again.text)
        except Failed as failed:
            self._finish(claimed, DeliveryState.FAILED, failed.text)
            log.error("delivery.failed", reason=failed.text)
        except Uncertain as uncertain:
            self._finish(claimed, DeliveryState.UNCERTAIN, uncertain.text)
            log.warning("delivery.uncertain", reason=uncertain.text)
        except LeaseLost:
            log.warning("delivery.lease_lost")
        except Exception:
            log.exception("delivery.broke")
            self._postpone(claimed, Retry(_BROKE, is_known=False))
        else:
            self._finish(claimed, DeliveryState.SENT, "")
            log.info("delivery.sent")

    def _work(self, claimed: Claimed) -> Work:
        def mark_in_doubt() -> None:
            with self._parts.db.writing() as session:
                leases.mark_in_doubt(session, claimed)

        parts = self._parts
        return Work(parts.settings, parts.db, parts.storage, claimed, mark_in_doubt)

    def _finish(self, claimed: Claimed, state: DeliveryState, reason: str) -> None:
        with self._parts.db.writing() as session:
            is_ours = leases.finish(session, claimed, state, reason)
        if not is_ours:
            _LOG.warning("delivery.lease_lost", delivery=str(claimed.id))

    def _postpone(self, claimed: Claimed, again: Retry) -> None:
        if claimed.attempts >= LAST_ATTEMPT:
            self._finish(claimed, DeliveryState.FAILED, again.text)
            return
        seconds = (
            leases.pause_seconds(claimed.attempts) if again.after_seconds is None else again.after_seconds
        )
        with self._parts.db.writing() as session:
            leases.postpone(session, claimed, again.text, seconds, is_known=again.is_known)

    def _push_next(self, order_key: str) -> None:
        """What was waiting behind a delivery need not wait for the sweep."""
        with self._parts.db.reading() as session:
            following = leases.due(session, 1, order_key)
        for delivery_id in following:
            self._queue.push(delivery_id)


def run_worker(parts: Parts, handlers: Mapping[str, Handler]) -> None:
    """Deliver until SIGTERM or SIGINT, then finish what is in hand; a second signal ends at once.

    Raises SettingsError for a queue address that cannot be used. Call it from the main thread.
    """
    worker = Worker(parts, handlers)
    asked_to_stop = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
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
