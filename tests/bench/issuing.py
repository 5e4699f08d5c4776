"""Certificates for many, as a run issues them: from the run to the last certificate's commit.

A database and a store of its own; the platform is not asked. What it costs is everything that the worker does
for one certificate: claim, facts, badge, drawing, signing, checking, storing, and the transaction.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import func, select

from lti_app.certificates.models import Certificate
from lti_app.certificates.runs import start_run
from lti_app.certificates.tasks import HANDLERS
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.web.context import Parts
from tests import world
from tests.bench.installation import installation
from tests.classroom import a_classroom

OURS = ("certificate.run", "certificate.issue")


@dataclass(frozen=True)
class Cost:
    """Of one certificate in a run, in milliseconds: of the processor, and as the clock says."""

    cpu_ms: float
    wall_ms: float


def measure(count: int) -> Cost:
    """Issue so many in one run, one after the other. Raises SystemExit when one is missing."""
    with installation() as parts:
        database = parts.db
        with database.writing() as session:
            room = a_classroom(session)
            for number in range(count):
                student = world.a_person(session, room.course, name=f"Student {number}")
                world.an_earned_portfolio(session, student, room.course)
            start_run(session, room.teaching)
        cpu, wall = time.process_time(), time.perf_counter()
        while _deliver(parts):
            pass
        cost = Cost((time.process_time() - cpu) * 1000 / count, (time.perf_counter() - wall) * 1000 / count)
        with database.reading() as session:
            issued = session.scalar(select(func.count()).select_from(Certificate))
    if issued != count:
        raise SystemExit(f"{issued} of {count} certificates were issued")
    return cost


def _deliver(parts: Parts) -> int:
    """Deliver what is due of the run and its certificates; how many those were."""
    wanted = select(Delivery.id).where(Delivery.kind.in_(OURS), Delivery.state == DeliveryState.WAITING)
    with parts.db.reading() as session:
        due = session.scalars(wanted.order_by(Delivery.sequence)).all()
    delivering = Delivering(parts, HANDLERS)
    for each in due:
        delivering.deliver(each)
    return len(due)
