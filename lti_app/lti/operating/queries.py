"""What the operator's pages show of platforms: the list, and everything about one."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.alphabet import swedish
from lti_app.lti.models import Invitation, LaunchFailure
from lti_app.lti.operating.failures import FailureRow, failures_of
from lti_app.people.models import Course, Deployment, Institution, Person, Platform

_LAST_LAUNCH = (
    select(func.max(Person.last_launch_at))
    .where(Person.platform_id == Platform.id, Person.has_launched)
    .correlate(Platform)
    .scalar_subquery()
)


@dataclass(frozen=True)
class PlatformRow:
    """A platform in the list. `institutions` are those of its approved deployments, by name."""

    id: uuid.UUID
    name: str
    issuer: str
    client_id: str
    product_family: str
    is_active: bool
    institutions: tuple[str, ...]
    waiting: int
    failures: int
    last_launch_at: datetime | None


@dataclass(frozen=True)
class DeploymentRow:
    """A deployment; `institution` is also set when it was attached once and its approval withdrawn."""

    id: uuid.UUID
    deployment_id: str
    is_approved: bool
    institution: str
    created_at: datetime


@dataclass(frozen=True)
class PlatformPage:
    """Everything about one platform; `registered_from` is empty for one that was added by hand."""

    platform: Platform
    registered_from: str
    deployments: tuple[DeploymentRow, ...]
    failures: tuple[FailureRow, ...]
    people: int
    courses: int
    last_launch_at: datetime | None

    @property
    def has_never_approved(self) -> bool:
        """Whether any installation waits that never belonged to an institution."""
        return any(not each.institution for each in self.deployments)

    @property
    def is_removable(self) -> bool:
        """Whether nothing hangs on it: nobody has come from it yet."""
        return not self.people and not self.courses


def platform_rows(session: Session) -> list[PlatformRow]:
    """Every platform, by name."""
    refused = session.execute(
        select(LaunchFailure.platform_id, func.sum(LaunchFailure.count)).group_by(LaunchFailure.platform_id)
    )
    failures = {platform_id: int(count) for platform_id, count in refused}
    deployments: dict[uuid.UUID, list[DeploymentRow]] = defaultdict(list)
    for platform_id, row in _deployments(session):
        deployments[platform_id].append(row)
    in_order = (Platform.name, Platform.issuer, Platform.client_id)
    platforms = session.execute(select(Platform, _LAST_LAUNCH).order_by(*in_order))
    return [
        PlatformRow(
            id=each.id,
            name=each.name,
            issuer=each.issuer,
            client_id=each.client_id,
            product_family=each.product_family,
            is_active=each.is_active,
            institutions=tuple(
                sorted({row.institution for row in deployments[each.id] if row.is_approved}, key=swedish)
            ),
            waiting=sum(not row.is_approved for row in deployments[each.id]),
            failures=failures.get(each.id, 0),
            last_launch_at=last_launch_at,
        )
        for each, last_launch_at in platforms
    ]


def platform_page(session: Session, platform_id: uuid.UUID) -> PlatformPage | None:
    """One platform, or None."""
    platform = session.get(Platform, platform_id)
    if platform is None:
        return None
    people = session.scalar(select(func.count()).where(Person.platform_id == platform_id))
    courses = session.scalar(select(func.count()).where(Course.platform_id == platform_id))
    registered_from = session.scalar(
        select(Invitation.registered_from).where(Invitation.platform_id == platform_id)
    )
    return PlatformPage(
        platform=platform,
        registered_from=registered_from or "",
        deployments=tuple(row for _, row in _deployments(session, platform_id)),
        failures=tuple(failures_of(session, platform_id)),
        people=people or 0,
        courses=courses or 0,
        last_launch_at=session.scalar(select(_LAST_LAUNCH).where(Platform.id == platform_id)),
    )


def institutions(session: Session) -> list[tuple[uuid.UUID, str]]:
    """Every institution's id and name, by name."""
    rows = session.execute(select(Institution.id, Institution.name))
    return sorted(((row.id, row.name) for row in rows), key=lambda each: (swedish(each[1]), each[1]))


def _deployments(
    session: Session, platform_id: uuid.UUID | None = None
) -> Sequence[tuple[uuid.UUID, DeploymentRow]]:
    """Deployments by platform, those that wait first."""
    query = (
        select(Deployment, Institution.name)
        .outerjoin(Institution, Institution.id == Deployment.institution_id)
        .order_by(Deployment.is_approved, Deployment.created_at, Deployment.deployment_id)
    )
    if platform_id is not None:
        query = query.where(Deployment.platform_id == platform_id)
    return [
        (
            each.platform_id,
            DeploymentRow(each.id, each.deployment_id, each.is_approved, name or "", each.created_at),
        )
        for each, name in session.execute(query)
    ]
