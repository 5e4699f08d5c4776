"""Who may look at a certificate."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.queries import owned_of
from lti_app.db import Database
from lti_app.errors import NotFound
from lti_app.people.actors import Actor, require
from lti_app.people.roles import Role
from lti_app.portfolio.models import Item, Portfolio, Submission
from tests import world
from tests.unit.certificates.earned import earned


def outcome(session: Session, actor: Actor, portfolio: Portfolio) -> str:
    try:
        require(PERMISSIONS, "certificate.see", actor, owned_of(session, portfolio.id))
    except NotFound:
        return "not found"
    return "sees"


def test_own_student_staff_of_the_course_and_coordinators_see_it_and_nobody_else(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        course = session.get_one(world.Course, portfolio.course_id)
        student = session.get_one(world.Person, portfolio.person_id)
        other_course = world.a_course(session)
        elsewhere = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        staff = world.a_person(session, course, Role.TEACHER)
        stranger = world.a_person(session, elsewhere, Role.COORDINATOR)
        fellow = world.a_person(session, course)
        tester = world.a_person(session, course, is_test=True)
        seen = {
            "herself": world.an_actor(student, course),
            "herself from another course": world.an_actor(student, other_course),
            "her teacher": world.an_actor(staff, course, Role.TEACHER),
            "a coordinator without course": world.an_actor(staff, None, Role.COORDINATOR),
        }
        unseen = {
            "another student": world.an_actor(fellow, course),
            "a teacher of another course": world.an_actor(staff, other_course, Role.TEACHER),
            "a designer": world.an_actor(staff, course, Role.DESIGNER),
            "an observer": world.an_actor(staff, course, Role.OBSERVER),
            "herself as a designer": world.an_actor(student, course, Role.DESIGNER),
            "somebody without a role": Actor(
                course.institution_id, course.platform_id, staff.id, course.id, frozenset()
            ),
            "another institution's coordinator": world.an_actor(stranger, elsewhere, Role.COORDINATOR),
            "another institution's teacher": world.an_actor(stranger, elsewhere, Role.TEACHER),
            "a test student made teacher": world.an_actor(tester, course, Role.TEACHER),
        }
        for who, actor in (seen | unseen).items():
            assert outcome(session, actor, portfolio) == ("sees" if who in seen else "not found"), who


def test_a_teacher_of_a_course_where_something_was_submitted_sees_it_too(database: Database) -> None:
    """The student's page, which that teacher sees, leads here."""
    with database.writing() as session:
        portfolio = earned(session)
        earlier = world.a_course(session)
        teacher = world.a_person(session, earlier, Role.TEACHER)
        actor = world.an_actor(teacher, earlier, Role.TEACHER)
        assert outcome(session, actor, portfolio) == "not found"
        item = session.query(Item).filter_by(portfolio_id=portfolio.id).first()
        assert item is not None
        session.query(Submission).filter_by(item_id=item.id).update({"course_id": earlier.id})
        assert outcome(session, actor, portfolio) == "sees"
