"""Who may look at a portfolio's certificate: its student, the staff of its course, the institution's coordinators."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.people.roles import Role


@dataclass(frozen=True)
class Holder:
    """Whose certificate it is, and the course it is worked on in."""

    institution_id: uuid.UUID
    person_id: uuid.UUID
    course_id: uuid.UUID


def _is_own(actor: Actor, holder: Any) -> bool:
    return actor.institution_id == holder.institution_id and actor.person_id == holder.person_id


def _may_see(actor: Actor, holder: Any) -> bool:
    if actor.institution_id != holder.institution_id:
        return False
    teaches_there = Role.TEACHER in actor.roles and actor.course_id == holder.course_id
    return _is_own(actor, holder) or actor.is_coordinator or teaches_there


PERMISSIONS: Permissions = {"certificate.see": Rule(_may_see, _may_see)}
