"""Issuing for many at once: staff ask, the worker finds who has earned a certificate, and queues each.

A run waits for nobody: it can be left, and goes on after a kill from where it was. Each certificate is a
delivery of its own with the run as its cause, so that one that fails holds up no other, and the next run
finds it again. Asking while a run is under way gives that run.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.certificates.earned import might_have_earned
from lti_app.certificates.models import CertificateRun
from lti_app.certificates.permissions import PERMISSIONS, Scope, scope_of
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.jobs import Work, outbox
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor, require
from lti_app.portfolio.models import Portfolio

RUN = "certificate.run"
_AT_ONCE = 20  # portfolios looked at in one transaction: short enough to hold nobody up


@dataclass(frozen=True)
class RunView:
    """How far a run has come: of the certificates that it found to issue, in numbers."""

    id: uuid.UUID
    started_at: datetime
    is_gathering: bool
    done: int
    waiting: int
    failed: int

    @property
    def total(self) -> int:
        """How many it has found so far."""
        return self.done + self.waiting + self.failed

    @property
    def mark(self) -> str:
        """How far it has come, in short: another mark once anything is another (web/watching.py)."""
        return f"{self.id}.{int(self.is_gathering)}.{self.done}.{self.waiting}.{self.failed}"

    @property
    def is_over(self) -> bool:
        """Whether nothing is left that happens by itself."""
        return not self.is_gathering and not self.waiting


def start_run(session: Session, actor: Actor) -> CertificateRun:
    """Queue a run for the course, or outside of one for the institution; or get the one that is under way."""
    scope = scope_of(actor)
    require(PERMISSIONS, "certificates.run", actor, scope)
    latest = _latest(session, scope)
    if latest is not None and not _view(session, latest).is_over:
        return latest
    run = CertificateRun(
        institution_id=scope.institution_id, course_id=scope.course_id, started_by_id=actor.person_id
    )
    session.add(run)
    session.flush()
    outbox.enqueue(
        session,
        kind=RUN,
        payload={"run_id": str(run.id)},
        institution_id=run.institution_id,
        course_id=run.course_id,
        order_key=f"certificate-run:{run.id}",
    )
    return run


def put_away(session: Session, actor: Actor, run_id: uuid.UUID) -> None:
    """Tell of a run that is over no more. Raises NotFound for somebody else's, Conflict while it goes on."""
    run = session.get(CertificateRun, run_id)
    if run is None:
        raise NotFound("run")
    require(PERMISSIONS, "certificates.run", actor, Scope(run.institution_id, run.course_id))
    if not _view(session, run).is_over:
        raise Conflict("the run is under way")
    run.put_away_at = run.put_away_at or now()


def latest_run(session: Session, scope: Scope) -> RunView | None:
    """The last run of this course or institution, with how far it has come; None once it was put away."""
    run = _latest(session, scope)
    return _view(session, run) if run is not None and run.put_away_at is None else None


def gather(work: Work) -> None:
    """The worker's part of a run: queue what is earned, a few portfolios at a time. Safe to repeat."""
    run_id = uuid.UUID(work.payload["run_id"])
    work.db.write_in_turns(lambda session: _gather_some(session, run_id))


def _gather_some(session: Session, run_id: uuid.UUID) -> bool:
    """Look at the next few portfolios; whether more are left."""
    run = session.get_one(CertificateRun, run_id, with_for_update=True)
    portfolio_ids = _next(session, run) if run.gathered_at is None else ()
    for portfolio_id in portfolio_ids:
        settle(session, portfolio_id, cause_id=run.id, by_staff=True)
    if portfolio_ids:
        run.gathered_to = portfolio_ids[-1]
    elif run.gathered_at is None:
        run.gathered_at = now()
    return run.gathered_at is None


def _next(session: Session, run: CertificateRun) -> Sequence[uuid.UUID]:
    """The next of those that may have earned one and have none."""
    wanted = select(Portfolio.id).where(*might_have_earned(Scope(run.institution_id, run.course_id)))
    if run.gathered_to is not None:
        wanted = wanted.where(Portfolio.id > run.gathered_to)
    return session.scalars(wanted.order_by(Portfolio.id).limit(_AT_ONCE)).all()


def _latest(session: Session, scope: Scope) -> CertificateRun | None:
    is_of_scope = (
        CertificateRun.course_id.is_(None)
        if scope.course_id is None
        else CertificateRun.course_id == scope.course_id
    )
    return session.scalars(
        select(CertificateRun)
        .where(CertificateRun.institution_id == scope.institution_id, is_of_scope)
        .order_by(CertificateRun.started_at.desc(), CertificateRun.id)
        .limit(1)
    ).one_or_none()


def _view(session: Session, run: CertificateRun) -> RunView:
    counted = session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.cause_id == run.id, Delivery.kind == ISSUE)
        .group_by(Delivery.state)
    )
    numbers = {row[0]: row[1] for row in counted}
    return RunView(
        id=run.id,
        started_at=run.started_at,
        is_gathering=run.gathered_at is None,
        done=numbers.get(DeliveryState.SENT, 0),
        waiting=numbers.get(DeliveryState.WAITING, 0),
        failed=numbers.get(DeliveryState.FAILED, 0) + numbers.get(DeliveryState.UNCERTAIN, 0),
    )
