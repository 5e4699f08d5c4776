"""Processes that get SIGKILL while they issue, one at each step there is: one certificate in the end."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from lti_app.certificates import producing
from lti_app.certificates.afterwards import approve_correction, request_correction
from lti_app.certificates.badge.models import Credential
from lti_app.certificates.badge.signing import make
from lti_app.certificates.erasing import REMOVE_BYTES
from lti_app.certificates.issuing import claim, conclude
from lti_app.certificates.models import CertificateClaim, CertificateState
from lti_app.certificates.service import settle
from lti_app.certificates.tasks import HANDLERS
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.settings import Settings
from lti_app.storage import Storage, Stored
from lti_app.web.context import Parts
from tests import world
from tests.classroom import Classroom, a_classroom
from tests.dying_issuer import Prepared, Step
from tests.unit.certificates.issuing import certificates, deliver_due, files_in, issues

pytestmark = pytest.mark.process

ISSUED, SUPERSEDED = CertificateState.ISSUED, CertificateState.SUPERSEDED
SUPERSEDE, FINISH = "certificates.issuing._supersede", "jobs.delivering.Delivering._finish"
AMONG_THE_STEPS = (
    "jobs.leases.claim",
    "certificates.issuing.claim",
    "certificates.badge.signing.make",
    "certificates.pdf.drawing.draw",
    "certificates.signature.sign",
    "certificates.conformance.require_conforming",
    "certificates.producing._store",
    "storage.local.LocalUpload.finish",
    "certificates.issuing.conclude",
    "certificates.badge.service.record",
    "lti.ags.gradebook.report_certificate",
    "jobs.leases.finish",
)


def queued(session: Session, room: Classroom, name: str) -> uuid.UUID:
    """The issue that is due for one more student."""
    portfolio = world.an_earned_portfolio(
        session, world.a_person(session, room.course, name=name), room.course
    )
    assert settle(session, portfolio.id)
    return issues(session, portfolio.id)[0].id


def queued_anew(session: Session, room: Classroom, name: str, settings: Settings) -> uuid.UUID:
    """The same for one whose certificate stands, and a correction of it is approved."""
    student = world.a_person(session, room.course, name=name)
    portfolio = world.an_earned_portfolio(session, student, room.course)
    taken = claim(session, settings, portfolio.id)
    assert taken is not None
    stored = Stored(f"no file of {name}", 1, "0" * 64, b"%PDF")
    first = conclude(session, taken, stored, make(taken.facts, taken.badge))
    who = world.an_actor(student, room.course)
    asked = request_correction(session, who, first.id, new_name=f"{name} af")
    approve_correction(session, room.teaching, asked.id)
    return issues(session, portfolio.id)[0].id


@contextmanager
def prepared(settings: Settings, first: uuid.UUID) -> Iterator[Prepared]:
    process = Prepared(settings, first)
    yield process
    process.end()


def called(steps: list[Step]) -> list[str]:
    return [step.called.removeprefix("lti_app.") for step in steps]


def test_whenever_it_dies_there_is_one_certificate_and_its_bytes_are_there(
    database: Database, settings: Settings, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is for the first certificate, and for one that takes the place of another."""
    with database.writing() as session:
        room = a_classroom(session)
        warm, first = (queued(session, room, name) for name in ("Warm", "First"))
        anew = queued_anew(session, room, "Anew", settings)
    with prepared(settings, warm) as process:
        steps = process.steps_of(first)
        again = process.steps_of(anew)
        again = again[called(again).index(SUPERSEDE) : called(again).index(FINISH) + 1]
        assert set(AMONG_THE_STEPS) <= set(called(steps))
        with database.writing() as session:
            to_kill = [(queued(session, room, f"S {n}"), step) for n, step in enumerate(steps)]
            to_kill += [
                (queued_anew(session, room, f"A {n}", settings), step) for n, step in enumerate(again)
            ]
        assert [step for delivery_id, step in to_kill if not process.killed_at(step, delivery_id)] == []
    with database.reading() as session:
        stand = Counter(each.portfolio_id for each in certificates(session) if each.state is ISSUED)
        assert set(stand.values()) == {1}, "never more than one"
        assert len(stand) in range(4 + len(again), 3 + len(to_kill)), "what stands stands until the end"
        assert badges(session) == [each.number for each in certificates(session)]
    parts = Parts(settings, database, storage)
    monkeypatch.setattr(producing, "make", lambda *_, **__: b"%PDF, drawn again")
    with time_machine.travel(now() + timedelta(seconds=settings.lease_seconds + 1)):
        assert set(deliver_due(parts)) == {DeliveryState.SENT}
        remove_what_was_left(parts)
    with database.reading() as session:
        found = certificates(session)
        whole = [each for each in found if each.state is ISSUED]
        assert {each.portfolio_id for each in whole} == {each.portfolio_id for each in found}
        assert len(whole) == len({each.portfolio_id for each in found}) == 3 + len(to_kill)
        old = {each.superseded_by_id for each in found if each.state is SUPERSEDED}
        assert len(old) == len(found) - len(whole) == 1 + len(again)
        assert old <= {each.id for each in whole}
        assert badges(session) == [each.number for each in found], "none of a number that was burnt"
        assert session.query(CertificateClaim).count() == 0
        told = Counter(
            each.cause_id for each in session.query(Delivery).filter(Delivery.cause_id.is_not(None))
        )
        assert {told[each.id] for each in whole} == {1}
    assert len(files_in(settings)) == len(whole), "what the dead ones had stored is gone"


def badges(session: Session) -> list[str]:
    """The numbers whose credential says that it was issued."""
    issued = session.query(Credential).filter(Credential.issued_at.is_not(None))
    return sorted(each.certificate_number for each in issued)


def remove_what_was_left(parts: Parts) -> None:
    with parts.db.reading() as session:
        removals = [each.id for each in session.query(Delivery).filter_by(kind=REMOVE_BYTES)]
    for each in removals:
        Delivering(parts, HANDLERS).deliver(each)
