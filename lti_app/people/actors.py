"""Who is acting, and whether they may: an Actor goes explicitly into every service verb.

Each room declares its own table, action → predicate; `require` is the one place that asks it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.errors import NotAllowed, NotFound
from lti_app.people.roles import Role


@dataclass(frozen=True)
class Actor:
    """A person in one launch: the institution and course it happened in, and the roles it gave there."""

    institution_id: uuid.UUID
    platform_id: uuid.UUID
    person_id: uuid.UUID
    course_id: uuid.UUID | None
    roles: frozenset[Role]
    is_test: bool = False

    @property
    def is_student(self) -> bool:
        return Role.STUDENT in self.roles

    @property
    def is_teacher(self) -> bool:
        """Teacher of this launch's course, or coordinator of the institution."""
        return Role.TEACHER in self.roles or Role.COORDINATOR in self.roles

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles


Predicate = Callable[[Actor, Any], bool]


@dataclass(frozen=True)
class Rule:
    """Who may know of a thing at all, else 404, and who may act on it, else 403."""

    may_see: Predicate
    may_act: Predicate


Permissions = Mapping[str, Rule]


def require(permissions: Permissions, action: str, actor: Actor, subject: Any = None) -> None:
    """Pass, or raise NotFound (the actor may not know of the subject) or NotAllowed (may not act on it)."""
    rule = permissions[action]
    if not rule.may_see(actor, subject):
        raise NotFound(action)
    if not rule.may_act(actor, subject):
        raise NotAllowed(action)
