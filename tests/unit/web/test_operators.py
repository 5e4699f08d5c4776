"""The operator's link and session: good once, for a while, for whoever has them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.settings import Settings
from lti_app.web.models import OperatorLink, OperatorSession
from lti_app.web.operators import check_link, enter, leave, load_operator, new_link, touch_operator

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def token_of_a_link(database: Database, settings: Settings, minutes: int = 15) -> str:
    with database.writing() as session:
        link = new_link(session, settings, lives=minutes * MINUTE)
    return urlsplit(link).path.rsplit("/", 1)[1]


def come_in(database: Database, settings: Settings) -> str:
    token = token_of_a_link(database, settings)
    with database.writing() as session:
        return enter(session, token)


def is_in(database: Database, settings: Settings, secret: str) -> bool:
    """Whether the session stands; it is used by that."""
    try:
        with database.writing() as session:
            touch_operator(session, load_operator(session, secret, settings.secret_key))
    except Problem as problem:
        return problem.slug != "operator-session-missing"
    return True


def test_a_link_is_spent_by_coming_in_and_not_by_looking(database: Database, settings: Settings) -> None:
    token = token_of_a_link(database, settings)
    for _ in range(2):
        with database.reading() as session:
            check_link(session, token)
    with database.writing() as session:
        enter(session, token)
    with database.writing() as session, pytest.raises(Problem, match="operator-link-used"):
        enter(session, token)
    with database.reading() as session, pytest.raises(Problem, match="operator-link-used"):
        check_link(session, token)


def test_of_many_who_use_a_link_at_once_one_comes_in(database: Database, settings: Settings) -> None:
    token = token_of_a_link(database, settings)
    secrets: list[str] = []

    def try_it() -> None:
        try:
            with database.writing() as session:
                secrets.append(enter(session, token))
        except Problem:
            pass

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 1


def test_a_link_ends_when_its_minutes_are_over(database: Database, settings: Settings) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        token = token_of_a_link(database, settings, minutes=5)
        clock.move_to(MORNING + 5 * MINUTE)
        with database.writing() as session, pytest.raises(Problem, match="operator-link-used"):
            enter(session, token)


@pytest.mark.parametrize("lives", [timedelta(0), -MINUTE, 25 * HOUR])
def test_a_link_lives_for_some_time_but_not_for_long(
    lives: timedelta, database: Database, settings: Settings
) -> None:
    with database.writing() as session, pytest.raises(ValueError, match="at most 24 hours"):
        new_link(session, settings, lives=lives)


def test_a_session_ends_two_hours_after_its_last_use(database: Database, settings: Settings) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        secret = come_in(database, settings)
        clock.move_to(MORNING + 110 * MINUTE)
        assert is_in(database, settings, secret)
        clock.move_to(MORNING + 220 * MINUTE)
        assert is_in(database, settings, secret)
        clock.move_to(MORNING + 340 * MINUTE)
        assert not is_in(database, settings, secret)


def test_a_session_ends_after_eight_hours_however_much_it_is_used(
    database: Database, settings: Settings
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        secret = come_in(database, settings)
        for hour in range(1, 8):
            clock.move_to(MORNING + hour * HOUR)
            assert is_in(database, settings, secret)
        clock.move_to(MORNING + 8 * HOUR)
        assert not is_in(database, settings, secret)


def test_leaving_ends_the_session(database: Database, settings: Settings) -> None:
    secret = come_in(database, settings)
    with database.writing() as session:
        leave(session, load_operator(session, secret, settings.secret_key))
    assert not is_in(database, settings, secret)


def test_neither_token_nor_secret_is_in_the_database(database: Database, settings: Settings) -> None:
    secret, token = come_in(database, settings), token_of_a_link(database, settings)
    with database.reading() as session:
        kept = [*session.scalars(select(OperatorLink.token_hash))]
        kept += session.scalars(select(OperatorSession.secret_hash))
    assert len(kept) == 2
    assert not {secret, token} & set(kept)


def test_what_has_expired_is_cleared_away_by_the_next_link(database: Database, settings: Settings) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        come_in(database, settings)
        token_of_a_link(database, settings)
        clock.move_to(MORNING + 9 * HOUR)
        token_of_a_link(database, settings)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OperatorLink)) == 1
        assert session.scalar(select(func.count()).select_from(OperatorSession)) == 0


def test_a_form_belongs_to_its_session(database: Database, settings: Settings) -> None:
    first, second = come_in(database, settings), come_in(database, settings)
    with database.reading() as session:
        tokens = {load_operator(session, each, settings.secret_key).csrf_token for each in (first, second)}
        tokens.add(load_operator(session, first, "another secret").csrf_token)
    assert len(tokens) == 3


def test_a_session_that_is_left_while_it_is_touched_stays_left(
    database: Database, settings: Settings
) -> None:
    secret = come_in(database, settings)
    with database.reading() as session:
        operator = load_operator(session, secret, settings.secret_key)
    for act in (leave, touch_operator):
        with database.writing() as session:
            act(session, operator)
    assert not is_in(database, settings, secret)
