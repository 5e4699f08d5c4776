"""What the worker does every night for the courses that are in use."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.jobs import Nightly
from lti_app.lti.ags.read_back import queue_reading
from lti_app.lti.nrps.asking import queue_roster
from lti_app.people.models import Course, Enrolment, Person, Platform
from lti_app.schemes.models import CourseSetup

_IN_USE_FOR = timedelta(days=60)
_SPREAD_SECONDS = 5400


def queue_courses(session: Session) -> None:
    """Queue that rosters and grades be read of every course that is set up and that somebody has been in for
    the last two months; spread over an hour and a half, for a platform need not be asked all at once.
    """
    somebody_came = exists().where(
        Enrolment.course_id == Course.id,
        Enrolment.is_active,
        Person.id == Enrolment.person_id,
        Person.has_launched,
        Person.last_launch_at > now() - _IN_USE_FOR,
    )
    courses = session.scalars(
        select(Course)
        .join(CourseSetup, CourseSetup.course_id == Course.id)
        .join(Platform, Platform.id == Course.platform_id)
        .where(Platform.is_active, somebody_came)
    )
    for course in courses.all():
        not_before = now() + timedelta(seconds=course.id.int % _SPREAD_SECONDS)
        queue_roster(session, course, not_before=not_before)
        queue_reading(session, course, not_before=not_before)


ROUNDS = (Nightly("courses", time(3, 15), queue_courses),)
