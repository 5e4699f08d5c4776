"""The worker's work, done at once and in the test's own thread."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState, LanePause
from lti_app.lti.nrps import roster
from lti_app.lti.services import Access, ServiceClient
from lti_app.people.models import Platform
from lti_app.settings import Settings


@dataclass
class Hands:
    """Hands that deliver."""

    database: Database
    delivering: Delivering

    def deliver(self) -> list[Delivery]:
        """Deliver everything that waits, without waiting for pauses; all deliveries in order."""
        with self.database.writing() as session:
            for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
                row.not_before = now()
            session.execute(delete(LanePause))
        with self.database.reading() as session:
            due = leases.due(session, 100)
        for each in due:
            following = self.delivering.deliver(each)
            while following is not None:
                following = self.delivering.deliver(following)
        with self.database.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.sequence)))


def read_roster(
    settings: Settings, database: Database, memberships_url: str, issuer: str = ""
) -> dict[str, roster.Member]:
    """Everybody on the roster at this address by `sub`, read as that platform's client (the only one's)."""
    wanted = select(Platform).where(Platform.issuer == issuer) if issuer else select(Platform)
    with database.reading() as session:
        access = Access.to(session.scalars(wanted).one())
    with ServiceClient(settings, database, access) as client:
        return {each.sub: each for page in roster.pages(client, memberships_url) for each in page.members}
