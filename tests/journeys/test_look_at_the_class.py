"""A teacher looks at the class, and at one student's portfolio."""

from __future__ import annotations

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item
from lti_app.portfolio.service import Details, add_activity, begin_portfolio, withdraw
from lti_app.review.service import approve, return_
from tests.classroom import TYPES, UNDO, a_classroom, a_submitted_activity
from tests.journeys.reviewing import Visiting
from tests.queries import counting_queries
from tests.world import a_course, a_person, an_actor


def test_a_course_without_students_and_one_without_set_up_say_so(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        bare = a_course(session)
        teacher = an_actor(a_person(session, bare, Role.TEACHER), bare, Role.TEACHER)
    assert "not set up yet" in visit(teacher).page("/class").text
    visit(teacher).post("/set-up/choose", {"scheme": "lund-medicine", "programme": "lakare"})
    assert "No students yet" in visit(teacher).page("/class").text


def test_the_table_shows_students_against_requirements(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        a_person(session, room.course, name="Ny Nilsson")
        approve(session, room.teaching, a_submitted_activity(session, room.learning).id, undo_for=UNDO)
        portfolio = begin_portfolio(session, room.learning)
    teacher = visit(room.teaching)
    table = teacher.page("/class")
    assert table.links["Åsa Öberg"].endswith(f"/class/{portfolio.id}")
    assert "1 of 3" in table.text
    assert "Ny Nilsson Not started" in table.text
    assert "Ny Nilsson" not in table.links


def test_a_students_page_shows_progress_and_why_items_and_what_happened(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        first = a_submitted_activity(session, room.learning, title="Första")
        approve(session, room.teaching, first.id, undo_for=UNDO, comment="Fint gjort")
        again = a_submitted_activity(session, room.learning, title="Samma typ")
        approve(session, room.teaching, again.id, undo_for=UNDO)
        third = a_submitted_activity(session, room.learning, type_code=TYPES[1], title="Tredje")
        return_(session, room.teaching, third.id, undo_for=UNDO, comment="Intyget saknas")
        portfolio = begin_portfolio(session, room.learning)
    teacher = visit(room.teaching)
    with counting_queries(database.engine) as seen:
        shown = teacher.page(f"/class/{portfolio.id}")
    assert seen.count <= 11
    assert shown.h1 == "Åsa Öberg"
    assert "1 of 3 different types" in shown.text
    assert "a type counts once" in shown.text
    assert "Intyget saknas" in shown.text
    assert f"/review/{third.id}" in shown.links["Tredje"]


def test_a_students_page_tells_nothing_that_she_has_not_sent(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        details = Details(title="Bara ett utkast")
        add_activity(session, room.learning, TYPES[0], details)
        sent = a_submitted_activity(session, room.learning, type_code=TYPES[1], title="Inskickad titel")
        return_(session, room.teaching, sent.id, undo_for=UNDO, comment="Skriv mer")
        item = session.get_one(Item, sent.item_id)
        item.title = "Omskriven men inte inskickad"
        gone = a_submitted_activity(session, room.learning, type_code=TYPES[2], title="Tillbakadragen")
        withdraw(session, room.learning, gone.item_id)
        portfolio = begin_portfolio(session, room.learning)
    shown = visit(room.teaching).page(f"/class/{portfolio.id}").text
    assert "Inskickad titel" in shown
    for unsent in ("Bara ett utkast", "Omskriven", "Tillbakadragen"):
        assert unsent not in shown


def test_a_student_page_is_for_the_staff_of_her_course(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room, other = a_classroom(session), a_classroom(session)
        portfolio = begin_portfolio(session, room.learning)
    path = f"/class/{portfolio.id}"
    assert visit(room.teaching).get(path).status_code == 200
    for actor in (room.learning, other.teaching, other.learning):
        assert visit(actor).get(path).status_code == 404
