"""A university's platform has become another registration: a new client id, perhaps a new issuer.

Everything of the old platform moves to the new one, so that the next launch finds its person, course and
portfolio again; what both know is put together first (`twins.py`).
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import Session

from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.lti.models import LoginState
from lti_app.lti.operating.twins import Twins
from lti_app.people.models import Course, Deployment, Institution, Person, Platform
from lti_app.web.models import LaunchSession


@dataclass(frozen=True)
class Adopted:
    """What moved. `merged` are people and courses that both platforms knew."""

    old: str
    new: str
    people: int
    courses: int
    deployments: int
    merged: int


def adopt(session: Session, old_name: str, new_name: str) -> Adopted:
    """Move everything of the old platform to the new one, and pause the old one.

    Raises ValueError that says what is in the way; the caller then rolls back, and nothing has changed.
    """
    old, new = _platform(session, old_name), _platform(session, new_name)
    if old.id == new.id:
        raise ValueError("A platform cannot adopt itself.")
    if session.get_bind().dialect.name == "postgresql":  # on SQLite nobody else can write now anyway
        # The logins first of all: a launch that is just arriving has consumed its own, and needs the other
        # tables. None begins or arrives until we are done, so none opens a visit by what goes here.
        session.execute(
            text("LOCK TABLE login_state, person, course, deployment IN SHARE ROW EXCLUSIVE MODE")
        )
    session.execute(delete(LoginState).where(LoginState.platform_id == old.id))
    _check_institutions(session, old, new)
    under_way = DeepLinkRequest.platform_id.in_([old.id, new.id])
    session.execute(delete(DeepLinkRequest).where(under_way))
    twins = Twins(session, old.id, new.id)
    merged = twins.merge_courses() + twins.merge_people()
    deployments = _move_deployments(session, old, new)
    people, courses = _move(session, Person, old, new), _move(session, Course, old, new)
    _move(session, LaunchSession, old, new)
    old.is_active = False
    session.flush()
    return Adopted(_name(old), _name(new), people, courses, deployments, merged)


def _platform(session: Session, which: str) -> Platform:
    """The platform with this id or client id. Raises ValueError."""
    wanted: ColumnElement[bool] = Platform.client_id == which
    with suppress(ValueError):
        wanted |= Platform.id == uuid.UUID(which)
    found = session.scalars(select(Platform).where(wanted).limit(2)).all()
    if not found:
        raise ValueError(f"There is no platform {which!r}; `cim platform list --json` shows them.")
    if len(found) > 1:
        raise ValueError(f"Several platforms have the client id {which!r}; give the id of one.")
    return found[0]


def _check_institutions(session: Session, old: Platform, new: Platform) -> None:
    """A launch looks for people at the institution of its deployment, so it must be one of the old ones."""
    served = select(Person.institution_id).where(Person.platform_id == old.id)
    attached = select(Deployment.institution_id).where(
        Deployment.platform_id == old.id, Deployment.institution_id.is_not(None)
    )
    stray = session.execute(
        select(Deployment.deployment_id, Institution.name)
        .join(Institution, Institution.id == Deployment.institution_id)
        .where(
            Deployment.platform_id == new.id,
            Deployment.is_approved,
            Deployment.institution_id.not_in(served),
            Deployment.institution_id.not_in(attached),
        )
        .order_by(Deployment.deployment_id)
    ).first()
    if stray is not None:
        raise ValueError(
            f"Deployment {stray.deployment_id!r} of the new platform belongs to {stray.name!r}, which the "
            f"old one never served: withdraw its approval, and approve it for the right institution."
        )


def _move_deployments(session: Session, old: Platform, new: Platform) -> int:
    """Deployments keep their approval. One that both know stays the new one's, approved if either is."""
    moved = 0
    theirs = select(Deployment).where(Deployment.platform_id == new.id)
    twins = {each.deployment_id: each for each in session.scalars(theirs)}
    for each in session.scalars(select(Deployment).where(Deployment.platform_id == old.id)).all():
        twin = twins.get(each.deployment_id)
        if twin is None:
            each.platform_id = new.id
            moved += 1
            continue
        if each.is_approved and not twin.is_approved:
            twin.institution_id, twin.is_approved = each.institution_id, True
        visits = update(LaunchSession).where(LaunchSession.deployment_id == each.id)
        session.execute(visits.values(deployment_id=twin.id))
        session.delete(each)
    session.flush()
    return moved


def _move(
    session: Session, model: type[Person] | type[Course] | type[LaunchSession], old: Platform, new: Platform
) -> int:
    """Let all rows be of the new platform; how many."""
    moving = update(model).where(model.platform_id == old.id).values(platform_id=new.id)
    return len(session.execute(moving.returning(model.platform_id)).all())


def _name(platform: Platform) -> str:
    return f"{platform.name} (client {platform.client_id})"
