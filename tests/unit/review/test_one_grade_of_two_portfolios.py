"""What a course is told of a student with several portfolios: the furthest that has to do with the course."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.jobs.models import Delivery
from lti_app.lti.ags.gradebook import SCORE
from lti_app.lti.ags.scores import Score
from lti_app.people.models import Course
from lti_app.portfolio.service import add_activity, begin_portfolio, work_towards
from lti_app.review.service import approve, undo
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.service import set_up_course
from tests.classroom import TYPES, UNDO, Classroom, a_classroom, a_submitted_activity, with_requirements_met
from tests.taking_turns import taking_turns
from tests.world import an_actor


def told(session: Session, course: Course) -> list[Decimal]:
    """The shares of the activities that the course is told, in their order, rounded to hundredths."""
    wanted = select(Delivery).where(Delivery.kind == SCORE, Delivery.course_id == course.id)
    scores = [
        Score.from_payload(each.payload) for each in session.scalars(wanted.order_by(Delivery.sequence))
    ]
    return [round(each.points / each.maximum, 2) for each in scores if each.points and each.maximum]


def set_up_with_malmo(session: Session, room: Classroom) -> uuid.UUID:
    """Let the course run Malmö's scheme from now on; its id."""
    set_up_course(session, room.teaching, "malmo", "sjukskoterska")
    return session.get_one(CourseSetup, room.course.id).scheme_id


def test_what_was_reached_in_another_course_by_another_scheme_is_not_told(database: Database) -> None:
    with database.writing() as session:
        here, there = a_classroom(session), a_classroom(session)
        both = an_actor(there.student, here.course)
        with_requirements_met(session, there)
        malmo = set_up_with_malmo(session, here)
        set_up_with_malmo(session, there)
        work_towards(session, both, malmo)
        sent = a_submitted_activity(session, both)
        work_towards(session, there.learning, malmo)
        add_activity(session, there.learning, TYPES[1])
        assert begin_portfolio(session, there.learning).course_id == there.course.id
        decision = approve(session, here.teaching, sent.id, undo_for=UNDO)
        (share,) = told(session, here.course)
        assert share < 1
        other = a_submitted_activity(session, both, type_code=TYPES[2])
        approve(session, here.teaching, other.id, undo_for=UNDO)
        undo(session, here.teaching, decision.id, undo_for=UNDO)
        assert told(session, here.course)[-1] == share


def test_what_was_reached_here_is_told_wherever_it_is_worked_on_since(database: Database) -> None:
    with database.writing() as session:
        here, there = a_classroom(session), a_classroom(session)
        lund = with_requirements_met(session, here)
        work_towards(session, here.learning, set_up_with_malmo(session, here))
        sent = a_submitted_activity(session, here.learning)
        add_activity(session, an_actor(here.student, there.course), TYPES[0])
        assert lund.course_id == there.course.id
        approve(session, here.teaching, sent.id, undo_for=UNDO)
        assert told(session, here.course)[-1] == 1


def test_of_two_approvals_at_once_none_lowers_the_grade(database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        lund = [a_submitted_activity(session, room.learning, type_code=each) for each in TYPES[:3]]
        for each in lund[:2]:
            approve(session, room.teaching, each.id, undo_for=UNDO)
        work_towards(session, room.learning, set_up_with_malmo(session, room))
        malmo = a_submitted_activity(session, room.learning)
    with taking_turns(database) as (session, meanwhile):
        approve(session, room.teaching, lund[2].id, undo_for=UNDO)
        meanwhile(lambda other: approve(other, room.teaching, malmo.id, undo_for=UNDO))
    with database.reading() as session:
        assert told(session, room.course)[-2:] == [1, 1]
