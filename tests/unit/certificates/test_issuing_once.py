"""Exactly one certificate, whatever worker comes at the same time, comes late or comes twice.

tests/process/test_kill_while_issuing.py has them die.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy.orm import Session

from lti_app.certificates.afterwards import allow_another, approve_correction, request_correction, revoke
from lti_app.certificates.badge.signing import make
from lti_app.certificates.erasing import erase
from lti_app.certificates.issuing import ClaimedElsewhere, claim, conclude
from lti_app.certificates.models import (
    Certificate,
    CertificateClaim,
    CertificateSequence,
    CertificateState,
    RevokeReason,
)
from lti_app.certificates.producing import issue
from lti_app.db import Database
from lti_app.jobs import Retry
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests import world
from tests.classroom import a_classroom
from tests.unit.certificates.issuing import (
    NEW_YEARS_EVE,
    an_earner,
    certificates,
    deliver_due,
    files_in,
    only,
    while_it_is_drawn,
    work_on,
)


def revoked(session: Session, old: Certificate, coordinator: Actor) -> None:
    revoke(session, coordinator, old.id, reason=RevokeReason.ERROR)


def revoked_and_followed(session: Session, old: Certificate, coordinator: Actor) -> None:
    revoked(session, old, coordinator)
    allow_another(session, coordinator, old.id)


def erased(session: Session, old: Certificate, _: Actor) -> None:
    erase(session, old.id)


@pytest.mark.parametrize(
    ("befalls", "states"),
    [
        (revoked, [CertificateState.REVOKED]),
        (revoked_and_followed, [CertificateState.REVOKED, CertificateState.ISSUED]),
        (erased, [CertificateState.ISSUED]),
    ],
)
def test_what_befalls_the_one_that_stands_while_its_successor_is_made_is_heeded(
    parts: Parts,
    database: Database,
    settings: Settings,
    befalls: Callable[[Session, Certificate, Actor], None],
    states: list[CertificateState],
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        portfolio_id = an_earner(session, room).id
    deliver_due(parts)
    first = only(database)
    with database.writing() as session:
        asked = request_correction(session, room.learning, first.id, new_name="Åsa Öberg Ek")
        approve_correction(session, room.teaching, asked.id)

    def meanwhile(session: Session) -> None:
        person = world.a_person(session, room.course, name="Karin Ko")
        befalls(session, first, world.an_actor(person, room.course, Role.COORDINATOR))

    with while_it_is_drawn(database, meanwhile), pytest.raises(Retry):
        issue(work_on(parts, portfolio_id))
    issue(work_on(parts, portfolio_id))
    with database.reading() as session:
        assert [each.state for each in certificates(session)] == states
        assert session.query(CertificateClaim).count() == 0
    assert len(files_in(settings)) == len(states)


def test_workers_at_once_issue_one_certificate(parts: Parts, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id
    outcomes = at_once(6, lambda: issue(work_on(parts, portfolio_id)))
    assert outcomes.count(None) >= 1
    assert all(outcome is None or isinstance(outcome, Retry) for outcome in outcomes)
    issued = only(database)
    with database.reading() as session:
        assert session.query(StoredFile).count() == 1
        stored = session.get_one(StoredFile, issued.stored_file_id)
    assert [path.relative_to(Path(settings.var_dir) / "files") for path in files_in(settings)] == [
        Path(stored.key)
    ]


def test_workers_at_once_give_each_certificate_its_own_number(parts: Parts, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        course = room.course
        waiting = []
        for count in range(6):
            student = world.a_person(session, course, name=f"Student {count}")
            waiting.append(world.an_earned_portfolio(session, student, course).id)
    outcomes = at_once(6, lambda: issue(work_on(parts, waiting.pop())))
    assert outcomes == [None] * 6
    with database.reading() as session:
        numbers = [each.number[-6:] for each in certificates(session)]
        assert numbers == [f"{count:06d}" for count in range(1, 7)]
        assert len({each.code for each in certificates(session)}) == 6


def at_once(count: int, act: Callable[[], None]) -> list[BaseException | None]:
    """Do `act` in so many threads; what each raised."""
    outcomes: list[BaseException | None] = []
    ready = threading.Barrier(count)

    def run() -> None:
        ready.wait(30)
        try:
            act()
        except BaseException as error:
            outcomes.append(error)
        else:
            outcomes.append(None)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(outcomes) == count
    return outcomes


def test_a_slow_worker_that_was_overtaken_changes_nothing(
    parts: Parts, database: Database, settings: Settings, storage: Storage
) -> None:
    with time_machine.travel(NEW_YEARS_EVE, tick=False) as clock:
        with database.writing() as session:
            portfolio_id = an_earner(session).id
        with database.writing() as session:
            slow = claim(session, settings, portfolio_id)
        assert slow is not None
        with pytest.raises(Retry):
            issue(work_on(parts, portfolio_id))
        clock.shift(timedelta(seconds=settings.lease_seconds + 1))
        issue(work_on(parts, portfolio_id))
        issued = only(database)
        upload = storage.begin(slow.institution_id)
        upload.write(b"%PDF-")
        with pytest.raises(ClaimedElsewhere), database.writing() as session:
            conclude(session, slow, upload.finish(), make(slow.facts, slow.badge))
    assert only(database).id == issued.id
    assert issued.number != slow.facts.number


def test_issuing_again_changes_nothing(parts: Parts, database: Database, settings: Settings) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id
    deliver_due(parts)
    first, files = only(database), files_in(settings)
    for _ in range(3):
        issue(work_on(parts, portfolio_id))
    assert only(database).id == first.id
    assert files_in(settings) == files
    with database.reading() as session:
        assert session.query(CertificateSequence).one().last == 1
