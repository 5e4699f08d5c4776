"""Who is in a course, as the platform tells it: absence means that somebody left; their work is kept.

Source: 1EdTech Names and Role Provisioning Services 2.0. Canvas lists only active people, 50 a page, and
gives names and addresses as far as the tool's privacy level allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lti_app.lti.outbound import NoAnswer
from lti_app.lti.services import ROSTER_SCOPE, ServiceClient
from lti_app.lti.verdicts import said
from lti_app.people.roles import Role, roles_from

_CONTAINER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_MOST_MEMBERS = 20_000


@dataclass(frozen=True)
class Member:
    """Somebody in a course; `sub` is the same as in a launch. Names and address may be empty."""

    sub: str
    roles: frozenset[Role]
    name: str
    given_name: str
    family_name: str
    email: str


def members(client: ServiceClient, memberships_url: str) -> Iterator[Member]:
    """Everybody who is active in the course, page by page.

    Raises NoAnswer and TokenRefused; also in the middle, so take the whole before you conclude who left.
    """
    count = 0
    for answer in client.pages(memberships_url, scopes=(ROSTER_SCOPE,), accept=_CONTAINER_TYPE):
        if answer.status != 200:
            raise NoAnswer(f"{answer.status} {said(answer.body)}".strip(), was_sent=True)
        listed = answer.json()
        for each in listed.get("members") or () if isinstance(listed, dict) else ():
            member = _member(each)
            if member is not None:
                yield member
            count += 1
            if count > _MOST_MEMBERS:
                raise NoAnswer(f"the course has more than {_MOST_MEMBERS} members", was_sent=True)


def _member(told: Any) -> Member | None:
    """One entry; None for one without id or who is not active."""
    if not isinstance(told, dict) or told.get("status", "Active") != "Active":
        return None
    sub = told.get("user_id")
    if not isinstance(sub, str) or not sub or len(sub) > 255:
        return None
    roles = told.get("roles")
    words = [each for each in roles if isinstance(each, str)] if isinstance(roles, list) else []
    return Member(
        sub=sub,
        roles=roles_from(words),
        name=_text(told, "name", 300),
        given_name=_text(told, "given_name", 300),
        family_name=_text(told, "family_name", 300),
        email=_text(told, "email", 320),
    )


def _text(told: dict[str, Any], name: str, longest: int) -> str:
    """A text of the entry; an unresolved variable (`$Person…`) counts as missing."""
    value = told.get(name)
    return value[:longest] if isinstance(value, str) and not value.startswith("$") else ""
