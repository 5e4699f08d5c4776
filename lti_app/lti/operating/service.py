"""What the operator does with platforms and deployments. The page before has seen that an operator asks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.db import IN_TURN
from lti_app.errors import Conflict, NotFound
from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.lti.models import LoginState
from lti_app.lti.platforms import approve
from lti_app.people.models import Course, Deployment, Person, Platform
from lti_app.web.models import LaunchSession


@dataclass(frozen=True)
class Addresses:
    """What may change of a platform that people rely on. Issuer and client id may not: that is adoption."""

    name: str
    auth_url: str
    token_url: str
    jwks_url: str


def change_addresses(session: Session, platform_id: uuid.UUID, addresses: Addresses) -> None:
    """Change a platform's name and addresses, which the form has checked."""
    platform = _platform(session, platform_id)
    platform.name, platform.auth_url = addresses.name, addresses.auth_url
    platform.token_url, platform.jwks_url = addresses.token_url, addresses.jwks_url


def change_trust(session: Session, platform_id: uuid.UUID, *, is_trusted: bool, frame_ancestors: str) -> None:
    """Say whether new deployments need approval, and who else may frame the tool: origins and blanks."""
    platform = _platform(session, platform_id)
    platform.trusts_new_deployments = is_trusted
    platform.frame_ancestors = " ".join(dict.fromkeys(frame_ancestors.split()))


def pause(session: Session, platform_id: uuid.UUID) -> None:
    """Let nobody in from this platform, and end what is open, at once. Everything is kept."""
    _end_logins(session, platform_id)
    _platform(session, platform_id).is_active = False
    session.flush()
    for visit in (LaunchSession, DeepLinkRequest):
        session.execute(delete(visit).where(visit.platform_id == platform_id))


def resume(session: Session, platform_id: uuid.UUID) -> None:
    """Let people in again."""
    _platform(session, platform_id).is_active = True


def remove(session: Session, platform_id: uuid.UUID) -> None:
    """Forget a platform from which nobody has come. Raises Conflict("platform-in-use")."""
    platform = _platform(session, platform_id)
    for model in (Person, Course):
        if session.scalar(select(model.id).where(model.platform_id == platform_id).limit(1)) is not None:
            raise Conflict("somebody has come from it", slug="platform-in-use")
    try:
        with session.begin_nested():
            for depending in (LoginState, Deployment):
                session.execute(delete(depending).where(depending.platform_id == platform_id))
            session.delete(platform)
    except IntegrityError as error:  # somebody came just now
        raise Conflict("something refers to it", slug="platform-in-use") from error


def approve_here(session: Session, deployment_id: uuid.UUID, institution: str) -> Deployment:
    """Approve the deployment, and attach it to the institution, made if there is none of that name.

    Raises NotFound, and Conflict when it has been approved for another one.
    """
    deployment = _deployment(session, deployment_id)
    try:
        approve(session, deployment, institution=institution)
    except ValueError as error:
        raise Conflict(str(error)) from error
    return deployment


def withdraw(session: Session, deployment_id: uuid.UUID) -> Deployment:
    """Let nobody in from this deployment any more, and end the visits that came by it, or may have. Those of
    the platform's other deployments go on: somebody may be in the middle of a long text.
    """
    deployment = _deployment(session, deployment_id)
    _end_logins(session, deployment.platform_id)
    deployment.is_approved = False
    session.flush()
    may_have = and_(
        LaunchSession.deployment_id.is_(None),
        LaunchSession.platform_id == deployment.platform_id,
        LaunchSession.institution_id == deployment.institution_id,
    )
    session.execute(delete(LaunchSession).where(or_(LaunchSession.deployment_id == deployment.id, may_have)))
    session.execute(
        delete(DeepLinkRequest).where(
            DeepLinkRequest.platform_id == deployment.platform_id,
            DeepLinkRequest.deployment_id == deployment.deployment_id,
        )
    )
    return deployment


def _end_logins(session: Session, platform_id: uuid.UUID) -> None:
    """End the logins under way. A launch that is just arriving has consumed its own: this waits for it, so
    that what comes after sees the visit it opened.
    """
    session.execute(delete(LoginState).where(LoginState.platform_id == platform_id))


def _platform(session: Session, platform_id: uuid.UUID) -> Platform:
    found = session.get(Platform, platform_id, with_for_update=True)
    if found is None:
        raise NotFound("platform")
    return found


def _deployment(session: Session, deployment_id: uuid.UUID) -> Deployment:
    found = session.get(Deployment, deployment_id, with_for_update=IN_TURN)
    if found is None:
        raise NotFound("deployment")
    return found
