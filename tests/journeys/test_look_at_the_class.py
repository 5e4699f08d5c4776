"""A teacher looks at the class, and at one student's portfolio."""

from __future__ import annotations

from lti_app.certificates.afterwards import allow_another, revoke
from lti_app.certificates.models import RevokeReason
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import DeliveryState
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.service import Details, add_activity, begin_portfolio, withdraw
from lti_app.review.service import approve, return_
from lti_app.web.context import Parts
from tests import world
from tests.classroom import TYPES, UNDO, a_classroom, a_submitted_activity, leave_issuing_to_staff
from tests.journeys.reviewing import Visiting
from tests.queries import counting_queries
from tests.unit.certificates.issuing import certificates, deliver_due, issues
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


def test_the_table_and_the_students_page_say_how_each_certificate_stands(
    visit: Visiting, parts: Parts, database: Database
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        made = {
            name: world.an_earned_portfolio(
                session, world.a_person(session, room.course, name=name), room.course
            )
            for name in ("Issued", "Revoked", "Followed", "Failed", "Coming", "Left")
        }
        for name in ("Issued", "Revoked", "Followed"):
            settle(session, made[name].id)
    deliver_due(parts)
    with database.writing() as session:
        version = leave_issuing_to_staff(session, room.course)
        for name in ("Left", "Followed"):
            session.get_one(Portfolio, made[name].id).scheme_version_id = version.id
        coordinator = world.an_actor(
            world.a_person(session, room.course, name="Karin Ko"), room.course, Role.COORDINATOR
        )
        of = {each.portfolio_id: each.id for each in certificates(session)}
        for name in ("Revoked", "Followed"):
            revoke(session, coordinator, of[made[name].id], reason=RevokeReason.ERROR)
        allow_another(session, coordinator, of[made["Followed"].id])
        settle(session, made["Failed"].id)
        failed = issues(session, made["Failed"].id)[-1]
        failed.state, failed.reason, failed.finished_at = DeliveryState.FAILED, "Somebody must look.", now()
        settle(session, made["Coming"].id)
    said = {
        "Issued": "Issued",
        "Revoked": "Revoked",
        "Followed": "Waits to be issued",
        "Failed": "Could not be issued",
        "Coming": "Is being prepared",
        "Left": "Waits to be issued",
    }
    teacher = visit(room.teaching)
    table = teacher.page("/class")
    cells = {
        row.all("th")[0].text: row.all("td")[-2].text for row in table.main.all("tr") if row.all("td")[1:]
    }
    for name, words in said.items():
        assert cells[name].strip() == words, name
        assert words in teacher.page(f"/class/{made[name].id}").text, name


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
    assert seen.count <= 12
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
