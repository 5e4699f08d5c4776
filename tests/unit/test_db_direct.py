"""Prepared statements on the driver: the same values, errors and transactions as in a session."""

from __future__ import annotations

import os
import sqlite3
import uuid
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import bindparam, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from lti_app.db import Database, table_of
from lti_app.db import direct as direct_module
from lti_app.db.direct import Exchange, Prepared
from lti_app.lti.models import LoginState
from lti_app.people.models import Platform
from tests import world
from tests.queries import counting_queries

NOON = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=UTC)
LOGINS = table_of(LoginState).c
STORE = Prepared(insert(table_of(LoginState)), keys=LOGINS.keys())
FIND = Prepared(
    select(LOGINS.state, LOGINS.platform_id, LOGINS.expires_at, LOGINS.uses_storage).where(
        LOGINS.state == bindparam("wanted"),
        LOGINS.uses_storage == True,  # noqa: E712
    )
)
ALL = Prepared(select(LOGINS.state).order_by(LOGINS.state))
TAKE = Prepared(
    delete(table_of(LoginState)).where(LOGINS.state == bindparam("wanted")).returning(LOGINS.nonce),
    returns=[LOGINS.nonce],
)

EXCHANGE = Exchange(
    delete(table_of(LoginState)).where(LOGINS.state == bindparam("wanted")), table_of(LoginState)
)


@pytest.fixture
def platform_id(database: Database) -> uuid.UUID:
    with database.writing() as session:
        return world.a_platform(session).id


def row(platform_id: uuid.UUID, state: str = "a") -> dict[str, object]:
    texts = ("nonce", "browser_hash", "target_link_uri", "login_hint", "message_hint", "storage_target")
    return dict.fromkeys(texts, "x%sä") | {
        "state": state,
        "platform_id": platform_id,
        "uses_storage": True,
        "is_in_tab": False,
        "expires_at": NOON,
    }


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(LoginState)) or 0


def test_values_come_back_as_they_went_in(database: Database, platform_id: uuid.UUID) -> None:
    with database.direct() as direct:
        direct.do(STORE, row(platform_id))
        found = direct.one(FIND, {"wanted": "a"})
        assert (found.state, found.platform_id, found.expires_at) == ("a", platform_id, NOON)
        assert found.uses_storage is True
        assert direct.one(FIND, {"wanted": "b"}) is None
        assert direct.one(TAKE, {"wanted": "a"}).nonce == "x%sä"
        assert direct.one(TAKE, {"wanted": "a"}) is None
    with database.reading() as session:
        assert session.scalars(select(LoginState)).all() == []


def test_every_row_comes_in_order(database: Database, platform_id: uuid.UUID) -> None:
    with database.direct() as direct:
        for state in "cab":
            direct.do(STORE, row(platform_id, state))
        assert [each.state for each in direct.all(ALL, {})] == ["a", "b", "c"]


def test_a_block_that_raises_leaves_nothing(database: Database, platform_id: uuid.UUID) -> None:
    def keep(state: str, more: dict[str, object]) -> None:
        with database.direct() as direct, direct.writing():
            direct.do(STORE, row(platform_id, state))
            direct.do(STORE, row(platform_id, "last") | more)

    with pytest.raises(AttributeError):
        keep("a", {"expires_at": "no time"})
    assert count(database) == 0
    keep("b", {})
    assert count(database) == 2


def test_an_exchange_gives_one_row_for_another_once(database: Database, platform_id: uuid.UUID) -> None:
    with database.direct() as direct:
        direct.do(STORE, row(platform_id))
        assert direct.exchange(EXCHANGE, row(platform_id, "b") | {"wanted": "a"}) is True
        assert direct.exchange(EXCHANGE, row(platform_id, "c") | {"wanted": "a"}) is False
        found = direct.one(FIND, {"wanted": "b"})
        assert (found.state, found.platform_id, found.expires_at) == ("b", platform_id, NOON)
    with database.reading() as session:
        assert session.scalars(select(LoginState.state)).all() == ["b"]


def test_an_exchange_that_cannot_be_stored_gives_nothing_away(
    database: Database, platform_id: uuid.UUID
) -> None:
    def exchange_for_one_without_platform() -> None:
        with database.direct() as direct:
            direct.exchange(EXCHANGE, row(uuid.uuid4(), "b") | {"wanted": "a"})

    with database.direct() as direct:
        direct.do(STORE, row(platform_id))
    with pytest.raises(IntegrityError):
        exchange_for_one_without_platform()
    with database.reading() as session:
        assert session.scalars(select(LoginState.state)).all() == ["a"]


def test_errors_are_those_of_a_session_and_hide_the_values(
    database: Database, platform_id: uuid.UUID
) -> None:
    def keep_twice() -> None:
        with database.direct() as direct, direct.writing():
            direct.do(STORE, row(platform_id))
            direct.do(STORE, row(platform_id))

    for _ in range(3):
        with pytest.raises(IntegrityError) as raised:
            keep_twice()
        assert "x%s" not in str(raised.value)
    assert count(database) == 0


def test_a_missing_value_is_an_error(database: Database) -> None:
    with database.direct() as direct, pytest.raises(KeyError):
        direct.one(FIND, {})


def test_sessions_stay_what_they_are_beside_it(database: Database, platform_id: uuid.UUID) -> None:
    for number in range(3):
        with database.direct() as direct:
            direct.do(STORE, row(platform_id, str(number)))
        with pytest.raises(DBAPIError), database.reading() as session:
            session.execute(delete(LoginState))
        with database.writing() as session:
            session.execute(delete(LoginState))
            session.rollback()
    assert count(database) == 3


def test_its_statements_are_heard_like_all_others(database: Database, platform_id: uuid.UUID) -> None:
    with counting_queries(database.engine) as queries, database.direct() as direct, direct.writing():
        direct.do(STORE, row(platform_id))
    assert queries.count == 1


def test_a_connection_that_broke_meanwhile_is_replaced_after_a_pause(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine.dialect.name == "sqlite":
        return  # a file has no connection that could break
    monkeypatch.setattr(direct_module, "PAUSE_SECONDS", 0.0)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with database.reading() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
    with other.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    other.engine.dispose()
    with database.direct() as direct:
        assert direct.all(ALL, {}) == []
    with database.reading() as session:
        assert session.scalars(select(Platform)).all() == []


def test_a_direct_connection_that_broke_meanwhile_is_replaced_after_a_pause(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine.dialect.name == "sqlite":
        return
    with database.direct() as direct:
        direct.driver.close()
    monkeypatch.setattr(direct_module, "PAUSE_SECONDS", -1.0)
    with database.direct() as direct:
        assert direct.all(ALL, {}) == []


def test_the_same_connection_is_used_again_until_something_is_wrong_with_it(
    database: Database, platform_id: uuid.UUID
) -> None:
    def fail() -> None:
        with database.direct() as direct:
            assert direct.driver is first
            direct.do(STORE, row(platform_id))
            direct.do(STORE, row(platform_id))

    def stop() -> None:
        with database.direct() as direct:
            assert direct.driver is second
            raise KeyboardInterrupt

    with database.direct() as direct:
        first = direct.driver
    with pytest.raises(IntegrityError):
        fail()
    with database.direct() as direct:
        second = direct.driver
        assert second is not first
        assert direct.one(FIND, {"wanted": "a"}) is not None
    with pytest.raises(KeyboardInterrupt):
        stop()
    with database.direct() as direct:
        assert direct.driver is not second


def test_two_at_once_have_a_connection_each(database: Database) -> None:
    with database.direct() as one, database.direct() as other:
        assert one.driver is not other.driver
    with database.direct() as one, database.direct() as another:
        assert {one.driver, another.driver} == {one.driver, other.driver}


def test_direct_connections_end_with_the_engine(database: Database) -> None:
    closed = (sqlite3.ProgrammingError, psycopg.OperationalError)
    with database.direct() as in_use:
        with database.direct() as waiting:
            pass
        database.engine.dispose()
    with pytest.raises(closed):
        waiting.driver.execute("SELECT 1")
    with database.direct() as direct:
        assert direct.driver not in {in_use.driver, waiting.driver}
        assert direct.all(ALL, {}) == []
    in_use.driver.close()


def test_a_forked_process_opens_its_own(database: Database) -> None:
    with database.direct() as direct:
        mine = direct.driver
    child = os.fork()
    if child == 0:  # what comes of it is the exit code
        try:
            with database.direct() as direct:
                os._exit(int(direct.driver is mine or direct.all(ALL, {}) != []))
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    with database.direct() as direct:
        assert direct.driver is mine
        assert direct.all(ALL, {}) == []
