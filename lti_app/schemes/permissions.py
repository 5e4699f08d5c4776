"""Who may set a course up: its teachers and designers, and coordinators who are in it.

Staff see the schemes of their institution, and coordinators edit them.
"""

from __future__ import annotations

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.people.models import Course
from lti_app.people.roles import Role

_STAFF = {Role.TEACHER, Role.DESIGNER, Role.COORDINATOR}


def _is_here(actor: Actor, course: Course) -> bool:
    return actor.institution_id == course.institution_id and actor.course_id == course.id


def _is_staff(actor: Actor, course: Course) -> bool:
    return bool(actor.roles & _STAFF) and not actor.is_test


def _staff_anywhere(actor: Actor, _subject: object) -> bool:
    return bool(actor.roles & _STAFF) and not actor.is_test


def _coordinates(actor: Actor, _subject: object) -> bool:
    return actor.is_coordinator and not actor.is_test


PERMISSIONS: Permissions = {
    "schemes.see": Rule(may_see=_staff_anywhere, may_act=_staff_anywhere),
    "schemes.edit": Rule(may_see=_staff_anywhere, may_act=_coordinates),
    "see_setup": Rule(may_see=_is_here, may_act=_is_staff),
    "set_up": Rule(may_see=_is_here, may_act=_is_staff),
    "retry_connection": Rule(may_see=_is_here, may_act=_is_staff),
}
