"""The three assignments of a course as a scheme wants them: their names, and how many points each is worth.

Maxima are whole numbers (Open edX takes no others): one point for each step that the scheme asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from lti_app.errors import N_
from lti_app.i18n import translator
from lti_app.lti.ags.gradebook import WantedLineItem
from lti_app.lti.ags.models import LineItemKind
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.rules import required_total

_LABELS = {
    LineItemKind.ACTIVITIES: N_("International merits: activities"),
    LineItemKind.FINAL_REPORT: N_("International merits: final report"),
    LineItemKind.CERTIFICATE: N_("International merits: certificate"),
}


def label_of(kind: LineItemKind, language: str) -> str:
    """What an assignment of this kind is called, unless a teacher calls it something else."""
    return translator(language)(_LABELS[kind])


def points_of(kind: LineItemKind, document: SchemeDocument) -> Decimal:
    """How many points an assignment of this kind is worth under the scheme."""
    is_counted = kind is LineItemKind.ACTIVITIES
    return Decimal(required_total(document.rules.requirement) if is_counted else 1)


def wanted_assignments(document: SchemeDocument, language: str) -> Mapping[LineItemKind, WantedLineItem]:
    """The assignments that the tool makes in a course of this scheme."""
    return {
        kind: WantedLineItem(kind, label_of(kind, language), points_of(kind, document))
        for kind in LineItemKind
    }
