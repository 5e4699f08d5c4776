"""A portfolio that has earned its certificate, and what that certificate would say."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.snapshot import facts_of
from lti_app.portfolio.models import Portfolio
from tests import world

ISSUED_ON = date(2026, 11, 21)


def earned(session: Session, name: str = "Åsa Maria Öberg") -> Portfolio:
    """A student's portfolio with everything in it, by rows alone."""
    course = world.a_course(session)
    return world.an_earned_portfolio(session, world.a_person(session, course, name=name), course)


def facts(session: Session, portfolio: Portfolio) -> CertificateFacts:
    """What would be printed for it now."""
    return facts_of(
        session, portfolio, number="CIM-2026-000001", code="7" * 12, verify_url="u", issued_on=ISSUED_ON
    )
