"""Who coordinates an institution because the operator said so: finding people, granting, revoking.

A launch reads the grant (`attendance.py`); a coordinator by launch, such as a Canvas account's administrator,
needs none and is not listed here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from lti_app.alphabet import swedish
from lti_app.db import insert_into, new_id
from lti_app.errors import NotFound
from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.people.models import Institution, Person, Platform, RoleGrant
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession

MOST_FOUND = 20


@dataclass(frozen=True)
class PersonRow:
    """Somebody of an institution, as the operator needs them to pick the right one."""

    id: uuid.UUID
    name: str
    email: str
    sub: str
    platform: str
    last_launch_at: datetime
    is_coordinator: bool


@dataclass(frozen=True)
class CoordinatorRow:
    """A coordinator by grant."""

    institution_id: uuid.UUID
    institution: str
    person_id: uuid.UUID
    name: str
    email: str
    sub: str
    platform: str
    granted_at: datetime


def find_institution(session: Session, name: str) -> Institution:
    """The institution of that name. Raises ValueError."""
    found = session.scalars(select(Institution).where(Institution.name == name)).one_or_none()
    if found is None:
        raise ValueError(f"There is no institution {name!r}; `cim platform list` shows them.")
    return found


def find_one(session: Session, institution_id: uuid.UUID, which: str) -> Person:
    """The one person of the institution with this sub, e-mail address (in any case) or id of ours.

    Raises ValueError for nobody, and for several.
    """
    is_meant = [Person.sub == which, func.lower(Person.email) == which.lower()]
    with_id = _uuid(which)
    if with_id is not None:
        is_meant.append(Person.id == with_id)
    found = session.scalars(
        select(Person)
        .where(Person.institution_id == institution_id, ~Person.is_test, or_(*is_meant))
        .order_by(Person.sub)
        .limit(2)
    ).all()
    if not found:
        raise ValueError(f"Nobody at this institution has {which!r} as sub, e-mail address or id.")
    if len(found) > 1:
        raise ValueError(f"Several people have {which!r}; give the id of one, such as {found[0].id}.")
    return found[0]


def search_people(session: Session, institution_id: uuid.UUID, term: str) -> list[PersonRow]:
    """At most 20 people of the institution whose name, address or sub holds the term, by name; of more, those
    who come first by family name.
    """
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # SQLite ignores the case of A to Z only: "öberg" is to find Öberg there, too.
    patterns = {f"%{each}%" for each in (escaped, escaped.lower(), escaped.title(), escaped.upper())}
    is_granted = select(RoleGrant.person_id).where(RoleGrant.role == Role.COORDINATOR)
    rows = session.execute(
        select(Person, Platform.name, Person.id.in_(is_granted))
        .join(Platform, Platform.id == Person.platform_id)
        .where(
            Person.institution_id == institution_id,
            ~Person.is_test,
            or_(
                *(
                    text.ilike(pattern, escape="\\")
                    for text in (Person.name, Person.email, Person.sub)
                    for pattern in sorted(patterns)
                )
            ),
        )
        .order_by(Person.name_key, Person.id)
        .limit(MOST_FOUND)
    )
    found = [
        PersonRow(each.id, each.name, each.email, each.sub, platform, each.last_launch_at, is_coordinator)
        for each, platform, is_coordinator in rows
    ]
    return sorted(found, key=lambda each: (swedish(each.name), each.sub, each.platform))


def coordinators(session: Session) -> list[CoordinatorRow]:
    """Everybody who coordinates by grant, by institution and name."""
    rows = session.execute(
        select(RoleGrant, Person, Institution.name, Platform.name)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Platform, Platform.id == Person.platform_id)
        .join(Institution, Institution.id == RoleGrant.institution_id)
        .where(RoleGrant.role == Role.COORDINATOR)
    )
    found = [
        CoordinatorRow(
            grant.institution_id, name, each.id, each.name, each.email, each.sub, platform, grant.granted_at
        )
        for grant, each, name, platform in rows
    ]
    return sorted(found, key=lambda each: (swedish(each.institution), swedish(each.name), each.sub))


def grant_to(session: Session, institution_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Make somebody a coordinator from the next launch on; False when she is one. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None or person.institution_id != institution_id or person.is_test:
        raise NotFound("person of the institution")
    row = {
        "id": new_id(),
        "institution_id": institution_id,
        "person_id": person_id,
        "role": Role.COORDINATOR,
    }
    statement = insert_into(session, RoleGrant).values(row).on_conflict_do_nothing()
    return session.scalar(statement.returning(RoleGrant.id)) is not None


def revoke_from(session: Session, institution_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Take the role back at once, and end the launches that had it; False when there was none."""
    gone = session.execute(
        delete(RoleGrant)
        .where(
            RoleGrant.institution_id == institution_id,
            RoleGrant.person_id == person_id,
            RoleGrant.role == Role.COORDINATOR,
        )
        .returning(RoleGrant.id)
    ).one_or_none()
    if gone is None:
        return False
    for visit in (LaunchSession, DeepLinkRequest):
        session.execute(
            delete(visit).where(
                visit.person_id == person_id,
                visit.roles.contains(Role.COORDINATOR.value, autoescape=True),
            )
        )
    return True


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
