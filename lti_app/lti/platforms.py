"""The platforms that launch this tool, and their deployments: what an operator adds, lists and approves.

A platform is (issuer, client id), compared exactly; one added here works at the next login.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from lti_app.db import insert_into, new_id
from lti_app.errors import Problem
from lti_app.lti.platform_faults import LONGEST, fault_of, is_line
from lti_app.lti.registration.invitations import claim_first_deployment
from lti_app.people.models import Deployment, Institution, Platform
from lti_app.settings import Settings

# Of one platform. Its own administrators decide what a deployment is called: without an end, they could fill
# the table, and the page of it.
MOST_WAITING = 200


class AlreadyThereError(Exception):
    """A platform of that issuer and client id is registered already."""


@dataclass(frozen=True)
class PlatformDetails:
    """What the platform's administrator hands over: public https addresses, any in development."""

    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str


@dataclass(frozen=True)
class DeploymentView:
    """A deployment as the operator sees it; `institution` is empty until it is approved."""

    id: uuid.UUID
    deployment_id: str
    is_approved: bool
    institution: str


@dataclass(frozen=True)
class PlatformView:
    """A platform as the operator sees it."""

    id: uuid.UUID
    name: str
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    is_active: bool
    deployments: tuple[DeploymentView, ...]


def add_platform(
    session: Session,
    settings: Settings,
    details: PlatformDetails,
    *,
    deployment_ids: Sequence[str] = (),
    institution: str = "",
) -> PlatformView:
    """Store a platform or bring the one of that issuer and client up to date; approve its deployments.

    The institution is made if there is none of that name; without a name it is called like the platform.
    Idempotent. Raises ValueError with a sentence for the operator.
    """
    _check(details, settings)
    platform = session.scalars(
        select(Platform).where(Platform.issuer == details.issuer, Platform.client_id == details.client_id)
    ).one_or_none()
    if platform is None:
        platform = Platform(id=new_id(), **asdict(details))
        session.add(platform)
    for name, value in asdict(details).items():
        setattr(platform, name, value)
    session.flush()
    return _with_deployments(session, platform, deployment_ids, institution)


def add_new_platform(
    session: Session,
    settings: Settings,
    details: PlatformDetails,
    *,
    deployment_ids: Sequence[str] = (),
    institution: str = "",
) -> PlatformView:
    """As `add_platform`, but one that is there is never changed, not even by two at once.

    Raises AlreadyThereError, and ValueError with a sentence for the operator.
    """
    _check(details, settings)
    row = {"id": new_id(), **asdict(details)}
    statement = insert_into(session, Platform).values(row).on_conflict_do_nothing()
    platform_id = session.scalar(statement.returning(Platform.id))
    if platform_id is None:
        raise AlreadyThereError
    platform = session.get_one(Platform, platform_id)
    return _with_deployments(session, platform, deployment_ids, institution)


def list_platforms(session: Session) -> list[PlatformView]:
    """Every platform by name, with its deployments, also those waiting for approval."""
    platforms = session.scalars(select(Platform).order_by(Platform.name, Platform.issuer, Platform.client_id))
    return [_view(session, platform) for platform in platforms.all()]


def approve_deployment(session: Session, which: str, *, institution: str = "") -> DeploymentView:
    """Approve the deployment with this id, ours or the platform's, and attach it to an institution.

    Without a name it is the only institution of the platform's other deployments, or one called like the
    platform. Idempotent. Raises ValueError with a sentence for the operator.
    """
    found = session.scalars(select(Deployment).where(Deployment.deployment_id == which)).all()
    if not found and (own_id := _uuid(which)):
        found = session.scalars(select(Deployment).where(Deployment.id == own_id)).all()
    if not found:
        raise ValueError(f"No deployment has the id {which!r}; `cim platform list` shows them.")
    if len(found) > 1:
        raise ValueError(
            f"Several platforms have a deployment {which!r}; give the id `cim platform list` shows."
        )
    return approve(session, found[0], institution=institution)


def approve(session: Session, deployment: Deployment, *, institution: str = "") -> DeploymentView:
    """Approve this deployment, as `approve_deployment` does."""
    platform = session.get_one(Platform, deployment.platform_id)
    _approve(session, deployment, institution, _usual_institution(session, platform))
    return _deployment_view(session, deployment)


def note_deployment(session: Session, platform_id: uuid.UUID, deployment_id: str) -> bool:
    """Remember a deployment that a verified launch named; whether it may be used. Idempotent.

    A new one waits to be approved, unless an invitation promised the platform its first one, or the platform
    is trusted with new deployments and all its approved ones belong to one institution. One that is known
    already, even withdrawn, stays as it is. Raises Problem("deployments-too-many"), and keeps nothing, where
    so many wait that nobody can be looking at them.
    """
    deployment, is_new = _known_deployment(session, platform_id, deployment_id)
    platform = session.get_one(Platform, platform_id)
    if is_new and (promised := claim_first_deployment(session, platform_id)):
        _approve(session, deployment, promised, platform.name)
    elif is_new and platform.trusts_new_deployments:
        institutions = institutions_of(session, platform_id)
        if len(institutions) == 1:
            deployment.institution_id, deployment.is_approved = institutions[0].id, True
    if is_new and not deployment.is_approved:
        waiting = select(func.count()).where(*_never_approved(platform_id))
        if (session.scalar(waiting) or 0) > MOST_WAITING:
            raise Problem("deployments-too-many")
    return deployment.is_approved


def forget_waiting(session: Session, platform_id: uuid.UUID) -> None:
    """Forget the deployments that were never approved; the next launch of each brings it again."""
    session.execute(delete(Deployment).where(*_never_approved(platform_id)))


def institutions_of(session: Session, platform_id: uuid.UUID) -> Sequence[Institution]:
    """The institutions that a platform's approved deployments belong to, by name."""
    approved = select(Deployment.institution_id).where(
        Deployment.platform_id == platform_id, Deployment.is_approved
    )
    return session.scalars(
        select(Institution).where(Institution.id.in_(approved)).order_by(Institution.name)
    ).all()


def _never_approved(platform_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return Deployment.platform_id == platform_id, Deployment.institution_id.is_(None)


def _check(details: PlatformDetails, settings: Settings) -> None:
    for name, value in asdict(details).items():
        if fault := fault_of(name, value, development=settings.development):
            raise ValueError(f"The {name.replace('_', ' ')} {value[:100]!r} {fault}.")


def _with_deployments(
    session: Session, platform: Platform, deployment_ids: Sequence[str], institution: str
) -> PlatformView:
    for deployment_id in dict.fromkeys(deployment_ids):
        if not deployment_id or len(deployment_id) > 255 or not deployment_id.isprintable():
            raise ValueError("A deployment id has 1 to 255 characters, and no control characters.")
        deployment, _ = _known_deployment(session, platform.id, deployment_id)
        _approve(session, deployment, institution, platform.name)
    return _view(session, platform)


def _known_deployment(
    session: Session, platform_id: uuid.UUID, deployment_id: str
) -> tuple[Deployment, bool]:
    """The deployment, made if it is not there, also when a launch brings it just now; whether it is new."""
    row = {"platform_id": platform_id, "deployment_id": deployment_id}
    statement = insert_into(session, Deployment).values(row).on_conflict_do_nothing()
    is_new = session.scalar(statement.returning(Deployment.id)) is not None
    return session.scalars(select(Deployment).filter_by(**row)).one(), is_new


def _approve(session: Session, deployment: Deployment, institution: str, default: str) -> None:
    if deployment.is_approved and deployment.institution_id is not None:
        attached = session.get_one(Institution, deployment.institution_id)
        if institution and attached.name != institution:
            raise ValueError(f"Deployment {deployment.deployment_id!r} already belongs to {attached.name!r}.")
        return
    deployment.institution_id = _institution(session, institution or default).id
    deployment.is_approved = True
    session.flush()


def _institution(session: Session, name: str) -> Institution:
    """The institution of that name, made if there is none, also when somebody else makes it just now."""
    if not name or not is_line(name) or len(name) > LONGEST["institution"]:
        raise ValueError("An institution's name has at most 200 characters, none of them control characters.")
    statement = insert_into(session, Institution).values(id=new_id(), name=name)
    session.execute(statement.on_conflict_do_nothing())
    return session.scalars(select(Institution).where(Institution.name == name)).one()


def _usual_institution(session: Session, platform: Platform) -> str:
    found = institutions_of(session, platform.id)
    return found[0].name if len(found) == 1 else platform.name


def _view(session: Session, platform: Platform) -> PlatformView:
    deployments = session.scalars(
        select(Deployment)
        .where(Deployment.platform_id == platform.id)
        .order_by(Deployment.created_at, Deployment.deployment_id)
    )
    return PlatformView(
        id=platform.id,
        name=platform.name,
        issuer=platform.issuer,
        client_id=platform.client_id,
        auth_url=platform.auth_url,
        token_url=platform.token_url,
        jwks_url=platform.jwks_url,
        is_active=platform.is_active,
        deployments=tuple(_deployment_view(session, deployment) for deployment in deployments.all()),
    )


def _deployment_view(session: Session, deployment: Deployment) -> DeploymentView:
    attached = session.get(Institution, deployment.institution_id) if deployment.institution_id else None
    return DeploymentView(
        deployment.id, deployment.deployment_id, deployment.is_approved, attached.name if attached else ""
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
