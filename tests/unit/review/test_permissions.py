"""Every verb × every kind of person: the reviewer's colleagues, other courses, other institutions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import NotAllowed, NotFound
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor, require
from lti_app.people.roles import Role
from lti_app.portfolio.models import Submission
from lti_app.review.deliveries import mark_arrived, send_again
from lti_app.review.permissions import PERMISSIONS, Scope
from lti_app.review.service import approve, decline, open_submission, reopen, return_, undo
from tests.classroom import UNDO, Classroom, a_classroom, a_submitted_activity
from tests.world import a_course, a_person, an_actor, an_enrolment, an_institution

Verb = Callable[[Session, Actor, uuid.UUID], object]

ON_WAITING: dict[str, Verb] = {
    "open": open_submission,
    "approve": lambda session, actor, one: approve(session, actor, one, undo_for=UNDO),
    "return": lambda session, actor, one: return_(session, actor, one, undo_for=UNDO, comment="Mer"),
    "decline": lambda session, actor, one: decline(session, actor, one, undo_for=UNDO, comment="Nej"),
}
ON_DECIDED: dict[str, Verb] = {
    "reopen": lambda session, actor, one: reopen(session, actor, one, undo_for=UNDO, reason="Fel"),
    "undo": lambda session, actor, one: undo(session, actor, one, undo_for=UNDO),
}
ON_DELIVERY: dict[str, Verb] = {"send again": send_again, "mark arrived": mark_arrived}
VERBS = ON_WAITING | ON_DECIDED | ON_DELIVERY

Maker = Callable[[Session, Classroom], Actor]


def _in_course(enrolled: Role, *roles: Role) -> Maker:
    def make(session: Session, room: Classroom) -> Actor:
        person = a_person(session, room.course, enrolled)
        return replace(an_actor(person, room.course), roles=frozenset(roles))

    return make


def _elsewhere(institution: str, role: Role) -> Maker:
    def make(session: Session, _room: Classroom) -> Actor:
        other = a_course(session, an_institution(session, institution))
        person = a_person(session, other, Role.TEACHER)
        return an_actor(person, None if role is Role.COORDINATOR else other, role)

    return make


HOME = "Lunds universitet"
ALLOWED: dict[str, Maker] = {
    "the teacher": lambda _session, room: room.teaching,
    "a colleague": _in_course(Role.TEACHER, Role.TEACHER),
    "a coordinator in the course": _in_course(Role.TEACHER, Role.COORDINATOR),
    "a coordinator without course": _elsewhere(HOME, Role.COORDINATOR),
}
REFUSED: dict[str, Maker] = {
    "the student herself": lambda _session, room: room.learning,
    "another student": _in_course(Role.STUDENT, Role.STUDENT),
    "a designer": _in_course(Role.DESIGNER, Role.DESIGNER),
    "an observer": _in_course(Role.OBSERVER, Role.OBSERVER),
    "nobody known": _in_course(Role.STUDENT),
    "a teacher of another course": _elsewhere(HOME, Role.TEACHER),
    "a coordinator of another institution": _elsewhere("KTH", Role.COORDINATOR),
    "a teacher of another institution": _elsewhere("KTH", Role.TEACHER),
}


def _subject(session: Session, room: Classroom, verb: str) -> uuid.UUID:
    """What the verb is about, in the state that it asks for."""
    submission = a_submitted_activity(session, room.learning)
    if verb in ON_WAITING:
        return submission.id
    decision = approve(session, room.teaching, submission.id, undo_for=UNDO)
    if verb == "undo":
        return decision.id
    if verb == "reopen":
        return submission.id
    delivery = session.scalars(select(Delivery).where(Delivery.cause_id == decision.id)).one()
    delivery.state, delivery.finished_at, delivery.reason = DeliveryState.UNCERTAIN, now(), "Unknown."
    session.flush()
    return delivery.id


@pytest.mark.parametrize("verb", VERBS)
def test_every_reviewer_may(database: Database, verb: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        for make in ALLOWED.values():
            VERBS[verb](session, make(session, room), _subject(session, room, verb))


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_else_may(database: Database, verb: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        subject = _subject(session, room, verb)
        before = session.scalars(select(Submission.state)).all()
        for who, make in REFUSED.items():
            knows_of_it = who == "the student herself" and verb not in ON_DELIVERY
            wanted = NotAllowed if knows_of_it else (NotAllowed, NotFound)
            with pytest.raises(wanted) as refusal:
                VERBS[verb](session, make(session, room), subject)
            if not knows_of_it and verb not in ON_DELIVERY:
                assert refusal.type is NotFound, who
        assert session.scalars(select(Submission.state)).all() == before


@pytest.mark.parametrize("verb", [*ON_WAITING, *ON_DECIDED])
def test_a_teacher_who_is_also_a_student_never_reviews_herself(database: Database, verb: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        an_enrolment(session, room.student, room.course, Role.TEACHER)
        both = an_actor(room.student, room.course, Role.TEACHER, Role.STUDENT)
        subject = _subject(session, room, verb)
        with pytest.raises(NotAllowed):
            VERBS[verb](session, both, subject)


@pytest.mark.parametrize("verb", VERBS)
def test_an_id_that_nothing_has_is_not_found(database: Database, verb: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with pytest.raises(NotFound):
            VERBS[verb](session, room.teaching, uuid.uuid4())


@pytest.mark.parametrize("page", ["see_queue", "see_deliveries"])
def test_the_lists_of_a_course_are_for_its_reviewers(database: Database, page: str) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        scope = Scope(room.course.institution_id, room.course.id)
        for make in ALLOWED.values():
            require(PERMISSIONS, page, make(session, room), scope)
        for make in REFUSED.values():
            with pytest.raises((NotAllowed, NotFound)):
                require(PERMISSIONS, page, make(session, room), scope)


def test_a_teacher_sees_no_list_of_the_whole_institution(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        astray = an_actor(room.teacher, None, Role.TEACHER)
        with pytest.raises(NotAllowed):
            require(PERMISSIONS, "see_queue", astray, Scope(room.course.institution_id, None))
