"""What a verified launch does, in one transaction: consume its login, note who is where, open its session."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of, origins, refusal_of
from lti_app.lti.attendance import Place, attend
from lti_app.lti.claims import LaunchClaims
from lti_app.lti.logins import PendingLogin, consume_login
from lti_app.lti.look import look_of
from lti_app.people.actors import Actor
from lti_app.people.models import Platform
from lti_app.web.sessions import NewLaunch, open_launch

_LONGEST_ORIGINS = 2000


@dataclass(frozen=True)
class Arrival:
    """An open launch session: its `sid`, the secret for its cookie, and the origins that may frame it."""

    sid: str
    secret: str


def arrive(
    session: Session,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    *,
    development: bool,
) -> Arrival:
    """Carry out a verified launch, once. Raises Problem: launch-used, no-course (but for coordinators)."""
    consume_login(session, login.state)
    lineitems_url = _callable(claims.lineitems_url, development)
    memberships_url = _callable(claims.memberships_url, development)
    place = Place(institution_id, login.platform_id, lineitems_url, memberships_url)
    there = attend(session, place, claims)
    actor = Actor(
        institution_id, login.platform_id, there.person_id, there.course_id, there.roles, there.is_test
    )
    if there.course_id is None and not actor.is_coordinator:
        raise Problem("no-course")
    if claims.product_family not in {"", login.product_family}:
        session.execute(
            update(Platform)
            .where(Platform.id == login.platform_id)
            .values(product_family=claims.product_family)
        )
    ancestors = origins(
        (
            login.issuer,
            login.auth_url,
            *login.frame_ancestors.split(),
            claims.return_url,
            claims.lineitems_url,
            claims.memberships_url,
        ),
        max_length=_LONGEST_ORIGINS,
    )
    look = look_of(claims.custom, ancestors, origin_of(claims.return_url))
    return Arrival(*open_launch(session, NewLaunch(actor, claims.locale, claims.return_url, ancestors, look)))


def _callable(url: str, development: bool) -> str:
    """A service's address if the tool may call it. Platforms behind a proxy write http and mean https."""
    if not development and url.startswith("http://"):
        url = "https://" + url.removeprefix("http://")
    return "" if refusal_of(url, development=development) else url
