"""A student in a course that runs Lund's scheme, and files to send."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

import pytest
from PIL import Image

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.service import Details
from tests import world

WORDS = " ".join(["ord"] * 60)
CAFE = Details("Språkcafé", date(2026, 3, 1), None, {"occasions": "6"})


@dataclass(frozen=True)
class Class:
    """A course, who is in it, and two teachers from elsewhere."""

    course: Course
    student: Actor
    classmate: Actor
    teacher: Actor
    designer: Actor
    observer: Actor
    coordinator: Actor
    test_student: Actor
    other_teacher: Actor
    foreign_teacher: Actor


@pytest.fixture
def people(database: Database) -> Class:
    """Everybody, in their own launches."""
    with database.writing() as session:
        course = world.a_course(session)
        other = world.a_course(session, title="Annan kurs")
        uppsala = world.an_institution(session, "Uppsala universitet")
        foreign = world.a_course(session, uppsala)
        world.a_setup(session, course)
        world.a_setup(session, foreign)

        def actor(role: Role, where: Course = course, **options: bool) -> Actor:
            return world.an_actor(world.a_person(session, where, role, **options), where, role)

        return Class(
            course=course,
            student=actor(Role.STUDENT),
            classmate=actor(Role.STUDENT),
            teacher=actor(Role.TEACHER),
            designer=actor(Role.DESIGNER),
            observer=actor(Role.OBSERVER),
            coordinator=world.an_actor(world.a_person(session, course), None, Role.COORDINATOR),
            test_student=actor(Role.STUDENT, is_test=True),
            other_teacher=actor(Role.TEACHER, other),
            foreign_teacher=actor(Role.TEACHER, foreign),
        )


def a_pdf(size_bytes: int = 200) -> bytes:
    return b"%PDF-1.7\n" + b"x" * (size_bytes - 15) + b"%%EOF\n"


def an_image(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()
