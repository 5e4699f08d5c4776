"""Who is in a course, as the platform tells it, page by page: absence means that somebody left.

Source: 1EdTech Names and Role Provisioning Services 2.0. Canvas lists only active people, 50 a page, and
gives names and addresses as far as the tool's privacy level allows. Nothing is stored here
(`lti/nrps/sync.py` does).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lti_app.errors import N_
from lti_app.jobs import Failed
from lti_app.lti.ags.client import ODD_ANSWER
from lti_app.lti.answers import successful
from lti_app.lti.services import ROSTER_SCOPE, ServiceClient, next_page
from lti_app.people.roles import Role, is_test_student, roles_from

_CONTAINER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
NO_ROSTER = N_("The platform has no list of this course's people any more; perhaps the course has ended.")


@dataclass(frozen=True)
class Member:
    """Somebody in a course; `sub` is the same as in a launch. Names and address may be empty."""

    sub: str
    roles: frozenset[Role]
    name: str
    given_name: str
    family_name: str
    email: str


@dataclass(frozen=True)
class Page:
    """Some members, nobody twice, and where the next ones are; empty after the last page."""

    members: tuple[Member, ...]
    next_url: str


def pages(client: ServiceClient, memberships_url: str) -> Iterator[Page]:
    """Everybody who is active in the course, without Test Students.

    Raises Busy, Retry, Failed, NoAnswer and TokenRefused; also in the middle, so take the whole before you
    conclude who left.
    """
    for answer in client.pages(memberships_url, scopes=(ROSTER_SCOPE,), accept=_CONTAINER_TYPE):
        listed = successful(answer, gone=NO_ROSTER).json()
        told = listed.get("members") if isinstance(listed, dict) else None
        if not isinstance(told, list):
            raise Failed(ODD_ANSWER, detail="a roster without a list of members")
        found = {member.sub: member for each in told if (member := _member(each))}
        yield Page(tuple(found.values()), next_page(answer.url, answer.headers.get("Link", "")))


def _member(told: Any) -> Member | None:
    """One entry; None for one without id, who is not active, or a Test Student."""
    if not isinstance(told, dict) or told.get("status", "Active") != "Active":
        return None
    sub = told.get("user_id")
    if not isinstance(sub, str) or not sub or len(sub) > 255:
        return None
    roles = told.get("roles")
    words = [each for each in roles if isinstance(each, str)] if isinstance(roles, list) else []
    if is_test_student(words):
        return None
    given, family = _text(told, "given_name", 300), _text(told, "family_name", 300)
    return Member(
        sub=sub,
        roles=roles_from(words),
        name=_text(told, "name", 300) or f"{given} {family}".strip()[:300],
        given_name=given,
        family_name=family,
        email=_text(told, "email", 320),
    )


def _text(told: dict[str, Any], name: str, longest: int) -> str:
    """A text of the entry without what no database takes; an unresolved variable (`$Person…`) is missing."""
    value = told.get(name)
    if not isinstance(value, str) or value.startswith("$"):
        return ""
    return " ".join("".join(each if each.isprintable() else " " for each in value).split())[:longest]
