"""Who looks at a page: the person named in the address (`/as/<login>/…`), her session, her rights in a
course.

The person stands in the address so that teacher and student can be open side by side in one browser.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import abort, session

from lti_app.demo.current import the_canvas
from lti_app.demo.world.assignments import Assignment
from lti_app.demo.world.courses import Course
from lti_app.demo.world.people import Person

GRADERS = frozenset({"TeacherEnrollment", "TaEnrollment"})
MANAGERS = GRADERS | {"DesignerEnrollment"}
STUDENTS = frozenset({"StudentEnrollment", "StudentViewEnrollment"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with a live session, looking at a course, or at none."""

    person: Person
    session_id: str
    kinds: frozenset[str] = frozenset()
    observed_ids: frozenset[int] = frozenset()

    @property
    def can_grade(self) -> bool:
        """Sees gradebook and SpeedGrader."""
        return self.person.is_admin or bool(self.kinds & GRADERS)

    @property
    def can_manage(self) -> bool:
        """Publishes assignments, uses Student View."""
        return self.person.is_admin or bool(self.kinds & MANAGERS)

    @property
    def is_student(self) -> bool:
        """Has submissions."""
        return bool(self.kinds & STUDENTS)

    def may_see_work_of(self, person_id: int) -> bool:
        """Graders see everybody's, students their own, observers that of those they observe."""
        return self.can_grade or person_id == self.person.id or person_id in self.observed_ids


def visitor(login: str) -> Visitor:
    """The person of the address, logged in to this browser by looking; 404 for unknown logins."""
    canvas = the_canvas()
    try:
        person = canvas.people.get(login)
    except KeyError:
        abort(404)
    if "browser" not in session:
        session["browser"] = secrets.token_hex(12)
    session["login"] = login
    return Visitor(person, canvas.sessions.open(session["browser"], person))


def visitor_in(login: str, course_id: int) -> tuple[Visitor, Course]:
    """The visitor with her rights in the course; 404 without such a course, 403 without a place in it."""
    canvas = the_canvas()
    plain = visitor(login)
    try:
        course = canvas.courses.get(course_id)
    except KeyError:
        abort(404)
    enrolments = canvas.people.active_enrolments(plain.person.id, course_id)
    kinds = frozenset(enrolment.type for enrolment in enrolments)
    observed = frozenset(enrolment.observed_id for enrolment in enrolments if enrolment.observed_id)
    if not kinds and not plain.person.is_admin and not course.is_concluded:
        abort(403)
    return Visitor(plain.person, plain.session_id, kinds, observed), course


def assignment_for(who: Visitor, course: Course, assignment_id: int) -> Assignment:
    """The course's assignment if the visitor may see it; unpublished ones only managers; else 404."""
    try:
        assignment = the_canvas().assignments.get(assignment_id)
    except KeyError:
        abort(404)
    hidden = not assignment.is_published and not who.can_manage
    if assignment.course_id != course.id or assignment.is_deleted or hidden:
        abort(404)
    return assignment
