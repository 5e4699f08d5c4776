"""Whether a certificate could print what was approved: asked at each approval, not when it is too late."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from lti_app.certificates.snapshot import facts_of
from lti_app.clock import now
from lti_app.errors import Conflict
from lti_app.glyphs import listed, missing
from lti_app.portfolio.models import Portfolio


def require_printable(session: Session, portfolio: Portfolio) -> None:
    """Pass when the typeface has every character of what is approved, and of the name once it is confirmed.

    Raises Conflict("cannot-be-printed"), whose detail is the characters that are missing.
    """
    from lti_app.certificates import pdf  # noqa: PLC0415 (it loads ReportLab, which most pages never need)

    facts = facts_of(session, portfolio, number="", code="", verify_url="", issued_on=now().date())
    if portfolio.name_confirmed_at is None:
        facts = replace(facts, holder_name="")
    try:
        pdf.check_glyphs(facts)
    except pdf.MissingGlyphs as error:
        raise Conflict(listed(error.characters), slug="cannot-be-printed") from error


def require_printable_name(name: str) -> None:
    """Pass when the typeface has every character of this name, whatever else a certificate is to say.

    Raises Conflict("name-not-printable"), whose detail is the characters that are missing.
    """
    if lacking := missing([name]):
        raise Conflict(listed(lacking), slug="name-not-printable")
