"""Nightly rounds: once a night, however many workers look, and whenever one dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import Nightly, outbox
from lti_app.jobs.models import Delivery, Round
from lti_app.jobs.rounds import SURVEY, make_rounds, next_time
from tests.world import an_institution

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture(autouse=True)
def _an_afternoon() -> Iterator[None]:
    """No night begins while a test runs, and none is an hour longer than others."""
    with time_machine.travel(datetime(2026, 11, 2, 15, tzinfo=UTC)):
        yield


def queue_one(session: Session) -> None:
    outbox.enqueue(
        session,
        kind="test.kind",
        payload={},
        institution_id=an_institution(session).id,
        order_key="night",
    )


NIGHT = Nightly("night", time(3, 15), queue_one)


def queued(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery)) or 0


def let_it_be_due(database: Database, missed: timedelta = timedelta(seconds=1)) -> None:
    with database.writing() as session:
        an_institution(session)
        session.merge(Round(name=NIGHT.name, due_at=now() - missed))


def test_a_new_round_waits_for_its_first_night(database: Database) -> None:
    assert make_rounds(database, STOCKHOLM, [NIGHT]) == []
    with database.reading() as session:
        kept = session.scalars(select(Round)).one()
    assert now() < kept.due_at <= now() + timedelta(days=1)
    assert kept.due_at.astimezone(STOCKHOLM).time() == NIGHT.at
    assert queued(database) == 0


def test_one_that_is_due_is_made_once_and_again_the_next_night(database: Database) -> None:
    let_it_be_due(database)
    assert make_rounds(database, STOCKHOLM, [NIGHT]) == ["night"]
    assert make_rounds(database, STOCKHOLM, [NIGHT]) == []
    assert queued(database) == 1
    with database.reading() as session:
        kept = session.scalars(select(Round)).one()
    assert kept.due_at > now()
    assert kept.made_at is not None


def test_nights_that_were_missed_are_made_good_by_one_round(database: Database) -> None:
    let_it_be_due(database, timedelta(days=9))
    for _ in range(3):
        make_rounds(database, STOCKHOLM, [NIGHT])
    assert queued(database) == 1


def test_of_sixteen_workers_one_makes_the_round(database: Database) -> None:
    let_it_be_due(database)
    start = threading.Barrier(16)

    def look(_: int) -> list[str]:
        start.wait()
        return make_rounds(database, STOCKHOLM, [NIGHT])

    with ThreadPoolExecutor(16) as threads:
        made = [each for each in threads.map(look, range(16)) if each]
    assert made == [["night"]]
    assert queued(database) == 1


def test_a_round_that_breaks_is_still_due(database: Database) -> None:
    let_it_be_due(database)

    def break_down(session: Session) -> None:
        queue_one(session)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        make_rounds(database, STOCKHOLM, [Nightly("night", NIGHT.at, break_down)])
    assert queued(database) == 0
    assert make_rounds(database, STOCKHOLM, [NIGHT]) == ["night"]
    assert queued(database) == 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-02T00:00", "2026-11-02T02:15"),
        ("2026-11-02T02:15", "2026-11-03T02:15"),
        ("2026-11-02T23:30", "2026-11-03T02:15"),
        ("2026-03-29T00:30", "2026-03-29T01:15"),  # the clocks go forward at 01:00 UTC
        ("2026-10-25T00:30", "2026-10-25T02:15"),  # and back
    ],
)
def test_the_next_time_is_that_of_the_clock_on_the_wall(after: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_time(NIGHT.at, STOCKHOLM, moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_sqlite_is_told_every_night_what_is_in_its_tables(database: Database) -> None:
    with database.writing() as session:
        an_institution(session)
        session.merge(Round(name=SURVEY.name, due_at=now() - timedelta(seconds=1)))
    assert make_rounds(database, STOCKHOLM, [SURVEY]) == ["survey"]
    if database.engine.dialect.name == "sqlite":
        with database.reading() as session:
            seen = session.scalars(text("SELECT tbl FROM sqlite_stat1")).all()
        assert {"institution", "round"} <= set(seen)
