"""A course that is set up, a teacher and a student, and what the two do in it: made by the real verbs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from lti_app.people.actors import Actor
from lti_app.people.models import Course, Person
from lti_app.people.roles import Role
from lti_app.portfolio import service as student_service
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.service import Details
from lti_app.portfolio.states import ItemState
from lti_app.review import service as review_service
from lti_app.schemes.models import CourseSetup, SchemeVersion
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish, set_up_course
from tests.world import a_course, a_person, an_actor

UNDO = timedelta(minutes=2)
LONG_ANSWER = "We compared how patients are met in two countries and what that means for my own work. " * 5
TYPES = ("intercultural_discussion", "blended_exchange", "virtual_tour", "exchange_blog")


@dataclass(frozen=True)
class Classroom:
    """Who is there. The actors are in a launch of the course."""

    course: Course
    teacher: Person
    student: Person
    teaching: Actor
    learning: Actor


def a_classroom(session: Session, course: Course | None = None) -> Classroom:
    """A course that runs Lund's scheme, with one teacher and one student."""
    course = course or a_course(session)
    teacher = a_person(session, course, Role.TEACHER, name="Tove Lärare")
    student = a_person(session, course, name="Åsa Öberg")
    teaching = an_actor(teacher, course, Role.TEACHER)
    set_up_course(session, teaching, "lund-medicine", "lakare")
    return Classroom(course, teacher, student, teaching, an_actor(student, course))


def leave_issuing_to_staff(session: Session, course: Course) -> SchemeVersion:
    """Let the course run a version of Lund's scheme whose certificates staff issue."""
    document = bundled_schemes()["lund-medicine"]
    by_staff = replace(document, certificate=replace(document.certificate, is_issued_by_staff=True))
    version = publish(session, course.institution_id, by_staff)
    session.get_one(CourseSetup, course.id).scheme_version_id = version.id
    return version


def a_submitted_activity(
    session: Session,
    actor: Actor,
    *,
    type_code: str = TYPES[0],
    title: str = "Samtal med gäststudenter",
    answer: str = LONG_ANSWER,
) -> Submission:
    """An activity with a reflection, sent for review."""
    details = Details(title=title, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 6))
    item = student_service.add_activity(session, actor, type_code, details)
    return submitted_again(session, actor, item, what=answer, learned=answer)


def submitted_again(session: Session, actor: Actor, item: Item, **answers: str) -> Submission:
    """The item with these answers, sent for review."""
    version = student_service.write_answers(session, actor, item.id, answers, item.version)
    return student_service.submit(session, actor, item.id, version)


def with_requirements_met(session: Session, room: Classroom) -> Portfolio:
    """The student's portfolio with three approved activities of different types."""
    for type_code in TYPES[:3]:
        submission = a_submitted_activity(session, room.learning, type_code=type_code, title=type_code)
        review_service.approve(session, room.teaching, submission.id, undo_for=UNDO)
    return student_service.begin_portfolio(session, room.learning)


def a_submitted_report(session: Session, room: Classroom) -> Submission:
    """The final report, sent for review; the requirements must be met."""
    report = student_service.open_report(session, room.learning)
    return submitted_again(session, room.learning, report, q1=LONG_ANSWER, q2=LONG_ANSWER)


def with_report_approved(session: Session, room: Classroom) -> Portfolio:
    """The student's portfolio with its requirements met and its final report approved."""
    portfolio = with_requirements_met(session, room)
    report = a_submitted_report(session, room)
    review_service.approve(session, room.teaching, report.id, undo_for=UNDO)
    return portfolio


def a_submitted_presentation(session: Session, room: Classroom) -> Submission:
    """The presentation, sent for review; the report must be approved."""
    item = student_service.open_presentation(session, room.learning)
    changed = student_service.change_presentation(
        session,
        room.learning,
        item.id,
        form="talk",
        title="Två vårdsystem",
        held_on=date(2026, 5, 4),
        version=item.version,
    )
    return student_service.submit(session, room.learning, item.id, changed.version)


def state_of(session: Session, item_id: uuid.UUID) -> ItemState:
    """How the item stands in the database now."""
    return session.get_one(Item, item_id, populate_existing=True).state
