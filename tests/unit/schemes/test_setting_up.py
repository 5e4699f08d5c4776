"""Setting a course up: what is written, what is queued, who may, and doing it again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import NotAllowed, NotFound, Problem
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.service import begin_portfolio
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, Scheme, SchemeVersion
from lti_app.schemes.queries import bundled_schemes, document_of, offered_schemes, setup_of, setup_page
from lti_app.schemes.service import course_to_set_up, publish, reconnect, set_up_course
from lti_app.schemes.text import Text
from tests.world import a_course, a_person, an_actor, an_institution


def _teacher(session: Session, course: Course, role: Role = Role.TEACHER) -> Actor:
    return an_actor(a_person(session, course, role), course, role)


def test_a_set_up_publishes_the_bundled_scheme_once_and_queues_three_assignments(database: Database) -> None:
    with database.writing() as session:
        first, second = a_course(session), a_course(session)
        for course in (first, second):
            set_up_course(session, _teacher(session, course), "lund-medicine", "lakare")

        assert len(session.scalars(select(Scheme)).all()) == 1
        assert len(session.scalars(select(SchemeVersion)).all()) == 1
        items = session.scalars(select(LineItem).where(LineItem.course_id == first.id)).all()
        assert {item.kind: item.score_maximum for item in items} == {
            LineItemKind.ACTIVITIES: Decimal(3),
            LineItemKind.FINAL_REPORT: Decimal(1),
            LineItemKind.CERTIFICATE: Decimal(1),
        }
        queued = session.scalars(select(Delivery).where(Delivery.course_id == first.id)).all()
        assert [each.kind for each in queued] == ["ags.line_item"] * 3


def test_a_set_up_reads_back_as_it_was_chosen(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        assert setup_of(session, course.id) is None
        set_up_course(session, _teacher(session, course), "lund-medicine", "lakare")
        setup = setup_of(session, course.id)
        assert setup is not None
        assert (setup.scheme_slug, setup.programme_code) == ("lund-medicine", "lakare")
        assert document_of(session, setup.scheme_version_id) == bundled_schemes()["lund-medicine"]


def test_doing_it_again_changes_the_choice_and_queues_nothing_twice(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        teacher = _teacher(session, course)
        set_up_course(session, teacher, "lund-medicine", "lakare")
        set_up_course(session, teacher, "lund-medicine", "sjukskoterska")

        assert session.scalars(select(CourseSetup.programme_code)).all() == ["sjukskoterska"]
        assert len(session.scalars(select(Delivery)).all()) == 3


def test_portfolios_keep_their_version_when_the_scheme_is_published_anew(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        teacher = _teacher(session, course)
        set_up_course(session, teacher, "lund-medicine", "lakare")
        portfolio = begin_portfolio(session, an_actor(a_person(session, course), course))
        begun_with = portfolio.scheme_version_id
        changed = replaced_name("Nytt namn")
        publish(session, course.institution_id, changed)
        set_up_course(session, teacher, "lund-medicine", "lakare")

        setup = setup_of(session, course.id)
        assert setup is not None
        assert setup.scheme_version_id != begun_with
        assert document_of(session, setup.scheme_version_id).name.sv == "Nytt namn"
        assert portfolio.scheme_version_id == begun_with
        offered = {each.slug: each.name.sv for each in offered_schemes(session, course.institution_id)}
        assert offered["lund-medicine"] == "Nytt namn"
        assert set(offered) == set(bundled_schemes())


def test_publishing_the_same_document_twice_is_one_version(database: Database) -> None:
    with database.writing() as session:
        institution = an_institution(session)
        document = bundled_schemes()["lund-medicine"]
        first = publish(session, institution.id, document)
        assert publish(session, institution.id, document).id == first.id


def test_institutions_have_their_own_schemes(database: Database) -> None:
    with database.writing() as session:
        here, there = an_institution(session), an_institution(session, "KTH")
        publish(session, here.id, replaced_name("Bara här"))
        assert "Lund, medicin" in [each.name.sv for each in offered_schemes(session, there.id)]
        assert "Bara här" not in [each.name.sv for each in offered_schemes(session, there.id)]


@pytest.mark.parametrize(("scheme", "programme"), [("no-such", "lakare"), ("lund-medicine", "no-such")])
def test_a_scheme_or_programme_that_is_not_there_is_not_found(
    database: Database, scheme: str, programme: str
) -> None:
    with database.writing() as session:
        course = a_course(session)
        with pytest.raises(NotFound):
            set_up_course(session, _teacher(session, course), scheme, programme)


def test_a_programme_the_scheme_is_not_for_is_refused(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)

        only = replace(bundled_schemes()["lund-medicine"], programmes=("lakare",))
        publish(session, course.institution_id, only)
        with pytest.raises(Problem) as refusal:
            set_up_course(session, _teacher(session, course), "lund-medicine", "sjukskoterska")
        assert refusal.value.slug == "bad-request"


def test_another_institutions_programme_does_not_come_along_to_a_scheme_that_does_not_name_it(
    database: Database,
) -> None:
    theirs = "ext_su_kandidat_nutrition"
    with database.writing() as session:
        course = a_course(session)
        teacher = _teacher(session, course)
        publish(session, course.institution_id, replace(bundled_schemes()["malmo"], programmes=(theirs,)))
        for _ in range(2):
            set_up_course(session, teacher, "malmo", theirs)
        with pytest.raises(Problem) as refusal:
            set_up_course(session, teacher, "lund-medicine", theirs)
        assert refusal.value.slug == "bad-request"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DESIGNER, Role.COORDINATOR])
def test_staff_in_the_course_set_it_up(database: Database, role: Role) -> None:
    with database.writing() as session:
        course = a_course(session)
        person = a_person(session, course, Role.TEACHER)
        set_up_course(session, an_actor(person, course, role), "lund-medicine", "lakare")
        assert setup_of(session, course.id) is not None


@pytest.mark.parametrize("role", [Role.STUDENT, Role.OBSERVER])
def test_others_in_the_course_do_not(database: Database, role: Role) -> None:
    with database.writing() as session:
        course = a_course(session)
        actor = _teacher(session, course, role)
        for act in (
            lambda: set_up_course(session, actor, "lund-medicine", "lakare"),
            lambda: reconnect(session, actor),
            lambda: course_to_set_up(session, actor),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_outside_a_course_or_with_another_institutions_course_nothing_is_found(database: Database) -> None:
    with database.writing() as session:
        course, foreign = a_course(session), a_course(session, an_institution(session, "KTH"))
        teacher = a_person(session, course, Role.TEACHER)
        for actor in (
            an_actor(teacher, None, Role.COORDINATOR),
            an_actor(teacher, foreign, Role.TEACHER),
        ):
            with pytest.raises(NotFound):
                set_up_course(session, actor, "lund-medicine", "lakare")


def test_a_platform_without_gradebook_services_is_set_up_without_assignments(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        course.lineitems_url = ""
        set_up_course(session, _teacher(session, course), "lund-medicine", "lakare")
        page = setup_page(session, course)
        assert page is not None
        assert page.is_ready
        assert not page.offers_assignments
        assert session.scalars(select(Delivery)).all() == []


def test_the_page_tells_connecting_failed_and_connected_apart(database: Database) -> None:
    with database.writing() as session:
        course = a_course(session)
        teacher = _teacher(session, course)
        set_up_course(session, teacher, "lund-medicine", "lakare")
        page = setup_page(session, course)
        assert page is not None
        assert (page.is_connecting, page.needs_retry, page.is_ready) == (True, False, False)

        items = session.scalars(select(LineItem).order_by(LineItem.kind)).all()
        deliveries = session.scalars(select(Delivery)).all()
        for item, delivery in zip(items[1:], deliveries[1:], strict=True):
            item.url, delivery.state, delivery.finished_at = (
                "https://canvas.test/1",
                DeliveryState.SENT,
                now(),
            )
        failed = next(each for each in deliveries if each.payload["line_item_id"] == str(items[0].id))
        failed.state, failed.reason, failed.finished_at = DeliveryState.FAILED, "Refused.", now()
        session.flush()
        page = setup_page(session, course)
        assert page is not None
        assert (page.is_connecting, page.needs_retry, page.is_ready) == (False, True, False)
        assert [each.reason for each in page.connections if each.is_failed] == ["Refused."]

        reconnect(session, teacher)
        page = setup_page(session, course)
        assert page is not None
        assert page.is_connecting


def replaced_name(name: str) -> SchemeDocument:

    return replace(bundled_schemes()["lund-medicine"], name=Text(name, name))
