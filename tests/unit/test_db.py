"""The two ways to use the database: one cannot write, the other holds the lock before its first select."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from lti_app import migrations
from lti_app.db import Database, after_commit, survey
from lti_app.people.models import Deployment, Institution, Platform
from tests import world

THREADS = 4
TIMES = 25


def in_threads(act: Callable[[], None], count: int = THREADS) -> list[BaseException]:
    """Do `act` in so many threads at once; what they raised."""
    raised: list[BaseException] = []
    ready = threading.Barrier(count)

    def run() -> None:
        try:
            ready.wait(30)
            act()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return raised


def a_counter(database: Database) -> Callable[[], int]:
    """A platform whose name is a number; what it counts to now."""
    with database.writing() as session:
        world.a_platform(session).name = "0"

    def value() -> int:
        with database.reading() as session:
            return int(session.query(Platform).one().name)

    return value


def test_a_reading_session_cannot_write(database: Database) -> None:
    with database.writing() as session:
        world.an_institution(session, "Before")
    with database.reading() as session:
        assert session.query(Institution).one().name == "Before"
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            session.execute(update(Institution).values(name="After"))
    with database.reading() as session:
        session.add(Institution(name="Another"))
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            session.flush()
    with database.writing() as session:
        assert [found.name for found in session.query(Institution)] == ["Before"]


def test_the_same_connection_can_write_again_after_it_was_read_with(database: Database) -> None:
    for number in range(3):
        with database.reading() as session:
            assert session.query(Institution).count() == number
        with database.writing() as session:
            world.an_institution(session, str(number))


def test_four_threads_that_count_lose_nothing(database: Database) -> None:
    value = a_counter(database)

    def count() -> None:
        for _ in range(TIMES):
            with database.writing() as session:
                # On SQLite the transaction is the lock; on PostgreSQL the row is.
                platform = session.query(Platform).with_for_update().one()
                platform.name = str(int(platform.name) + 1)

    assert in_threads(count) == []
    assert value() == THREADS * TIMES


def test_readers_go_on_while_somebody_writes(database: Database) -> None:
    value = a_counter(database)
    with database.writing() as session:
        session.query(Platform).with_for_update().one().name = "7"
        session.flush()
        assert in_threads(lambda: assert_equal(value(), 0)) == []
    assert value() == 7


def assert_equal(found: object, wanted: object) -> None:
    assert found == wanted


def test_a_writing_session_waits_for_the_lock_before_it_looks(database: Database) -> None:
    """Otherwise what it saw would be old when it writes."""
    value = a_counter(database)
    holding, looked = threading.Event(), threading.Event()

    def hold() -> None:
        with database.writing() as session:
            platform = session.query(Platform).with_for_update().one()
            holding.set()
            assert not looked.wait(0.3), "the other one did not wait"
            platform.name = "1"

    def look() -> None:
        assert holding.wait(30)
        with database.writing() as session:
            platform = session.query(Platform).with_for_update().one()
            looked.set()
            platform.name = str(int(platform.name) + 1)

    acts = [hold, look]

    def one_of_them() -> None:
        acts.pop()()

    assert in_threads(one_of_them, 2) == []
    assert value() == 2


def test_what_raises_is_rolled_back(database: Database) -> None:
    def write_and_raise() -> None:
        with database.writing() as session:
            world.an_institution(session, "Gone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_raise()
    with database.reading() as session:
        assert session.query(Institution).count() == 0


def test_acts_for_after_the_commit_see_what_was_committed(database: Database) -> None:
    seen: list[int] = []

    def look() -> None:
        with database.reading() as session:
            seen.append(session.query(Institution).count())

    with database.writing() as session:
        world.an_institution(session)
        after_commit(session, look)
        after_commit(session, look)
        assert seen == []
    assert seen == [1, 1]


def test_acts_for_after_the_commit_are_forgotten_by_a_rollback(database: Database) -> None:
    done: list[str] = []

    def raise_in_the_block() -> None:
        with database.writing() as session:
            after_commit(session, lambda: done.append("before the raise"))
            raise RuntimeError

    def fail_at_the_commit() -> None:
        with database.writing() as session:
            after_commit(session, lambda: done.append("before a commit that fails"))
            session.add_all([Institution(name="Twice"), Institution(name="Twice")])

    with pytest.raises(RuntimeError):
        raise_in_the_block()
    with pytest.raises(IntegrityError):
        fail_at_the_commit()
    assert done == []


def test_an_act_after_the_commit_that_fails_does_not_undo_or_hide_anything(database: Database) -> None:
    done: list[str] = []

    def fail() -> None:
        raise OSError("the queue is gone")

    with database.writing() as session:
        world.an_institution(session)
        after_commit(session, fail)
        after_commit(session, lambda: done.append("the next one"))
    assert done == ["the next one"]
    with database.reading() as session:
        assert session.query(Institution).count() == 1


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    in_stockholm = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        session.add(Institution(name="A", created_at=in_stockholm))
    with database.reading() as session:
        found = session.query(Institution).filter(Institution.created_at == in_stockholm).one()
    assert found.created_at == datetime(2026, 7, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert found.created_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="times are aware UTC"), database.writing() as session:
        session.add(Institution(name="A", created_at=naive))


def test_times_compare_in_the_database_whatever_zone_they_were_given_in(database: Database) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    with database.writing() as session:
        session.add_all(
            [
                Institution(name="Earlier", created_at=noon - timedelta(microseconds=1)),
                Institution(name="Later", created_at=noon.astimezone(timezone(timedelta(hours=-9)))),
            ]
        )
    with database.reading() as session:
        found = session.query(Institution).filter(Institution.created_at >= noon).all()
    assert [each.name for each in found] == ["Later"]


def test_foreign_keys_hold(database: Database) -> None:
    with database.writing() as session:
        deployment = world.a_deployment(session)
        ids = deployment.platform_id
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("DELETE FROM platform"))
    with database.reading() as session:
        assert session.get_one(Platform, ids)
        assert session.query(Deployment).count() == 1


def test_asking_whether_the_database_is_current_takes_no_write_lock(database: Database) -> None:
    with database.writing() as session:
        world.an_institution(session)
        assert in_threads(lambda: assert_equal(migrations.is_current(database.engine), True), 2) == []


def test_what_writes_in_turns_lets_others_write_in_between(database: Database) -> None:
    """Without a rest after each step, SQLite keeps whoever waits for the lock waiting until the last one."""
    steps, is_under_way = 40, threading.Event()
    done: list[float] = []
    met: list[int] = []  # how many steps were done when the other one wrote

    def step(session: Session) -> bool:
        session.execute(text("UPDATE institution SET name = name"))
        is_under_way.set()
        time.sleep(0.03)
        done.append(time.monotonic())
        return len(done) < steps

    def write() -> None:
        is_under_way.wait(30)
        with database.writing() as session:
            session.execute(text("UPDATE institution SET name = name"))
            met.append(len(done))

    waiting = threading.Thread(target=write)
    waiting.start()
    database.write_in_turns(step)
    waiting.join(30)
    assert len(done) == steps
    assert met[0] < steps


def test_what_writes_in_turns_rests_from_its_work_and_not_from_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_held, rests, left, released_at = threading.Event(), list[float](), [True, False], list[float]()
    monkeypatch.setattr(time, "sleep", rests.append)

    def hold() -> None:
        with database.writing() as session:
            session.execute(text("UPDATE institution SET name = name"))
            is_held.set()
            threading.Event().wait(0.5)
            released_at.append(time.monotonic())

    def step(session: Session) -> bool:
        session.execute(text("UPDATE institution SET name = name"))
        return left.pop(0)

    holding = threading.Thread(target=hold)
    holding.start()
    is_held.wait(30)
    database.write_in_turns(step)
    over_at = time.monotonic()
    holding.join(30)
    assert len(rests) == (database.engine.dialect.name == "sqlite"), "PostgreSQL lets others in by itself"
    assert all(rest < over_at - released_at[0] for rest in rests)


def test_what_writes_in_turns_keeps_what_was_done_before_a_step_breaks(database: Database) -> None:
    names = iter(("first", "second"))

    def step(session: Session) -> bool:
        world.an_institution(session, name := next(names))
        if name == "second":
            raise KeyError
        return True

    with pytest.raises(KeyError):
        database.write_in_turns(step)
    with database.reading() as session:
        assert [each.name for each in session.query(Institution)] == ["first"]


def test_a_connection_of_sqlite_that_is_open_chooses_indexes_by_the_latest_survey(tmp_path: Path) -> None:
    """PostgreSQL tells its connections by itself."""
    database = Database(f"sqlite:///{tmp_path}/surveyed.db")
    with database.writing() as session:
        session.execute(text("CREATE TABLE pair (a, b)"))
        session.execute(text("CREATE INDEX by_a ON pair (a)"))
        session.execute(text("CREATE INDEX by_b ON pair (b)"))
    numbers = "WITH c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT 500)"
    nights = (("n, 1", "by_a"), ("1, n", "by_b"), ("n, 1", "by_a"))
    with database.direct() as opened:
        for night, (columns, index) in enumerate(nights):
            with database.writing() as session:
                session.execute(text("DELETE FROM pair"))
                session.execute(text(f"INSERT INTO pair {numbers} SELECT {columns} FROM c"))
                survey(session)
            opened.driver.execute("SELECT a FROM pair WHERE a = 1 AND b = 1").fetchall()
            # What explains is kept by its words, and not made anew.
            plan = opened.driver.execute(f"EXPLAIN QUERY PLAN SELECT {night} FROM pair WHERE a = 1 AND b = 1")
            assert index in plan.fetchone()[3]
