"""Who may do what with a certificate: its student, its course's staff, its institution's coordinators."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.people.roles import Role
from lti_app.portfolio.permissions import is_own, is_own_or_staff, is_staff_of


def _is_staff(actor: Actor, owned: Any) -> bool:
    """Staff, but never in their own affairs."""
    return is_staff_of(actor, owned) and actor.person_id != owned.person_id


def _is_coordinator(actor: Actor, owned: Any) -> bool:
    return actor.is_coordinator and _is_staff(actor, owned)


@dataclass(frozen=True)
class Scope:
    """Whose certificates a list is about: one course, or with `course_id` None the whole institution."""

    institution_id: uuid.UUID
    course_id: uuid.UUID | None


def scope_of(actor: Actor) -> Scope:
    """The course of the launch; the institution for a launch without one."""
    return Scope(actor.institution_id, actor.course_id)


def _runs(actor: Actor, scope: Any) -> bool:
    if actor.institution_id != scope.institution_id or actor.is_test:
        return False
    teaches = Role.TEACHER in actor.roles and scope.course_id is not None
    return actor.is_coordinator or (teaches and actor.course_id == scope.course_id)


def _is_in(actor: Actor, scope: Any) -> bool:
    is_here = actor.course_id is not None and actor.course_id == scope.course_id
    return actor.institution_id == scope.institution_id and (is_here or actor.is_coordinator)


PERMISSIONS: Permissions = {
    "certificates.list": Rule(_is_in, _runs),
    "certificates.run": Rule(_is_in, _runs),
    "certificate.see": Rule(is_own_or_staff, is_own_or_staff),
    "certificate.issue": Rule(is_own_or_staff, _is_staff),
    "certificate.request_correction": Rule(is_own_or_staff, is_own_or_staff),
    "certificate.correct": Rule(is_own_or_staff, _is_staff),
    "certificate.revoke": Rule(is_own_or_staff, _is_coordinator),
    "certificate.share": Rule(is_own_or_staff, is_own),
}


def allowed(actor: Actor, owned: Any) -> frozenset[str]:
    """Everything that the actor may do with this certificate, for a page to offer."""
    return frozenset(
        action
        for action, rule in PERMISSIONS.items()
        if action.startswith("certificate.") and rule.may_see(actor, owned) and rule.may_act(actor, owned)
    )
