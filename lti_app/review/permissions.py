"""Who may review: teachers of the course a submission was made in, and coordinators of its institution.

Where a scheme leaves the decisions to coordinators, its teachers look and do not decide.
A designer or observer sees no student's work at all; a student knows of her own, and decides on none.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.people.roles import Role
from lti_app.schemes.document import Approver, SchemeDocument


@dataclass(frozen=True)
class Reviewed:
    """What the rules need to know of a submission."""

    institution_id: uuid.UUID
    course_id: uuid.UUID
    student_id: uuid.UUID


@dataclass(frozen=True)
class Scope:
    """Whose work a list is about: one course, or with `course_id` None the whole institution."""

    institution_id: uuid.UUID
    course_id: uuid.UUID | None


DECIDING = frozenset({"approve", "return", "decline", "reopen", "undo"})


def may_decide_under(actor: Actor, document: SchemeDocument) -> bool:
    """Whether the scheme lets somebody of the actor's roles decide at all."""
    return actor.is_coordinator or document.approver is not Approver.COORDINATOR


def scope_of(actor: Actor) -> Scope:
    """The course of the launch; the institution for a launch without one."""
    return Scope(actor.institution_id, actor.course_id)


def _knows(actor: Actor, subject: Reviewed) -> bool:
    return _is_reviewer(actor, subject) or (
        actor.institution_id == subject.institution_id and actor.person_id == subject.student_id
    )


def _is_reviewer(actor: Actor, subject: Reviewed) -> bool:
    if actor.institution_id != subject.institution_id:
        return False
    return actor.is_coordinator or (Role.TEACHER in actor.roles and actor.course_id == subject.course_id)


def _may_decide(actor: Actor, subject: Reviewed) -> bool:
    return _is_reviewer(actor, subject) and actor.person_id != subject.student_id


def _is_staff_of(actor: Actor, scope: Scope) -> bool:
    if actor.institution_id != scope.institution_id:
        return False
    is_teacher_here = (
        scope.course_id is not None and Role.TEACHER in actor.roles and actor.course_id == scope.course_id
    )
    return actor.is_coordinator or is_teacher_here


def _is_in(actor: Actor, scope: Scope) -> bool:
    is_here = actor.course_id == scope.course_id or actor.is_coordinator
    return actor.institution_id == scope.institution_id and is_here


_DECIDING = Rule(may_see=_knows, may_act=_may_decide)
_STAFF_LIST = Rule(may_see=_is_in, may_act=_is_staff_of)

PERMISSIONS: Permissions = {
    "look": _DECIDING,
    "approve": _DECIDING,
    "return": _DECIDING,
    "decline": _DECIDING,
    "reopen": _DECIDING,
    "undo": _DECIDING,
    "see_queue": _STAFF_LIST,
    "see_deliveries": _STAFF_LIST,
    "retry_delivery": _STAFF_LIST,
}
