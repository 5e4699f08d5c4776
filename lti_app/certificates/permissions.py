"""Who may look at a certificate: its student, the staff of its course, the institution's coordinators."""

from __future__ import annotations

from typing import Any

from lti_app.people.actors import Actor, Permissions, Rule
from lti_app.portfolio.permissions import is_own, is_staff_of


def _may_see(actor: Actor, owned: Any) -> bool:
    return is_own(actor, owned) or is_staff_of(actor, owned)


PERMISSIONS: Permissions = {"certificate.see": Rule(_may_see, _may_see)}
