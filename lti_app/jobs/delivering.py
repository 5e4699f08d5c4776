"""One delivery from being taken to its outcome: claim, handler, its end. No threads and no queue."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta

import structlog

from lti_app.errors import N_
from lti_app.jobs import leases
from lti_app.jobs.lanes import WIDTH
from lti_app.jobs.models import DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.jobs.work import (
    Busy,
    Claimed,
    Failed,
    Handler,
    LeaseLost,
    Outcome,
    Parts,
    Retry,
    Uncertain,
    Work,
)

_LOG = structlog.get_logger("cim.worker")
LAST_ATTEMPT = 50  # about a day and a half, with the pauses of leases.pause_seconds
_LONGEST_HOLD_SECONDS = 900.0

_GAVE_UP = N_("It was tried many times, without success.")
_BROKE = N_("Something went wrong on our side; the log says what.")
_NOBODY = N_("This worker does not know how to do this; is it as new as the rest?")


class Delivering:
    """Carries out deliveries with the handlers that the rooms offer. Safe for many threads."""

    def __init__(self, parts: Parts, handlers: Mapping[str, Handler]) -> None:
        self._parts = parts
        self._handlers = handlers
        self.lease = timedelta(seconds=parts.settings.lease_seconds)
        self._held: dict[uuid.UUID, tuple[Claimed, float]] = {}
        self._lock = threading.Lock()

    def deliver(self, delivery_id: uuid.UUID) -> uuid.UUID | None:
        """Take a delivery, let its handler do it, write down the outcome; None when it was not to be had.

        Answers with the delivery that was waiting behind it, or for its lane, if any. Never raises.
        """
        try:
            with self._parts.db.writing() as session:
                claimed = leases.claim(session, delivery_id, self.lease)
            if claimed is None:
                return None
            self._hold(claimed)
            try:
                self._handle(claimed)
            finally:
                self._let_go(claimed)
            return self._following(claimed)
        except Exception:
            _LOG.exception("worker.delivery_broke", delivery=str(delivery_id))
            return None

    def _following(self, claimed: Claimed) -> uuid.UUID | None:
        """What may go now that this one is over: the next of its key, else any of its lane."""
        with self._parts.db.reading() as session:
            behind = leases.due(session, 1, order_key=claimed.order_key)
            if behind or claimed.lane is None:
                return next(iter(behind), None)
            found = leases.due(session, 2 * WIDTH, lane=claimed.lane)
        return random.choice(found) if found else None  # noqa: S311 (so that not all take the same)

    def renew_leases(self) -> None:
        """Keep what is in hand, for a quarter of an hour at most: then it is taken to hang."""
        with self._lock:
            moment = time.monotonic()
            held = [
                claimed for claimed, since in self._held.values() if moment - since < _LONGEST_HOLD_SECONDS
            ]
        if held:
            with self._parts.db.writing() as session:
                leases.renew(session, held, self.lease)

    def _hold(self, claimed: Claimed) -> None:
        with self._lock:
            self._held[claimed.id] = (claimed, time.monotonic())

    def _let_go(self, claimed: Claimed) -> None:
        with self._lock:
            self._held.pop(claimed.id, None)

    def _handle(self, claimed: Claimed) -> None:
        try:
            if claimed.attempts > LAST_ATTEMPT:
                raise Failed(_GAVE_UP)
            handler = self._handlers.get(claimed.kind)
            if handler is None:
                raise Retry(_NOBODY)
            handler(self._work(claimed))
        except Outcome as outcome:
            self._conclude(claimed, outcome)
        except LeaseLost:
            _log(claimed).warning("delivery.lease_lost")
        except Exception:
            _log(claimed).exception("delivery.broke")
            self._conclude(claimed, Retry(_BROKE, is_known=False))
        else:
            self._finish(claimed, DeliveryState.SENT)

    def _work(self, claimed: Claimed) -> Work:
        def mark_in_doubt() -> None:
            with self._parts.db.writing() as session:
                leases.mark_in_doubt(session, claimed)

        parts = self._parts
        return Work(parts.settings, parts.db, parts.storage, claimed, mark_in_doubt)

    def _conclude(self, claimed: Claimed, outcome: Outcome) -> None:
        if isinstance(outcome, Uncertain):
            self._finish(claimed, DeliveryState.UNCERTAIN, outcome.text)
        elif isinstance(outcome, Busy):
            with self._parts.db.writing() as session:
                leases.postpone_lane(session, claimed, outcome.text, outcome.after_seconds)
            _log(claimed).warning("delivery.lane_paused", lane=claimed.lane)
        elif not isinstance(outcome, Retry) or claimed.attempts >= LAST_ATTEMPT:
            self._finish(claimed, DeliveryState.FAILED, outcome.text)
        else:
            self._postpone(claimed, outcome)

    def _finish(self, claimed: Claimed, state: DeliveryState, reason: str = "") -> None:
        with self._parts.db.writing() as session:
            is_ours = leases.finish(session, claimed, state, reason)
        log = _log(claimed)
        if not is_ours:
            log.warning("delivery.lease_lost")
        elif state is DeliveryState.SENT:
            log.info("delivery.sent")
        else:
            log.warning(f"delivery.{state}", reason=Reason.read(reason).logged)

    def _postpone(self, claimed: Claimed, again: Retry) -> None:
        pause_seconds = again.after_seconds
        if pause_seconds is None:
            pause_seconds = leases.pause_seconds(claimed.attempts)
        with self._parts.db.writing() as session:
            leases.postpone(session, claimed, again.text, pause_seconds, is_known=again.is_known)
        reason = Reason.read(again.text).logged
        _log(claimed).warning("delivery.again", reason=reason, seconds=round(pause_seconds, 1))


def _log(claimed: Claimed) -> structlog.typing.FilteringBoundLogger:
    log: structlog.typing.FilteringBoundLogger = _LOG.bind(
        delivery=str(claimed.id), kind=claimed.kind, attempt=claimed.attempts
    )
    return log
