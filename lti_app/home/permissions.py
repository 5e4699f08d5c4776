"""Who may look at a class and at a student in it, and who may move a portfolio to newer rules:
staff of the course; there who observes her may look, and the student herself may move.
"""

from __future__ import annotations

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.people.roles import Role
from lti_app.portfolio.permissions import is_own_or_staff, is_staff_of


def _is_in_course(actor: Actor, _course: object) -> bool:
    return actor.course_id is not None


def _teaches(actor: Actor, _course: object) -> bool:
    return actor.is_coordinator or Role.TEACHER in actor.roles


def is_observer(actor: Actor, _subject: object = None) -> bool:
    """Whether the actor observes in a course; whom, the platform has said (`home/observed_queries.py`)."""
    return Role.OBSERVER in actor.roles and actor.course_id is not None and not actor.is_test


PERMISSIONS: Permissions = {
    "class.see": Rule(may_see=_is_in_course, may_act=_teaches),
    "class.update": Rule(may_see=_is_in_course, may_act=_teaches),
    "student.see": Rule(may_see=is_staff_of, may_act=is_staff_of),
    "portfolio.move": Rule(may_see=is_own_or_staff, may_act=is_own_or_staff),
    "class.move": Rule(may_see=is_staff_of, may_act=is_staff_of),
    "observed.see": Rule(may_see=is_observer, may_act=is_observer),
}
