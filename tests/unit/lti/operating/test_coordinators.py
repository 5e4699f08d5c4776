"""Coordinators by the operator's word: finding the right person, giving the role, taking it back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.errors import NotFound
from lti_app.lti.operating.coordinators import (
    MOST_FOUND,
    coordinators,
    find_institution,
    find_one,
    grant_to,
    revoke_from,
    search_people,
)
from lti_app.lti.operating.queries import institutions
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import NewLaunch, open_launch
from tests import world


def a_staff_member(database: Database, name: str = "Eva Ek", email: str = "eva@lu.test") -> Person:
    with database.writing() as session:
        person = world.a_person(session, world.a_course(session), Role.TEACHER, name=name)
        person.email = email
    return person


def test_somebody_is_found_by_sub_address_or_id(database: Database) -> None:
    eva = a_staff_member(database)
    a_staff_member(database, "Ivar Ek", "ivar@lu.test")
    with database.reading() as session:
        lund = find_institution(session, "Lunds universitet")
        for which in (eva.sub, "eva@lu.test", "EVA@LU.TEST", str(eva.id)):
            assert find_one(session, lund.id, which).id == eva.id


def test_nobody_several_and_those_of_another_institution_are_said_to_be_so(database: Database) -> None:
    eva, other = a_staff_member(database), a_staff_member(database, "Eva Alm")
    with database.writing() as session:
        uppsala = world.an_institution(session, "Uppsala universitet")
        lund = world.an_institution(session)
        with pytest.raises(ValueError, match="Several people"):
            find_one(session, lund.id, "eva@lu.test")
        for where, which in ((lund.id, "nobody@lu.test"), (uppsala.id, eva.sub), (uppsala.id, str(other.id))):
            with pytest.raises(ValueError, match="Nobody at this institution"):
                find_one(session, where, which)
        with pytest.raises(ValueError, match="no institution 'Malmö'"):
            find_institution(session, "Malmö")


def test_a_search_looks_at_names_addresses_and_subs_of_one_institution(database: Database) -> None:
    eva = a_staff_member(database)
    a_staff_member(database, "Åsa Öberg", "asa@lu.test")
    with database.writing() as session:
        lund = world.an_institution(session)
        elsewhere = world.a_course(session, world.an_institution(session, "Uppsala universitet"))
        world.a_person(session, elsewhere, name="Eva Ek")
        found = [search_people(session, lund.id, term) for term in ("eva", "EVA@LU", eva.sub[:13], "ek")]
        assert [[each.id for each in rows] for rows in found] == [[eva.id]] * 4
        assert search_people(session, lund.id, "%") == []
        assert search_people(session, lund.id, "_va") == []


def test_people_and_institutions_come_by_name_in_the_swedish_order(database: Database) -> None:
    schools = ["Lunds universitet", "Åbo Akademi", "Ängelholms högskola", "Örebro universitet"]
    names = ["Čeněk Ek", "Zoe Ek", "Åsa Ek", "Äron Ek", "örjan Ek", "Örjan Öst"]
    with database.writing() as session:
        for school in schools[::-1]:
            course = world.a_course(session, world.an_institution(session, school))
            for name in names[::-1]:
                grant_to(session, course.institution_id, world.a_person(session, course, name=name).id)
        assert [name for _, name in institutions(session)] == schools
        assert [(each.institution, each.name) for each in coordinators(session)] == [
            (school, name) for school in schools for name in names
        ]
        assert [each.name for each in search_people(session, course.institution_id, "Ö")] == names[-2:]
        for number in range(MOST_FOUND):
            world.a_person(session, course, name=f"Bo Ek {number:02}")
        found = [each.name for each in search_people(session, course.institution_id, "Ek")]
    assert found == [f"Bo Ek {number:02}" for number in range(MOST_FOUND)]


def test_the_test_student_coordinates_nothing(database: Database) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        tester = world.a_person(session, course, name="Test Student", is_test=True)
        assert search_people(session, course.institution_id, "Test") == []
        with pytest.raises(NotFound):
            grant_to(session, course.institution_id, tester.id)


def test_a_role_is_given_once_and_taken_back_once(database: Database) -> None:
    eva = a_staff_member(database)
    with database.writing() as session:
        assert [grant_to(session, eva.institution_id, eva.id) for _ in range(2)] == [True, False]
        assert [(each.institution, each.name) for each in coordinators(session)] == [
            ("Lunds universitet", "Eva Ek")
        ]
        assert search_people(session, eva.institution_id, "eva")[0].is_coordinator
        assert [revoke_from(session, eva.institution_id, eva.id) for _ in range(2)] == [True, False]
        assert coordinators(session) == []


def test_a_role_is_not_given_at_another_institution(database: Database) -> None:
    eva = a_staff_member(database)
    with database.writing() as session:
        uppsala = world.an_institution(session, "Uppsala universitet")
        with pytest.raises(NotFound):
            grant_to(session, uppsala.id, eva.id)
        grant_to(session, eva.institution_id, eva.id)
        assert not revoke_from(session, uppsala.id, eva.id)
        assert len(coordinators(session)) == 1


def test_taking_the_role_back_ends_the_visits_that_had_it(database: Database) -> None:
    eva = a_staff_member(database)
    with database.writing() as session:
        course = session.scalars(select(Course)).one()
        grant_to(session, eva.institution_id, eva.id)
        for roles in ((Role.COORDINATOR, Role.TEACHER), (Role.TEACHER,)):
            open_launch(session, NewLaunch(world.an_actor(eva, course, *roles), "en", "", ""))
        revoke_from(session, eva.institution_id, eva.id)
        assert session.scalar(select(func.count()).select_from(LaunchSession)) == 1
        assert session.scalars(select(LaunchSession.roles)).one() == "teacher"
