"""The operator's list of platforms."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.lti.operating.queries import platform_page, platform_rows
from tests import world
from tests.queries import counting_queries


def test_it_says_when_somebody_last_launched_from_each(database: Database) -> None:
    moment = now()
    days_ago = {days: moment - timedelta(days=days) for days in (1, 2, 3)}
    with database.writing() as session:
        busy, calm, quiet = (
            world.a_course(session, platform=world.a_platform(session, client_id=each)) for each in "123"
        )
        for days, course in ((3, busy), (1, busy), (2, calm)):
            world.a_person(session, course).last_launch_at = days_ago[days]
        for course in (calm, quiet):
            world.a_person(session, course).has_launched = False  # only a roster named her
    expected = {busy.platform_id: days_ago[1], calm.platform_id: days_ago[2], quiet.platform_id: None}
    with database.reading() as session:
        assert {row.id: row.last_launch_at for row in platform_rows(session)} == expected
        for platform_id, last_launch_at in expected.items():
            page = platform_page(session, platform_id)
            assert page is not None
            assert page.last_launch_at == last_launch_at


def test_it_takes_no_longer_with_more_people(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        world.a_person(session, course)
    with database.reading() as session:
        few = steps(session)
    with database.writing() as session:
        for _ in range(100):
            world.a_person(session, course)
    with database.reading() as session:
        assert steps(session) < 2 * few


def steps(session: Session) -> int:
    """How much the database does for the list: the steps that SQLite counts, of others the statements."""
    driver = session.connection().connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        with counting_queries(session.get_bind().engine) as seen:
            platform_rows(session)
        return len(seen.statements)
    taken: list[int] = []
    driver.set_progress_handler(lambda: taken.append(1), 10)
    platform_rows(session)
    driver.set_progress_handler(None, 0)
    return len(taken)
