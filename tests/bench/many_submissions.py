"""An institution with very many submissions, written by the database itself: a million take a minute.

Fifty courses run the same scheme. Half of the students are in the first, the others spread over the rest;
each has forty activities, submitted once each, and every other submission waits for review. Half of the
students have their certificate, by the first version of the scheme; all others follow the second, as the
courses do. There is a delivery for every fourth submission, most of which went out.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from lti_app.db import Database, survey
from lti_app.people.actors import Actor
from lti_app.people.names import name_key
from lti_app.people.roles import Role
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.schemes.text import Text
from tests import world

COURSES = 50
EACH = 40
_TO_CORRECT = 60  # certificates, however many there are
_UNSETTLED = 100  # deliveries, however many there are
_BEGAN_AT = datetime(2020, 1, 1, tzinfo=UTC)
_TYPES = ("conference_abroad", "language_cafe", "journal_club", "virtual_tour")


@dataclass(frozen=True)
class School:
    """Who looks: a teacher of the first course, a coordinator, and a student with forty activities."""

    teaching: Actor
    coordinating: Actor
    learning: Actor
    count: int

    def submitted_at(self, share: float) -> datetime:
        """When that share of all submissions had come."""
        return _BEGAN_AT + timedelta(minutes=int(self.count * share))


def fill(database: Database, count: int) -> School:
    """Write so many submissions, of students with forty each."""
    with database.writing() as session:
        course = world.a_course(session)
        lund = bundled_schemes()["lund-medicine"]
        before = publish(session, course.institution_id, replace(lund, name=Text("Förr", "Before")))
        publish(session, course.institution_id, lund)
        setup = world.a_setup(session, course)
        ours = {name: getattr(course, name) for name in ("institution_id", "platform_id")} | {
            name: getattr(setup, name) for name in ("scheme_id", "scheme_version_id", "set_up_by_id")
        }
        ours["first_version_id"] = before.id
        teaching, coordinating = (
            world.an_actor(world.a_person(session, course, role, name="Tove Ek"), course, role)
            for role in (Role.TEACHER, Role.COORDINATOR)
        )
    students = max(1, count // EACH)
    with database.engine.connect() as connection:
        _prepare(connection)
        is_sqlite = connection.dialect.name == "sqlite"
        given: dict[str, Any] = {name: each.hex if is_sqlite else each for name, each in ours.items()}
        given |= {"students": students, "every": max(2, count // 4 // _UNSETTLED)}
        for what, (columns, values) in _ROWS.items():
            statement = text(_INSERT.format(what=what, columns=columns, values=values))
            rows = _rows(what, count, students)
            if rows:
                with _without_indexes(connection, what):
                    connection.execute(statement, given | {"last": rows - 1})
        connection.commit()
    database.engine.dispose()  # and with it what only this connection was allowed
    _look_after(database)
    return School(
        teaching=replace(teaching, course_id=_id("course", 0)),
        coordinating=replace(coordinating, course_id=None),
        learning=replace(
            teaching,
            person_id=_id("person", 0),
            course_id=_id("course", 0),
            roles=frozenset({Role.STUDENT}),
        ),
        count=count,
    )


def _rows(what: str, count: int, students: int) -> int:
    """How many rows a table gets."""
    match what:
        case "course" | "course_setup":
            return COURSES
        case "item" | "submission":
            return count
        case "delivery":
            return count // 4
        case "stored_file" | "certificate":
            return students // 4 * 2
        case "certificate_correction":
            return min(_TO_CORRECT, students // 4 * 2)
    return students


@contextmanager
def _without_indexes(connection: Connection, table: str) -> Iterator[None]:
    """Make a table's indexes once its rows are there, which takes half the time."""
    found = connection.execute(text(_INDEXES[connection.dialect.name]), {"table": table}).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, definition in found:
        connection.exec_driver_sql(definition)


def _look_after(database: Database) -> None:
    """What is done for it in time: by the worker's survey, and by PostgreSQL's autovacuum."""
    with database.writing() as session:
        survey(session)
    if database.engine.dialect.name == "postgresql":
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")  # rather than while something is measured


def _id(what: str, number: int) -> uuid.UUID:
    """The id of the n-th row of a table: scattered, as real ones are, and known."""
    return uuid.UUID(_hex(what, number))


def _hex(what: str, number: int) -> str:
    return hashlib.md5(f"{what} {number}".encode(), usedforsecurity=False).hexdigest()


def _prepare(connection: Connection) -> None:
    """Teach the database `an_id` and `a_moment`, and let it not look up what every row refers to."""
    driver = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        driver.create_function("an_id", 2, _hex, deterministic=True)
        driver.create_function("a_moment", 1, _moment, deterministic=True)
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
            driver.execute(f"PRAGMA {pragma}")
        return
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION an_id(text, integer) RETURNS uuid LANGUAGE sql IMMUTABLE"
        " AS $$ SELECT md5($1 || ' ' || $2)::uuid $$"
    )
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION a_moment(integer) RETURNS timestamptz LANGUAGE sql IMMUTABLE"
        f" AS $$ SELECT timestamptz '{_BEGAN_AT.isoformat()}' + $1 * interval '1 minute' $$"
    )


def _moment(number: int) -> str:
    day, minute = divmod(number, 24 * 60)
    return f"{_day(day)} {minute // 60:02}:{minute % 60:02}:00.000000"


@cache
def _day(number: int) -> str:
    return (_BEGAN_AT + timedelta(days=number)).strftime("%Y-%m-%d")


# Those that are no constraint.
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND tbl_name = :table AND substr(name, 1, 3) = 'ix_'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes"
    " WHERE tablename = :table AND schemaname = current_schema() AND substr(indexname, 1, 3) = 'ix_'",
}
_INSERT = """
INSERT INTO {what} ({columns})
WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n < :last)
SELECT {values} FROM series ORDER BY 1
"""
_COURSE = "an_id('course', CASE WHEN n % 2 = 0 THEN 0 ELSE 1 + (n / 2) % 49 END)"
_PLACE = "n * 7919 % 100003"
_NAME_KEY = name_key("", "Åsa", "Ek ?").join("''").replace("?", f"' || {_PLACE} || '")
_COURSE_OF_ITEM = _COURSE.replace("n % 2", "n % :students % 2").replace("(n / 2)", "(n % :students / 2)")
_IS_CERTIFIED = "n / 2 % 2 = 1"
_CERTIFIED = "an_id('portfolio', n / 2 * 4 + 2 + n % 2)"  # the n-th of those
_IS_WAITING = "(n / :students) % 2 = 0"
_TYPE, _SETTING = (
    "CASE n / :students % 4"
    + "".join(f" WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    + " END"
    for words in (_TYPES, [activity_types()[code].setting for code in _TYPES])
)
_ROWS = {
    "course": (
        "id, institution_id, platform_id, context_id, label, title, lineitems_url, memberships_url,"
        " created_at",
        "an_id('course', n), :institution_id, :platform_id, 'context ' || n, 'INTM' || n, 'Kurs ' || n, '',"
        " '', a_moment(n)",
    ),
    "course_setup": (
        "course_id, institution_id, scheme_id, scheme_version_id, programme_code, set_up_by_id, set_up_at",
        "an_id('course', n), :institution_id, :scheme_id, :scheme_version_id, 'lakare', :set_up_by_id,"
        " a_moment(n)",
    ),
    "person": (
        "id, institution_id, platform_id, sub, name, given_name, family_name, name_key, email, language,"
        " is_test, created_at, last_launch_at",
        f"an_id('person', n), :institution_id, :platform_id, 'sub ' || n, 'Åsa Ek ' || {_PLACE}, 'Åsa',"
        f" 'Ek ' || {_PLACE}, {_NAME_KEY}, '', '', false, a_moment(n), a_moment(n)",
    ),
    "enrolment": (
        "id, institution_id, person_id, course_id, role, is_active, seen_at",
        f"an_id('enrolment', n), :institution_id, an_id('person', n), {_COURSE}, 'student', true,"
        " a_moment(n)",
    ),
    "portfolio": (
        "id, institution_id, person_id, scheme_id, scheme_version_id, programme_code, course_id, is_test,"
        " printed_name, created_at, certified_at",
        "an_id('portfolio', n), :institution_id, an_id('person', n), :scheme_id,"
        f" CASE WHEN {_IS_CERTIFIED} THEN :first_version_id ELSE :scheme_version_id END,"
        f" 'lakare', {_COURSE}, false, '', a_moment(n),"
        f" CASE WHEN {_IS_CERTIFIED} THEN a_moment(n / 4 * 2 + n % 2) END",
    ),
    "item": (
        "id, institution_id, portfolio_id, kind, state, version, details_version, title, type_code, setting,"
        " attributes, form, created_at, updated_at",
        "an_id('item', n), :institution_id, an_id('portfolio', n % :students), 'activity',"
        f" CASE WHEN {_IS_WAITING} THEN 'submitted' ELSE 'approved' END, 1, 1, 'Merit ' || n, {_TYPE},"
        f" {_SETTING}, '{{}}', '', a_moment(n), a_moment(n)",
    ),
    "submission": (
        "id, institution_id, item_id, course_id, revision, snapshot, state, is_test, submitted_at",
        f"an_id('submission', n), :institution_id, an_id('item', n), {_COURSE_OF_ITEM}, 1, '{{}}',"
        f" CASE WHEN {_IS_WAITING} THEN 'waiting' ELSE 'decided' END, false, a_moment(n)",
    ),
    "stored_file": (
        "id, institution_id, key, media_type, size_bytes, sha256, created_at",
        "an_id('stored_file', n), :institution_id, 'key ' || n, 'application/pdf', 1,"
        " '0000000000000000000000000000000000000000000000000000000000000000', a_moment(n)",
    ),
    "certificate": (
        "id, institution_id, portfolio_id, number, code, state, facts, stored_file_id, issued_at,"
        " revoke_reason",
        f"an_id('certificate', n), :institution_id, {_CERTIFIED}, 'CIM-' || n,"
        " CAST(100000000000 + n AS VARCHAR(12)), 'issued', '{}', an_id('stored_file', n), a_moment(n), ''",
    ),
    "certificate_correction": (
        "id, institution_id, certificate_id, kind, new_name, note, state, requested_by_id, requested_at,"
        " reply",
        "an_id('correction', n), :institution_id, an_id('certificate', n), 'other', '', 'Fel', 'requested',"
        " :set_up_by_id, a_moment(n), ''",
    ),
    "delivery": (
        "id, institution_id, course_id, kind, payload, order_key, state, reason, attempts, lease_count,"
        " not_before, created_at, finished_at",
        f"an_id('delivery', n), :institution_id, {_COURSE_OF_ITEM}, 'score', '{{}}', 'key ' || n,"
        " CASE WHEN n % :every = 0 THEN 'failed' ELSE 'sent' END,"
        " CASE WHEN n % :every = 0 THEN 'No answer' ELSE '' END, 1, 1, a_moment(n), a_moment(n),"
        " CASE WHEN n % :every = 0 THEN NULL ELSE a_moment(n) END",
    ),
}
