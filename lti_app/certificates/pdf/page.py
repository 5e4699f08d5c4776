"""The sheet and its colours: A4 upright or lying, its margins, and what each ink of a layout is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lti_app.schemes.certificate_layout import CertificateLayout, Orientation, rgb

Colour = tuple[float, float, float]

_LONG, _SHORT = 841.89, 595.276  # A4 in points
_MARGIN = 74.0


class Ink(StrEnum):
    """What a line or letter is drawn in."""

    INK = "ink"
    ACCENT = "accent"
    GREY = "grey"
    ORNAMENT = "ornament"
    FAINT = "faint"
    WARNING = "warning"


@dataclass(frozen=True)
class Page:
    """The size of a page, in points from its lower left corner."""

    width: float
    height: float

    left = _MARGIN

    @property
    def is_landscape(self) -> bool:
        """Whether it is wider than high."""
        return self.width > self.height

    @property
    def right(self) -> float:
        """Where text ends."""
        return self.width - _MARGIN

    @property
    def measure(self) -> float:
        """How wide text may be."""
        return self.width - 2 * _MARGIN

    @property
    def middle(self) -> float:
        """Half-way between left and right."""
        return self.width / 2


_PAGES = {Orientation.PORTRAIT: Page(_SHORT, _LONG), Orientation.LANDSCAPE: Page(_LONG, _SHORT)}


def page_of(layout: CertificateLayout) -> Page:
    """The sheet of a layout."""
    return _PAGES[layout.orientation]


def palette_of(layout: CertificateLayout) -> dict[Ink, Colour]:
    """The colours of a layout; those that nobody chooses are grey for asides, and red for warnings."""
    return {
        Ink.INK: rgb(layout.ink),
        Ink.ACCENT: rgb(layout.accent),
        Ink.ORNAMENT: rgb(layout.ornament),
        Ink.GREY: (0.33, 0.33, 0.36),
        Ink.FAINT: (0.93, 0.86, 0.86),
        Ink.WARNING: (0.66, 0.12, 0.12),
    }
