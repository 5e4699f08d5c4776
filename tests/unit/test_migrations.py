"""The database's history leads to what the models say: tables, columns, and every constraint."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, column, insert, inspect, select, text
from sqlalchemy import table as as_it_was
from sqlalchemy.orm import Session

from lti_app import migrations
from lti_app.db import Base, Database, insert_into, make_engine
from lti_app.people.models import Person
from lti_app.portfolio.models import Portfolio
from lti_app.tables import ALL_MODELS
from tests import world
from tests.unit.certificates.test_certified_at import BEGAN_AT, School

assert ALL_MODELS
_SCHEMA = "built_from_models"


@pytest.fixture
def empty(database: Database, tmp_path: Path) -> Iterator[Engine]:
    """A database beside the test's own in which nothing is."""
    if database.engine.dialect.name == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    else:
        with database.engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {_SCHEMA}"))
        url = database.engine.url.update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
        engine = make_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    if database.engine.dialect.name != "sqlite":
        with database.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {_SCHEMA} CASCADE"))


def described(engine: Engine) -> dict[str, Any]:
    """Every table with its columns, constraints and indexes, as the database itself tells them."""
    looked = inspect(engine)
    return {
        table: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"]) for each in looked.get_columns(table)
            },
            "key": looked.get_pk_constraint(table),
            "checks": sorted((each["name"], each["sqltext"]) for each in looked.get_check_constraints(table)),
            "unique": sorted(
                (each["name"], each["column_names"]) for each in looked.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (each["name"], each["constrained_columns"], each["referred_table"], str(each["options"]))
                for each in looked.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (each["name"], each["unique"], each["column_names"], _condition(each))
                for each in looked.get_indexes(table)
            ),
        }
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def _condition(index: Any) -> str:
    options = index.get("dialect_options", {})
    return next((str(value) for name, value in options.items() if name.endswith("_where")), "")


def test_the_newest_revision_is_known_without_alembic() -> None:
    folder = Path(migrations.__file__).parent
    assert migrations.newest() == ScriptDirectory(str(folder)).get_current_head()


def test_a_database_without_tables_or_of_another_revision_is_not_current(empty: Engine) -> None:
    assert not migrations.is_current(empty)
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0000')"))
    assert not migrations.is_current(empty)


def test_nothing_is_left_to_migrate(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_history_and_models_build_the_same_database(database: Database, empty: Engine) -> None:
    Base.metadata.create_all(empty)
    assert described(database.engine) == described(empty)


def test_every_constraint_has_a_name(database: Database) -> None:
    tables = described(database.engine)
    assert "ck_stored_file_size_positive" in {name for name, _ in tables["stored_file"]["checks"]}
    for table, found in tables.items():
        for kind in ("checks", "unique", "foreign", "indexes"):
            assert all(entry[0] for entry in found[kind]), f"{table}: {kind} without a name"


def test_a_database_that_was_never_migrated_is_not_current(empty: Engine) -> None:
    assert not migrations.is_current(empty)
    migrations.upgrade(empty)
    assert migrations.is_current(empty)


def test_portfolios_learn_of_the_certificates_that_are_there_already(
    database: Database, empty: Engine
) -> None:
    with database.writing() as session:
        school = School(session)
        for act, number in (("issue", 0), ("correct", 0), ("issue", 1), ("revoke", 1)):
            school.do(act, number)
    bring_to(empty, "0010")
    copy_rows(database.engine, empty)
    migrations.upgrade(empty)
    with Session(empty) as session:
        told = {row.id: row.certified_at for row in session.scalars(select(Portfolio))}
    first, second, third = (each.id for each in school.portfolios)
    assert told == {first: BEGAN_AT + timedelta(minutes=2), second: None, third: None}


def test_everybody_who_is_there_already_gets_a_place_in_lists(database: Database, empty: Engine) -> None:
    families = ("Ängström", "Öberg", "Łoś", "Åkesson", "Çelik")
    with database.writing() as session:
        course = world.a_course(session)
        where = {"institution_id": course.institution_id, "platform_id": course.platform_id}
        people = [where | {"sub": str(n), "family_name": families[n % 5]} for n in range(2500)]
        session.execute(insert_into(session, Person), people)
        there = dict(session.execute(select(Person.id, Person.name_key)).all())
    bring_to(empty, "0011")
    copy_rows(database.engine, empty)
    migrations.upgrade(empty)
    with Session(empty) as session:
        assert dict(session.execute(select(Person.id, Person.name_key)).all()) == there
        by_key = session.scalars(select(Person.family_name).order_by(Person.name_key, Person.id))
        assert list(dict.fromkeys(by_key)) == ["Çelik", "Łoś", "Åkesson", "Ängström", "Öberg"]


def bring_to(engine: Engine, revision: str) -> None:
    """Let a database without tables be as it was then."""
    config = migrations._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def copy_rows(source: Engine, target: Engine) -> None:
    """Fill an older database with the same rows, as far as it has columns for them."""
    with source.connect() as there, target.begin() as here:
        inside = inspect(here)
        for model in Base.metadata.sorted_tables:
            names = {each["name"] for each in inside.get_columns(model.name)}
            columns = (column(each.name, each.type) for each in model.c if each.name in names)
            then = as_it_was(model.name, *columns)
            rows = there.execute(select(then)).mappings().all()
            if rows:
                here.execute(insert(then), [dict(each) for each in rows])


def test_processes_that_migrate_at_once_take_turns(empty: Engine) -> None:
    raised: list[BaseException] = []
    ready = threading.Barrier(4)

    def upgrade() -> None:
        try:
            ready.wait(30)
            migrations.upgrade(empty)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    assert migrations.is_current(empty)
