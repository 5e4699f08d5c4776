"""People in lists: by family name in the Swedish order, alike on both databases, and everybody once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from lti_app.db import Database, insert_into, new_id, table_of
from lti_app.home.class_queries import ClassRow, class_page
from lti_app.people.models import Course, Enrolment, Person
from lti_app.people.names import KEY_CHARS, name_key
from lti_app.people.roles import Role
from lti_app.web.paging import from_cursor, to_cursor
from tests import world

IN_ORDER = (
    ("Ali", "Abdi"),
    ("Zoë", "af Ugglas"),
    ("Can", "Çelik"),
    ("Émile", "Dahl"),
    ("Erik", "Dahl"),
    ("Örjan", "Dahl"),
    ("Anna", "Dahl Berg"),
    ("Anna", "Dahl-Berg"),
    ("Anna", "Dahlberg"),
    ("Jón", "Guðmundsson"),
    ("Łukasz", "Łoś"),
    ("Uwe", "Müller"),
    ("Nam", "Nguyễn"),
    ("Seán", "O’Brien"),
    ("Ida", "Sjöberg"),
    ("Ida", "Sjögren"),
    ("Jan", "Strauß"),
    ("Jan", "Svensson"),
    ("Per", "von Essen"),
    ("Per", "Wiklund"),
    ("Eva", "Zetterlund"),
    ("Eva", "ÅBERG"),
    ("Eva", "Åkesson"),
    ("Eva", "Ängström"),
    ("Eva", "Ærø"),
    ("Eva", "Öberg"),
    ("Eva", "Østergaard"),
    ("Eva", "Öström"),
    ("Ιωάννης", "Παπαδόπουλος"),
)
STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NAMES = st.text(STORABLE, max_size=20) | st.sampled_from([each for name in IN_ORDER for each in name])
PEOPLE = st.lists(st.tuples(NAMES, NAMES), max_size=8)


def key_of(given_name: str, family_name: str) -> str:
    return name_key(f"{given_name} {family_name}", given_name, family_name)


@given(st.permutations(IN_ORDER))
def test_swedish_names_come_in_the_order_of_a_swedish_register(people: list[tuple[str, str]]) -> None:
    assert sorted(people, key=lambda each: key_of(*each)) == list(IN_ORDER)


def test_who_has_only_a_whole_name_stands_by_that_and_who_has_none_comes_first() -> None:
    named = [("Öst", "", ""), ("", "Bo", "Ek"), ("Madonna", "", ""), ("", "", ""), ("Cher X", "Cher", "")]
    assert sorted(named, key=lambda each: name_key(*each)) == [named[each] for each in (3, 4, 1, 2, 0)]


@given(NAMES, NAMES)
def test_a_key_has_visible_signs_only_and_its_cursor_comes_back(given_name: str, family_name: str) -> None:
    key = key_of(given_name * 20, family_name * 20)
    assert len(key) <= KEY_CHARS
    assert all(part.isprintable() for part in key.split("\t", 1))
    assert from_cursor(to_cursor(key, uuid.uuid4().hex), 2)[0] == key


def test_the_longest_key_of_the_rarest_letters_fits_a_cursor() -> None:
    key = key_of("𞤀" * 300, "𞤁" * 300)
    assert from_cursor(to_cursor(key, uuid.uuid4().hex), 2)[0] == key


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(PEOPLE)
def test_pages_of_a_class_show_everybody_once_in_the_order_of_their_keys(
    database: Database, people: list[tuple[str, str]]
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        a_class(session, course, people)
        found = [each.person_id for each in walked(session, course)]
        keys = {each: session.get_one(Person, each).name_key for each in found}
    assert len(found) == len(keys) == len(people)
    assert sorted(keys.values()) == sorted(key_of(*each) for each in people)
    assert found == sorted(found, key=lambda each: (keys[each], each))


def test_who_is_renamed_gets_another_place(database: Database) -> None:
    with database.writing() as session:
        person = world.a_person(session, world.a_course(session), name="Åsa Öberg")
        person.family_name = "Ek"
        session.flush()
        session.expire(person)
        assert person.name_key == key_of("Åsa", "Ek")


def test_postgresql_compares_keys_by_code_point_whatever_its_language() -> None:
    table = str(CreateTable(table_of(Person)).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert f'name_key VARCHAR({KEY_CHARS}) COLLATE "C"' in table


@pytest.mark.parametrize("is_after", [False, True])
def test_a_class_is_put_in_order_by_its_index(database: Database, is_after: bool) -> None:
    """Of a large institution only the people of the class are looked at, each in the index of names."""
    with database.writing() as session:
        large, small = world.a_course(session), world.a_course(session)
        a_class(session, large, [("Eva", f"Ek {number}") for number in range(10_000)])
        a_class(session, small, [("Bo", f"Ek {number}") for number in range(20)])
        session.execute(text("ANALYZE"))
    after = to_cursor(key_of("Bo", "Ek 5"), uuid.UUID(int=1).hex) if is_after else ""
    with sent_through(database.engine) as sent, database.reading() as session:
        class_page(session, small.institution_id, small.id, after=after)
    (asked,) = (each for each in sent if "ORDER BY person.name_key, person.id" in each[0])
    is_sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        rows = connection.exec_driver_sql(f"{explain} {asked[0]}", asked[1])
        plan = "\n".join(str(tuple(row)) for row in rows)
    indexes = ["ix_person_names"]
    if not is_sqlite:  # to PostgreSQL all three cost the same
        indexes += ["pk_person", "uq_person_id_institution_id"]
    assert "ix_enrolment_course" in plan, plan
    assert any(index in plan for index in indexes), plan
    assert not is_sqlite or ("name_key>?" in plan) == is_after, plan


@contextmanager
def sent_through(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements of the block, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def walked(session: Session, course: Course) -> Iterator[ClassRow]:
    """The class, three at a time."""
    page = class_page(session, course.institution_id, course.id, rows=3)
    yield from page.rows
    while page.next_cursor:
        page = class_page(session, course.institution_id, course.id, rows=3, after=page.next_cursor)
        yield from page.rows


def a_class(session: Session, course: Course, people: list[tuple[str, str]]) -> None:
    """So many students in the course, written in bulk."""
    where = {"institution_id": course.institution_id}
    rows = [
        where
        | {"id": new_id(), "platform_id": course.platform_id, "sub": str(uuid.uuid4())}
        | {"name": f"{given_name} {family_name}", "given_name": given_name, "family_name": family_name}
        for given_name, family_name in people
    ]
    places = [
        where | {"id": new_id(), "course_id": course.id, "person_id": row["id"], "role": Role.STUDENT}
        for row in rows
    ]
    if people:
        session.execute(insert_into(session, Person), rows)
        session.execute(insert_into(session, Enrolment), places)
