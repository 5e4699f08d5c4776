"""Schemes made for a test out of Lund's: published at an institution and run by a course."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from lti_app.people.roles import Role
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish, set_up_course
from tests.classroom import Classroom
from tests.world import a_course, a_person, an_actor


def our_scheme(**differences: Any) -> SchemeDocument:
    """Lund's scheme under another name, with these parts different."""
    return replace(bundled_schemes()["lund-medicine"], slug="ours", **differences)


def a_room_with(session: Session, **differences: Any) -> Classroom:
    """A course that runs such a scheme for physicians, with one teacher and one student."""
    course = a_course(session)
    publish(session, course.institution_id, our_scheme(**differences))
    teacher = a_person(session, course, Role.TEACHER, name="Tove Lärare")
    student = a_person(session, course, name="Åsa Öberg")
    room = Classroom(
        course, teacher, student, an_actor(teacher, course, Role.TEACHER), an_actor(student, course)
    )
    set_up_course(session, room.teaching, "ours", "lakare")
    return room
