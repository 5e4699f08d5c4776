"""The facts without what the layout leaves out: whatever draws or shows them need not ask."""

from __future__ import annotations

from dataclasses import replace

from lti_app.certificates.facts import CertificateFacts, Merit
from lti_app.schemes.certificate_layout import Shown


def as_shown(facts: CertificateFacts) -> CertificateFacts:
    """Leave out programme, faculty, presentation, places and dates that the layout does not show."""
    shows = facts.layout.shows
    if shows >= set(Shown):
        return facts
    return replace(
        facts,
        programme=facts.programme if Shown.PROGRAMME in shows else None,
        faculty=facts.faculty if Shown.FACULTY in shows else None,
        presentation=facts.presentation if Shown.PRESENTATION in shows else None,
        merits=tuple(_merit(each, Shown.PLACES in shows, Shown.DATES in shows) for each in facts.merits),
    )


def _merit(merit: Merit, with_place: bool, with_dates: bool) -> Merit:
    if not with_place:
        merit = replace(merit, place="")
    return merit if with_dates else replace(merit, starts_on=None, ends_on=None)
