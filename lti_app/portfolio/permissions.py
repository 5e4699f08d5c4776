"""Who may do what in a portfolio: a student works on her own, staff of its courses look at it.

A designer sees no student's work and an observer nothing; both hear that there is no such thing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.people.roles import Role


@dataclass(frozen=True)
class Owned:
    """Whose portfolio a thing belongs to, and the courses whose teachers have to do with it.

    `course_ids` are the course it is worked on in and those that submissions were made from.
    """

    institution_id: uuid.UUID
    person_id: uuid.UUID
    course_ids: frozenset[uuid.UUID]


def is_own(actor: Actor, owned: Any) -> bool:
    """Whether it is the actor's, who is a student in this launch."""
    return (
        actor.is_student
        and actor.institution_id == owned.institution_id
        and actor.person_id == owned.person_id
    )


def is_staff_of(actor: Actor, owned: Any) -> bool:
    """Whether the actor teaches one of its courses in this launch, or coordinates their institution.

    What concerns no course has no staff.
    """
    if actor.institution_id != owned.institution_id or actor.is_test or not owned.course_ids:
        return False
    return actor.is_coordinator or (Role.TEACHER in actor.roles and actor.course_id in owned.course_ids)


def is_own_or_staff(actor: Actor, owned: Any) -> bool:
    """Whether it is the actor's, or hers to look after as staff."""
    return is_own(actor, owned) or is_staff_of(actor, owned)


def _anybody(_actor: Actor, _subject: Any) -> bool:
    return True


def _student_in_course(actor: Actor, _subject: Any) -> bool:
    return actor.is_student and actor.course_id is not None


PERMISSIONS: Permissions = {
    "portfolio.begin": Rule(may_see=_anybody, may_act=_student_in_course),
    "portfolio.see": Rule(may_see=is_own_or_staff, may_act=is_own_or_staff),
    "portfolio.programme": Rule(may_see=is_own_or_staff, may_act=is_own_or_staff),
    "item.change": Rule(may_see=is_own_or_staff, may_act=is_own),
    "submission.see": Rule(may_see=is_own_or_staff, may_act=is_own_or_staff),
}
