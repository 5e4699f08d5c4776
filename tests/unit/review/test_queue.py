"""The queue: order, filter, pages of constant cost, and whose submissions are not in it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.service import begin_portfolio
from lti_app.portfolio.snapshots import Snapshot
from lti_app.portfolio.states import ItemKind, ItemState, SubmissionState
from lti_app.review.permissions import Scope, scope_of
from lti_app.review.queries import next_in_queue, queue_for, values_for, waiting_statement
from lti_app.review.service import approve
from lti_app.web.paging import Place, to_cursor
from tests.classroom import (
    TYPES,
    UNDO,
    Classroom,
    a_classroom,
    a_submitted_activity,
    a_submitted_report,
    with_requirements_met,
)
from tests.world import a_person, an_actor, an_enrolment

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_queue_is_oldest_first_and_shows_who_has_looked(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        later = a_submitted_activity(session, room.learning, type_code=TYPES[0], title="Senare")
        earlier = a_submitted_activity(session, room.learning, type_code=TYPES[1], title="Tidigare")
        earlier.submitted_at = later.submitted_at - timedelta(days=3)
        later.opened_at, later.opened_by_id = START, room.teacher.id
        session.flush()
        page = queue_for(session, scope_of(room.teaching), not_of=room.teacher.id)

    assert [row.title for row in page.rows] == ["Tidigare", "Senare"]
    assert [row.opened_by for row in page.rows] == ["", "Tove Lärare"]
    assert page.rows[0].student_name == "Åsa Öberg"
    assert page.next_cursor == ""


def test_test_students_decided_ones_and_ones_own_are_not_in_the_queue(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        tester = a_person(session, room.course, name="Testelev", is_test=True)
        a_submitted_activity(session, an_actor(tester, room.course))
        decided = a_submitted_activity(session, room.learning)
        approve(session, room.teaching, decided.id, undo_for=UNDO)
        an_enrolment(session, room.teacher, room.course, Role.STUDENT)
        both = an_actor(room.teacher, room.course, Role.TEACHER, Role.STUDENT)
        own = a_submitted_activity(session, both)

        assert queue_for(session, scope_of(both), not_of=room.teacher.id).rows == ()
        colleague = queue_for(session, scope_of(room.teaching), not_of=uuid.uuid4())
        assert [row.submission_id for row in colleague.rows] == [own.id]


def test_the_filter_shows_one_kind(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_requirements_met(session, room)
        report = a_submitted_report(session, room)
        activity = a_submitted_activity(session, room.learning, type_code=TYPES[3])
        scope = scope_of(room.teaching)
        found = {
            kind: [
                each.submission_id
                for each in queue_for(session, scope, not_of=room.teacher.id, kind=kind).rows
            ]
            for kind in ItemKind
        }
    assert found == {
        ItemKind.ACTIVITY: [activity.id],
        ItemKind.FINAL_REPORT: [report.id],
        ItemKind.PRESENTATION: [],
    }


def test_another_course_has_its_own_queue_and_the_institution_has_both(database: Database) -> None:
    with database.writing() as session:
        here, there = a_classroom(session), a_classroom(session)
        first = a_submitted_activity(session, here.learning)
        second = a_submitted_activity(session, there.learning)
        institution = Scope(here.course.institution_id, None)

        def ids(scope: Scope) -> list[uuid.UUID]:
            return [row.submission_id for row in queue_for(session, scope, not_of=uuid.uuid4()).rows]

        assert ids(scope_of(here.teaching)) == [first.id]
        assert ids(scope_of(there.teaching)) == [second.id]
        assert ids(institution) == [first.id, second.id]
        assert ids(Scope(uuid.uuid4(), None)) == []


def test_pages_follow_each_other_without_gap_or_repetition_even_at_the_same_moment(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        made = many_waiting(session, room, 120, at_once=30)
        scope, found, cursor = scope_of(room.teaching), [], None
        for _ in range(3):
            page = queue_for(session, scope, not_of=room.teacher.id, after=cursor)
            found += [row.submission_id for row in page.rows]
            cursor = Place.from_cursor(page.next_cursor) if page.next_cursor else None
    assert len(found) == len(set(found)) == 120
    assert set(found) == set(made)
    assert cursor is None


def test_the_next_one_is_the_one_after_this_place(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        many_waiting(session, room, 3)
        rows = queue_for(session, scope_of(room.teaching), not_of=room.teacher.id).rows
        places = [Place(row.submitted_at, row.submission_id) for row in rows]
        following = [
            next_in_queue(session, scope_of(room.teaching), not_of=room.teacher.id, kind=None, after=place)
            for place in places
        ]
    assert following == [rows[1].submission_id, rows[2].submission_id, None]


@pytest.mark.parametrize(
    "word",
    [
        "x",
        "W10",
        "WyJub3QgYSB0aW1lIiwieCJd",
        "å",
        "[" * 5000,
        to_cursor("2026-01-01T00:00:00", uuid.UUID(int=1).hex),
    ],
)
def test_a_cursor_that_was_not_made_here_is_a_bad_request(word: str) -> None:
    with pytest.raises(Problem) as refusal:
        Place.from_cursor(word)
    assert refusal.value.slug == "bad-request"


@pytest.mark.parametrize("has_course", [True, False])
def test_the_database_walks_the_queue_by_its_index(database: Database, has_course: bool) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        many_waiting(session, room, 2000)
    scope = scope_of(room.teaching) if has_course else Scope(room.course.institution_id, None)
    is_sqlite = database.engine.dialect.name == "sqlite"
    place = Place(START + timedelta(seconds=900), uuid.UUID(int=0))
    statement = waiting_statement(in_course=has_course, kind=None, is_after=True)
    statement = statement.params(values_for(scope, room.teacher.id, place, 51))
    dialect = sqlite.dialect() if is_sqlite else postgresql.dialect()  # type: ignore[no-untyped-call]
    compiled = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        plan = "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{explain} {compiled}"))
    indexes = ["ix_submission_queue"] if has_course else ["ix_submission_institution_queue"]
    if not is_sqlite:  # to PostgreSQL they cost the same where the institution has one course
        indexes = ["ix_submission_queue", "ix_submission_institution_queue"]
    assert any(index in plan for index in indexes), plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan.replace("Incremental Sort", "Sort") or "Presorted Key" in plan, plan


def many_waiting(session: Session, room: Classroom, number: int, *, at_once: int = 1) -> list[uuid.UUID]:
    """So many waiting submissions of one student, `at_once` of them at each second, written in bulk."""
    portfolio: Portfolio = begin_portfolio(session, room.learning)
    frozen = Snapshot(kind=ItemKind.ACTIVITY, title="En av många", type_code=TYPES[0]).to_json()
    items, submissions = [], []
    for count in range(number):
        item_id = uuid.uuid4()
        items.append(
            {
                "id": item_id,
                "institution_id": room.course.institution_id,
                "portfolio_id": portfolio.id,
                "kind": ItemKind.ACTIVITY,
                "state": ItemState.SUBMITTED,
                "title": "En av många",
                "type_code": TYPES[0],
                "setting": "home",
            }
        )
        submissions.append(
            {
                "id": uuid.uuid4(),
                "institution_id": room.course.institution_id,
                "item_id": item_id,
                "course_id": room.course.id,
                "revision": 1,
                "snapshot": frozen,
                "state": SubmissionState.WAITING,
                "submitted_at": START + timedelta(seconds=count // at_once),
            }
        )
    session.execute(insert(Item.__table__), items)  # type: ignore[arg-type]
    session.execute(insert(Submission.__table__), submissions)  # type: ignore[arg-type]
    return [each["id"] for each in submissions]  # type: ignore[misc]
