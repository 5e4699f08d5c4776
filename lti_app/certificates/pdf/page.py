"""The sheet and its colours: A4 upright or lying, its margins, and what each ink of a layout is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from lti_app.schemes.certificate_layout import CertificateLayout, Orientation, rgb

Colour = tuple[float, float, float]

_LONG, _SHORT = 841.89, 595.276  # A4 in points
_MARGIN = 74.0
_BETWEEN = 44.0  # two columns
_NARROW, _WIDE = 400.0, 500.0


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
    """The size of a page, and where its text begins and ends; in points from its lower left corner."""

    width: float
    height: float
    left: float
    right: float

    @property
    def is_landscape(self) -> bool:
        """Whether it is wider than high."""
        return self.width > self.height

    @property
    def measure(self) -> float:
        """How wide text may be."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Half-way between left and right."""
        return (self.left + self.right) / 2

    @property
    def is_narrow(self) -> bool:
        """Whether its text stands in a column, where little goes on one line."""
        return self.measure < _NARROW

    @property
    def is_wide(self) -> bool:
        """Whether both languages go on one line."""
        return self.measure > _WIDE

    def columns(self, count: int, between: float) -> tuple[Page, ...]:
        """The same page with its text in so many columns, as many points between two as said."""
        wide = (self.measure + between) / count - between
        starts = (self.left + place * (wide + between) for place in range(count))
        return tuple(replace(self, left=start, right=start + wide) for start in starts)

    def sides(self) -> tuple[Page, ...]:
        """The two sides of a lying page, which opens like a book; upright it has one."""
        return self.columns(2, _BETWEEN) if self.is_landscape else (self,)


@dataclass(frozen=True)
class Closeness:
    """How close the first page is set: what the room between its texts, the sizes of title and name, and
    those of the statement are multiplied by; whether more sign beside each other, in smaller letters.
    """

    room: float = 1
    letters: float = 1
    statement: float = 1
    is_tight: bool = False


def _page(width: float, height: float) -> Page:
    return Page(width, height, _MARGIN, width - _MARGIN)


_PAGES = {Orientation.PORTRAIT: _page(_SHORT, _LONG), Orientation.LANDSCAPE: _page(_LONG, _SHORT)}


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
