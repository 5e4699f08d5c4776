"""What a verified launch does, in one transaction: consume its login, note who is where, open its session."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of, origins, refusal_of
from lti_app.lti.ags.binding import note_hint, note_launch
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.frame.look import look_of
from lti_app.lti.launch.attendance import Attendance, Place, attend
from lti_app.lti.launch.carried import carried_by
from lti_app.lti.launch.claims import LaunchClaims
from lti_app.lti.launch.logins import PendingLogin, consume_login
from lti_app.lti.launch.noticing import note_assignment, note_observed
from lti_app.people.actors import Actor
from lti_app.people.models import Platform
from lti_app.people.roles import Role
from lti_app.web.sessions import NewLaunch, open_launch

_LONGEST_ORIGINS = 2000


@dataclass(frozen=True)
class Arrival:
    """An open launch session: its `sid`, the secret for its cookie, and the origins that may frame it.

    `kind` says which of the course's assignments was opened, if it was one of them.
    """

    sid: str
    secret: str
    frame_ancestors: str
    kind: LineItemKind | None


@dataclass(frozen=True)
class Entered:
    """Who came in, and the origins that may frame the pages of the launch."""

    actor: Actor
    frame_ancestors: str


def arrive(
    session: Session,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    *,
    development: bool,
    public_origin: str,
) -> Arrival:
    """Carry out a verified launch, once. Raises Problem: launch-used, no-course (but for coordinators)."""
    entered = enter(session, login, institution_id, claims, development=development)
    actor, ancestors = entered.actor, entered.frame_ancestors
    kind = None
    if actor.course_id is not None:
        carried = carried_by(claims, public_origin)
        line_item_url = callable_url(claims.lineitem_url, development)
        note_hint(session, institution_id, actor.course_id, carried)
        kind = note_launch(
            session,
            institution_id=institution_id,
            course_id=actor.course_id,
            carried=carried,
            line_item_url=line_item_url,
            title=claims.resource_link_title,
        )
        if line_item_url:
            note_assignment(session, actor.course_id, line_item_url, claims)
    look = look_of(claims.custom, ancestors, origin_of(claims.return_url), login.auth_url)
    new = NewLaunch(actor, claims.locale, claims.return_url, ancestors, look, login.deployment_row_id)
    opened = open_launch(session, new)
    return Arrival(*opened, ancestors, kind)


def enter(
    session: Session,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    *,
    development: bool,
) -> Entered:
    """Consume the login, and note who is where. Raises Problem: launch-used, no-course (but for
    coordinators).
    """
    consume_login(session, login.state)
    place = place_of(login, institution_id, claims, development=development)
    there = attend(session, place, claims)
    actor = actor_of(place, there)
    if there.course_id is None and not actor.is_coordinator:
        raise Problem("no-course")
    if there.course_id is not None and Role.OBSERVER in there.roles:
        note_observed(session, institution_id, there.person_id, there.course_id, claims.observed_subs)
    if claims.product_family not in {"", login.product_family}:
        session.execute(
            update(Platform)
            .where(Platform.id == login.platform_id)
            .values(product_family=claims.product_family)
        )
    return Entered(actor, ancestors_of(login, claims))


def place_of(
    login: PendingLogin, institution_id: uuid.UUID, claims: LaunchClaims, *, development: bool
) -> Place:
    """Where the launch comes from, with the service addresses that the tool may call."""
    return Place(
        institution_id,
        login.platform_id,
        callable_url(claims.lineitems_url, development),
        callable_url(claims.memberships_url, development),
        claims.gradebook_scopes,
    )


def actor_of(place: Place, there: Attendance) -> Actor:
    """Who acts in the launch that is about to open."""
    return Actor(
        place.institution_id, place.platform_id, there.person_id, there.course_id, there.roles, there.is_test
    )


def ancestors_of(login: PendingLogin, claims: LaunchClaims) -> str:
    """The origins that may frame the launch's pages, separated by blanks."""
    named = (claims.return_url, claims.lineitems_url, claims.memberships_url)
    urls = (login.issuer, login.auth_url, *login.frame_ancestors.split(), *named)
    return origins(urls, max_length=_LONGEST_ORIGINS)


def callable_url(url: str, development: bool) -> str:
    """A service's address if the tool may call it. Platforms behind a proxy write http and mean https."""
    if not development and url.startswith("http://"):
        url = "https://" + url.removeprefix("http://")
    return "" if refusal_of(url, development=development) else url
