"""A course that was set up with another scheme: who has work towards both goes from one to the other."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.stages import Stage
from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, NotFound
from lti_app.home.class_queries import class_page, student_page
from lti_app.home.observed_queries import observed_page
from lti_app.home.overview_queries import overview_of
from lti_app.home.queries import StudentHome, student_home
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.scores import Score
from lti_app.people.actors import Actor
from lti_app.people.models import Platform
from lti_app.people.roles import Role
from lti_app.portfolio import service
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.queries import items_of
from lti_app.portfolio.service import add_activity, begin_portfolio, work_towards
from lti_app.review.service import approve
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.service import set_up_course
from tests.classroom import TYPES, UNDO, Classroom, a_classroom, a_submitted_activity, with_requirements_met
from tests.journeys.test_observe import an_observer
from tests.queries import counting_queries
from tests.unit.home.moving import certify
from tests.visit import Visit
from tests.world import a_course, a_person, an_actor

Visiting = Callable[..., Visit]


def a_room_set_up_anew(session: Session) -> tuple[Classroom, Portfolio]:
    """A student with everything that Lund asks for, in a course that runs Malmö's scheme since."""
    room = a_classroom(session)
    lund = with_requirements_met(session, room)
    set_up_course(session, room.teaching, "malmo", "sjukskoterska")
    return room, lund


def runs(session: Session, room: Classroom) -> uuid.UUID:
    """The scheme that the course runs."""
    return session.get_one(CourseSetup, room.course.id).scheme_id


def home_of(session: Session, actor: Actor) -> StudentHome:
    home = student_home(session, actor)
    assert home is not None
    return home


def test_who_is_certified_by_the_old_scheme_begins_the_new_one_and_keeps_her_certificate_in_reach(
    database: Database, visit: Visiting
) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        certify(session, lund)
        scheme_id = runs(session, room)
        home = home_of(session, room.learning)
        (offered,) = home.others
        assert (home.portfolio_id, offered.portfolio_id, offered.is_run) == (lund.id, None, True)
    asa = visit(room.learning)
    assert "This course runs Malmö, Health and Society and Odontology now." in asa.page("mine").text
    assert asa.post(f"towards/{scheme_id}", {}).status_code == 303
    page = asa.page("mine")
    assert "Nothing here yet." in page.text
    assert "You also have work towards Lund, Medicine. You have its certificate." in page.text
    with database.writing() as session:
        malmo = begin_portfolio(session, room.learning)
        assert (malmo.scheme_id, malmo.course_id) == (scheme_id, room.course.id)
        item = add_activity(session, room.learning, TYPES[0])
        assert item.portfolio_id == malmo.id
        assert work_towards(session, room.learning, lund.scheme_id).id == lund.id
        assert begin_portfolio(session, room.learning).id == lund.id
        (other,) = home_of(session, room.learning).others
        assert (other.portfolio_id, other.is_run, other.is_certified) == (malmo.id, True, False)


def test_whoever_has_begun_may_begin_the_new_one_too_and_go_back(database: Database) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        for _ in range(2):
            malmo = work_towards(session, room.learning, runs(session, room))
        assert begin_portfolio(session, room.learning).id == malmo.id, "with nothing in it, but she chose it"
        assert len(session.scalars(select(Portfolio)).all()) == 2
        work_towards(session, room.learning, lund.scheme_id)
        assert begin_portfolio(session, room.learning).id == lund.id


def test_the_record_says_which_scheme_it_is_about_and_leads_to_the_other(
    database: Database, visit: Visiting
) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
    asa = visit(room.learning)
    assert "Go to" not in asa.page("record").text
    with database.writing() as session:
        work_towards(session, room.learning, runs(session, room))
    page = asa.page("record")
    malmo = "Malmö, Health and Society and Odontology"
    assert f"You have not submitted anything towards {malmo} yet." in page.text
    assert "Your portfolio for Lund, Medicine has a record of its own." in page.text
    assert page.form(f"/towards/{lund.scheme_id}") is not None


def test_nobody_goes_to_what_is_not_hers_or_not_run_here(database: Database) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        fresh = an_actor(a_person(session, room.course), room.course)
        for actor, scheme_id in (
            (fresh, lund.scheme_id),
            (room.learning, uuid.uuid4()),
            (an_actor(room.student, a_classroom(session, a_course(session)).course), runs(session, room)),
        ):
            with pytest.raises(NotFound):
                work_towards(session, actor, scheme_id)
        for role in (Role.TEACHER, Role.DESIGNER, Role.COORDINATOR, Role.OBSERVER):
            with pytest.raises(NotAllowed):
                work_towards(session, replace(room.teaching, roles=frozenset({role})), lund.scheme_id)
        with pytest.raises(Conflict):
            work_towards(session, an_actor(room.student, a_course(session)), lund.scheme_id)
        assert home_of(session, fresh).others == ()


def test_a_page_that_was_opened_before_is_still_about_its_own_portfolio(
    database: Database, visit: Visiting
) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        report = service.open_report(session, room.learning)
        draft = add_activity(session, room.learning, TYPES[0])
    asa = visit(room.learning)
    form = asa.page(f"activities/new/{TYPES[1]}").form(f"/activities/new/{TYPES[1]}")
    with database.writing() as session:
        malmo = work_towards(session, room.learning, runs(session, room))
        copied = service.copy_activity(session, room.learning, draft.id, new_id=uuid.uuid4())
        assert copied.portfolio_id == lund.id
    assert asa.post(f"activities/new/{TYPES[1]}", form | {"title": "Typed before"}).status_code == 303
    assert asa.post(f"items/{report.id}/name", {"name": "Åsa Å. Öberg"}).status_code == 303
    assert asa.post("report", {"portfolio": str(lund.id)}).headers["Location"].endswith(str(report.id))
    assert asa.post(f"portfolios/{lund.id}/items/{draft.id}/delete", {}).status_code == 303
    with database.reading() as session:
        names = {each.id: each.printed_name for each in session.scalars(select(Portfolio))}
        assert names == {lund.id: "Åsa Å. Öberg", malmo.id: "Åsa Öberg"}
        assert "Typed before" in {each.title for each in items_of(session, lund.id)}
        assert items_of(session, malmo.id) == ()


def test_a_form_sent_twice_is_one_activity_wherever_she_has_gone_in_between(database: Database) -> None:
    new_id = uuid.uuid4()
    with database.writing() as session:
        room = a_classroom(session)
        first = add_activity(session, room.learning, TYPES[0], item_id=new_id)
        set_up_course(session, room.teaching, "malmo", "sjukskoterska")
        work_towards(session, room.learning, runs(session, room))
        again = add_activity(session, room.learning, TYPES[0], item_id=new_id)
        assert (again.id, again.portfolio_id) == (new_id, first.portfolio_id)


def test_a_portfolio_with_nothing_in_it_is_no_other_one_unless_it_is_for_what_is_run(
    database: Database,
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        lund = begin_portfolio(session, room.learning)
        set_up_course(session, room.teaching, "malmo", "sjukskoterska")
        malmo = work_towards(session, room.learning, runs(session, room))
        pages = [student_page(session, room.course.institution_id, each.id) for each in (lund, malmo)]
        assert [[id_ for id_, _ in each.others] for each in pages if each] == [[malmo.id], []]


def test_another_students_portfolio_is_not_hers_to_add_to(database: Database) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        other = an_actor(a_person(session, room.course), room.course)
        for act in (
            lambda: add_activity(session, other, TYPES[0], portfolio_id=lund.id),
            lambda: service.open_report(session, other, lund.id),
            lambda: service.open_presentation(session, other, lund.id),
            lambda: service.choose_printed_name(session, other, "X", lund.id),
        ):
            with pytest.raises(NotFound):
                act()


def test_the_class_table_and_the_students_page_show_both(database: Database, visit: Visiting) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        certify(session, lund)
        work_towards(session, room.learning, runs(session, room))
        (row,) = class_page(session, room.course.institution_id, room.course.id).rows
        assert (row.portfolio_id, row.certificate) == (lund.id, Stage.ISSUED), (
            "there is nothing in the other yet"
        )
        assert row.other_scheme is not None
        (other,) = row.others
        malmo_id = other.portfolio_id
        assert other.progress is not None
        assert (other.progress.achieved_total, other.certificate) == (0, Stage.OPEN)

        sent = a_submitted_activity(session, room.learning)
        (row,) = class_page(session, room.course.institution_id, room.course.id).rows
        assert (row.portfolio_id, row.certificate, row.waiting) == (malmo_id, Stage.OPEN, 1)
        assert row.other_scheme is None
        (other,) = row.others
        assert (other.portfolio_id, other.certificate) == (lund.id, Stage.ISSUED)
        assert sent.course_id == room.course.id
        page = student_page(session, room.course.institution_id, malmo_id)
        assert page is not None
        assert [each[0] for each in page.others] == [lund.id]
        (course,) = overview_of(session, room.course.institution_id).rows
        assert course.students == 1
    eva = visit(room.teaching)
    told = eva.page("class")
    assert "Also: (3 of 3, certificate issued) Lund, Medicine" in told.text
    assert "In this course the student also has a portfolio" in eva.page(told.links["Lund, Medicine"]).text
    assert "There is also a certificate by another scheme" in eva.page(f"certificate/{malmo_id}").text


def test_staff_are_shown_no_certificate_from_a_course_that_is_not_theirs(
    database: Database, visit: Visiting
) -> None:
    told = "There is also a certificate by another scheme"
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        certify(session, lund)
        there = a_course(session, platform=session.get_one(Platform, room.course.platform_id))
        teacher = an_actor(a_person(session, there, Role.TEACHER), there, Role.TEACHER)
        set_up_course(session, teacher, "malmo", "sjukskoterska")
        hers = an_actor(room.student, there)
        scheme = session.get_one(CourseSetup, there.id).scheme_id
        malmo_id = work_towards(session, hers, scheme).id
    assert told in visit(hers).page(f"certificate/{malmo_id}").text
    assert told not in visit(teacher).page(f"certificate/{malmo_id}").text


def test_work_towards_the_running_scheme_in_another_course_hides_no_work_of_this_one(
    database: Database,
) -> None:
    with database.writing() as session:
        room, lund = a_room_set_up_anew(session)
        elsewhere = a_classroom(session)
        set_up_course(session, elsewhere.teaching, "malmo", "sjukskoterska")
        there = an_actor(room.student, elsewhere.course)
        a_submitted_activity(session, there)
        (row,) = class_page(session, room.course.institution_id, room.course.id).rows
        (other,) = row.others
        assert (row.portfolio_id, other.progress) == (lund.id, None)
        watching = an_observer(session, room, room.student)
        seen = observed_page(session, watching, room.student.id)
        assert seen is not None
        assert (seen.is_elsewhere, seen.progress) == (False, row.progress)
        assert [name for name, _ in seen.others] == [other.scheme]
        (way_back,) = home_of(session, room.learning).others
        assert way_back.portfolio_id == lund.id
        work_towards(session, room.learning, lund.scheme_id)
        assert home_of(session, there).others == (), "the other course never ran the other scheme"
        assert begin_portfolio(session, there).scheme_id == runs(session, room)


def test_both_have_one_grade_which_never_falls_because_the_second_is_begun(database: Database) -> None:
    with database.writing() as session:
        room, _ = a_room_set_up_anew(session)
        wanted = select(Delivery).where(Delivery.kind == SCORE).order_by(Delivery.sequence.desc()).limit(1)
        (last,) = session.scalars(wanted)
        assert Score.from_payload(last.payload).points == last_maximum(last)
        work_towards(session, room.learning, runs(session, room))
        sent = a_submitted_activity(session, room.learning)
        approve(session, room.teaching, sent.id, undo_for=UNDO)
        (last,) = session.scalars(wanted)
        assert Score.from_payload(last.payload).points == last_maximum(last)


def last_maximum(delivery: Delivery) -> Decimal | None:
    return Score.from_payload(delivery.payload).maximum


def test_the_class_asks_as_much_for_many_with_two_as_for_one(database: Database) -> None:
    asked = []
    for number in (1, 3):
        with database.writing() as session:
            course = a_course(session)
            room = a_classroom(session, course)
            students = [an_actor(a_person(session, course), course) for _ in range(number)]
            for each in students:
                a_submitted_activity(session, each)
            set_up_course(session, room.teaching, "malmo", "sjukskoterska")
            for each in students:
                work_towards(session, each, runs(session, room))
                a_submitted_activity(session, each)
        with database.reading() as session:
            class_page(session, course.institution_id, course.id)
        with counting_queries(database.engine) as seen, database.reading() as session:
            rows = class_page(session, course.institution_id, course.id).rows
            assert sum(len(each.others) for each in rows) == number
        asked.append(seen.count)
    assert asked[0] == asked[1] <= 5
