"""Handing a certificate in at the platform, for its holder: the file, full marks, and where to verify it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate
from lti_app.lti.ags import gradebook
from lti_app.portfolio.models import Portfolio


def hand_in(session: Session, portfolio: Portfolio, issued: Certificate) -> None:
    """Queue it in the course that the portfolio is worked on in, if that has an assignment for it."""
    facts = CertificateFacts.from_json(issued.facts)
    gradebook.report_certificate(
        session,
        course_id=portfolio.course_id,
        person_id=portfolio.person_id,
        stored_file_id=issued.stored_file_id,
        file_title=f"{facts.number}.pdf",
        comment=_comment(facts),
        cause_id=issued.id,
    )


def _comment(facts: CertificateFacts) -> str:
    """What the platform shows beside the file, in both languages."""
    title = facts.title
    named = title.sv if title.sv == title.en else f"{title.sv} / {title.en}"
    return f"{named} {facts.number}: {facts.verify_url}"
