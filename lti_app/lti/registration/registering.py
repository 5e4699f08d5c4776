"""Carrying out a dynamic registration: the invitation, what the platform answers, and the platform stored.

The platform is asked between two short transactions: one holds the invitation, the other uses it up together
with storing the platform, or lets go of it. A registration never changes a platform that exists, and one
that claims a known issuer from a new host waits for the operator
(docs/decisions/009-who-may-register-a-platform.md). Source: LTI Dynamic Registration 1.0 §3.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of
from lti_app.lti.models import Invitation
from lti_app.lti.platforms import AlreadyThereError, PlatformDetails, add_new_platform
from lti_app.lti.registration.configuration import Placement, wanted_placements, wanted_scopes
from lti_app.lti.registration.exchange import Answered, Offer, ask_platform, check_offer, fetch_configuration
from lti_app.lti.registration.invitations import Invited, consume, hold, release
from lti_app.lti.registration.openid_configuration import OpenidConfiguration
from lti_app.people.models import Platform
from lti_app.settings import Settings


@dataclass(frozen=True)
class Registered:
    """What came of it, for the administrator: where the tool shows up, what it asked for and did not get."""

    institution: str
    origin: str
    client_id: str
    deployment_id: str
    is_canvas: bool
    waits_for_operator: bool
    placements: tuple[Placement, ...]
    refused_placements: tuple[Placement, ...]
    refused_scopes: tuple[str, ...]


def register(db: Database, settings: Settings, invitation: str, offer: Offer) -> Registered:
    """Register the tool with the platform by this invitation. Raises Problem."""
    check_offer(offer, development=settings.development)
    with db.writing() as session:
        held = hold(session, invitation)
    try:
        platform = fetch_configuration(offer, development=settings.development)
        answered = ask_platform(offer, platform, settings)
        try:
            with db.writing() as session:
                return _store(session, settings, held, offer, platform, answered)
        except (SQLAlchemyError, ValueError) as error:
            raise Problem("registration-not-stored", type(error).__name__) from error
    except Problem:
        with suppress(SQLAlchemyError), db.writing() as session:  # else it is free again in two minutes
            release(session, held)
        raise


def _store(
    session: Session,
    settings: Settings,
    held: Invited,
    offer: Offer,
    platform: OpenidConfiguration,
    answered: Answered,
) -> Registered:
    """Store the platform and use the invitation up. Raises Problem, ValueError or a database's error."""
    waits = _is_new_host(session, platform.issuer, offer.origin)
    details = PlatformDetails(
        name=platform.account_name or held.institution,
        issuer=platform.issuer,
        client_id=answered.client_id,
        auth_url=platform.auth_url,
        token_url=platform.token_url,
        jwks_url=platform.jwks_url,
    )
    first = [answered.deployment_id] if answered.deployment_id else []
    try:
        stored = add_new_platform(
            session, settings, details, deployment_ids=first, institution=held.institution
        )
    except AlreadyThereError:
        raise Problem("registration-known") from None
    row = session.get_one(Platform, stored.id)
    row.product_family, row.is_active = platform.product_family, not waits
    session.flush()
    consume(
        session,
        held,
        row.id,
        registered_from=offer.origin,
        awaits_deployment=not answered.deployment_id,
    )
    wanted = wanted_scopes(platform)
    places = tuple(wanted_placements(platform)) if platform.is_canvas else ()
    got = tuple(each for each in places if _is_there(each, answered))
    return Registered(
        institution=held.institution,
        origin=offer.origin,
        client_id=answered.client_id,
        deployment_id=answered.deployment_id,
        is_canvas=platform.is_canvas,
        waits_for_operator=waits,
        placements=got,
        refused_placements=tuple(each for each in places if each not in got),
        refused_scopes=tuple(
            each for each in wanted if answered.scopes is not None and each not in answered.scopes
        ),
    )


def _is_there(placement: Placement, answered: Answered) -> bool:
    """Whether the platform's answer has this place, or says nothing of places."""
    return answered.placements is None or bool(answered.placements.intersection(placement.names))


def _is_new_host(session: Session, issuer: str, origin: str) -> bool:
    """Whether the issuer is known, but no active platform of it is, or was registered, at this origin."""
    known = session.scalars(select(Platform).where(Platform.issuer == issuer)).all()
    active = [each for each in known if each.is_active]
    registered = select(Invitation.registered_from).where(
        Invitation.platform_id.in_([each.id for each in active])
    )
    trusted = {origin_of(issuer), *session.scalars(registered)}
    for each in active:
        trusted |= {origin_of(each.auth_url), origin_of(each.token_url), origin_of(each.jwks_url)}
    return bool(known) and origin not in trusted
