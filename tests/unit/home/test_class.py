"""The class table and a student's page for her teacher."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lti_app.certificates.stages import Stage
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.home.class_queries import class_page
from lti_app.home.queries import student_home
from lti_app.i18n import catalogue
from lti_app.people.models import Enrolment
from lti_app.people.roles import Role
from lti_app.portfolio.service import begin_portfolio
from lti_app.portfolio.states import ItemState
from lti_app.review.service import approve
from lti_app.schemes.service import set_up_course
from lti_app.schemes.shown import Cell, columns
from lti_app.web.paging import to_cursor
from tests.classroom import (
    TYPES,
    UNDO,
    a_classroom,
    a_submitted_activity,
    a_submitted_report,
    with_requirements_met,
)
from tests.queries import counting_queries
from tests.world import a_course, a_person, an_actor, an_enrolment


def test_a_row_shows_how_far_a_student_has_come(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        approve(session, room.teaching, a_submitted_activity(session, room.learning).id, undo_for=UNDO)
        a_submitted_activity(session, room.learning, type_code=TYPES[1])
        page = class_page(session, room.course.institution_id, room.course.id)

    (row,) = page.rows
    assert page.progress is not None
    assert row.progress is not None
    (column,) = columns(page.progress, catalogue("en"))
    assert (column.heading, column.of(row.progress), row.waiting) == ("Different types", Cell(1, 3, False), 1)
    assert (row.report, row.presentation, row.certificate) == (None, None, Stage.OPEN)
    assert row.last_change_at is not None


def test_the_report_shows_its_state(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_requirements_met(session, room)
        a_submitted_report(session, room)
        (row,) = class_page(session, room.course.institution_id, room.course.id).rows
    assert row.report is ItemState.SUBMITTED
    assert row.progress is not None
    assert row.progress.met


def test_one_who_has_not_started_is_in_the_table_and_who_does_not_belong_is_not(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_person(session, room.course, name="Testelev", is_test=True)
        gone = a_person(session, room.course, name="Borta Bengtsson")
        session.scalars(select(Enrolment).where(Enrolment.person_id == gone.id)).one().is_active = False
        a_person(session, a_course(session), name="Annan Kurs")
        (row,) = class_page(session, room.course.institution_id, room.course.id).rows
    assert row.name == "Åsa Öberg"
    assert row.progress is None
    assert not row.is_elsewhere


def test_one_who_works_on_it_in_another_course_is_shown_so_and_not_more(database: Database) -> None:
    with database.writing() as session:
        here, there = a_classroom(session), a_classroom(session)
        an_enrolment(session, there.student, here.course)
        begin_portfolio(session, there.learning)
        rows = class_page(session, here.course.institution_id, here.course.id).rows
        (row,) = [each for each in rows if each.person_id == there.student.id]
    assert row.is_elsewhere
    assert row.portfolio_id is None


def test_who_has_begun_keeps_the_scheme_when_the_course_is_set_up_with_another(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_submitted_activity(session, room.learning)
        begun = begin_portfolio(session, room.learning)
        idle = an_actor(a_person(session, room.course, name="Ida Ek"), room.course)
        begin_portfolio(session, idle)  # nothing in it
        set_up_course(session, room.teaching, "malmo", "sjukskoterska")

        assert begin_portfolio(session, room.learning).id == begun.id
        home, its = student_home(session, room.learning), student_home(session, idle)
        assert home is not None
        assert its is not None
        assert (home.document.slug, len(home.activities)) == ("lund-medicine", 1)
        assert (its.document.slug, its.portfolio_id) == ("malmo", None)
        rows = class_page(session, room.course.institution_id, room.course.id).rows
        assert {each.name: each.other_scheme and each.other_scheme.en for each in rows} == {
            "Åsa Öberg": "Lund, Medicine",
            "Ida Ek": None,
        }
        assert [each.progress is None for each in rows] == [True, False]

        later = a_submitted_activity(session, idle)
        assert later.course_id == room.course.id
        home = student_home(session, idle)
        assert home is not None
        assert home.document.slug == "malmo"


def test_a_portfolio_with_nothing_in_it_does_not_hide_work_under_another_scheme(database: Database) -> None:
    with database.writing() as session:
        room, elsewhere = a_classroom(session), a_classroom(session)
        a_submitted_activity(session, room.learning)
        begun = begin_portfolio(session, room.learning)
        for each in (elsewhere, room):
            set_up_course(session, each.teaching, "malmo", "sjukskoterska")
        there = an_actor(room.student, elsewhere.course)
        idle = begin_portfolio(session, there)
        assert begin_portfolio(session, room.learning).id == begun.id
        rows = class_page(session, room.course.institution_id, room.course.id).rows
        assert [each.portfolio_id for each in rows] == [begun.id]

        a_submitted_activity(session, there)
        assert begin_portfolio(session, room.learning).id == idle.id


def test_pages_of_students_follow_each_other_by_family_name(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        names = ["Bo Berg", "Ann Berg", "Cia Alm", "Dan Dal"]
        for name in names:
            a_person(session, room.course, name=name)
        found, cursor = [], ""
        for _ in range(3):
            page = class_page(session, room.course.institution_id, room.course.id, after=cursor, rows=2)
            found += [row.name for row in page.rows]
            cursor = page.next_cursor
    assert found == ["Cia Alm", "Ann Berg", "Bo Berg", "Dan Dal", "Åsa Öberg"]
    assert cursor == ""


def test_the_number_of_queries_does_not_grow_with_the_class(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_submitted_activity(session, room.learning)
    with counting_queries(database.engine) as few, database.reading() as session:
        class_page(session, room.course.institution_id, room.course.id)
    with database.writing() as session:
        for number in range(10):
            student = a_person(session, room.course, name=f"Student {number}")
            a_submitted_activity(session, an_actor(student, room.course))
    with counting_queries(database.engine) as many, database.reading() as session:
        assert len(class_page(session, room.course.institution_id, room.course.id).rows) == 11
    assert few.count == many.count <= 5


@pytest.mark.parametrize("cursor", ["x", to_cursor("a"), to_cursor("a", "no-id")])
def test_a_foreign_cursor_is_a_bad_request(database: Database, cursor: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with pytest.raises(Problem) as refusal:
            class_page(session, room.course.institution_id, room.course.id, after=cursor)
    assert refusal.value.slug == "bad-request"


def test_a_course_without_set_up_has_no_lines(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        a_person(session, course, Role.STUDENT)
        page = class_page(session, course.institution_id, course.id)
    assert page.setup is None
    assert (page.document, page.progress) == (None, None)
