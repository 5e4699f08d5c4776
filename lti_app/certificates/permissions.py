"""Who may do what with a certificate: its student, its course's staff, its institution's coordinators."""

from __future__ import annotations

from typing import Any

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.portfolio.permissions import is_own, is_staff_of


def _may_see(actor: Actor, owned: Any) -> bool:
    return is_own(actor, owned) or is_staff_of(actor, owned)


def _is_staff(actor: Actor, owned: Any) -> bool:
    """Staff, but never in their own affairs."""
    return is_staff_of(actor, owned) and actor.person_id != owned.person_id


def _is_coordinator(actor: Actor, owned: Any) -> bool:
    return actor.is_coordinator and _is_staff(actor, owned)


PERMISSIONS: Permissions = {
    "certificate.see": Rule(_may_see, _may_see),
    "certificate.request_correction": Rule(_may_see, _may_see),
    "certificate.correct": Rule(_may_see, _is_staff),
    "certificate.revoke": Rule(_may_see, _is_coordinator),
    "certificate.share": Rule(_may_see, is_own),
}


def allowed(actor: Actor, owned: Any) -> frozenset[str]:
    """Everything that the actor may do with this certificate, for a page to offer."""
    return frozenset(
        action
        for action, rule in PERMISSIONS.items()
        if rule.may_see(actor, owned) and rule.may_act(actor, owned)
    )
