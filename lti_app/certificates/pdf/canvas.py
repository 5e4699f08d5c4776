"""A canvas that knows what it draws: every piece is content with a role and a language, or decoration.

ReportLab knows no tagged PDF, so the marks (`BDC … EMC`, ISO 32000-1 §14.6) are written into its page code, and the
list of marks is kept: whoever finishes the file builds the structure tree from it. Colours are RGB only.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from lti_app.certificates.pdf.typeface import REGULAR, face_for, faces

Colour = tuple[float, float, float]

PAGE_WIDTH = 595.276  # A4 portrait, points
PAGE_HEIGHT = 841.89


@dataclass(frozen=True)
class Mark:
    """One piece of marked content: page counted from 0, its number on that page, structure role, language."""

    page: int
    mcid: int
    role: str
    lang: str | None
    alternative: str | None = None


class TaggedCanvas:
    """Draws on A4 pages; reading order is drawing order."""

    def __init__(self, *, title: str, author: str, subject: str) -> None:
        faces()
        self._buffer = io.BytesIO()
        self._canvas: Any = Canvas(
            self._buffer,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            pageCompression=1,
            invariant=1,
            initialFontName=REGULAR,
            lang="sv-SE",
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(subject)
        self._canvas.setCreator("cim-lti")
        self._canvas.setProducer("ReportLab")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._page = 0
        self._next_mcid = 0
        self.marks: list[Mark] = []

    @contextmanager
    def content(self, role: str, lang: str | None, alternative: str | None = None) -> Iterator[None]:
        """Mark what is drawn inside as content of a structure role: H1, H2, P, Figure."""
        self.marks.append(Mark(self._page, self._next_mcid, role, lang, alternative))
        self._operators(f"/{role} <</MCID {self._next_mcid}>> BDC")
        self._next_mcid += 1
        yield
        self._operators("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """Mark what is drawn inside as something that a screen reader passes over."""
        self._operators("/Artifact BMC")
        yield
        self._operators("EMC")

    def text(
        self, x: float, y: float, text: str, face: str, size: float, colour: Colour, *, tracking: float = 0
    ) -> None:
        """Set one line from x on the baseline y; the italic gives way where it lacks a character."""
        self._canvas.setFont(face_for(face, text).name, size)
        self._canvas.setFillColorRGB(*colour)
        self._canvas.drawString(x, y, text, charSpace=tracking)

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float, colour: Colour) -> None:
        """Draw a straight line of a width in points."""
        self._stroke(width, colour)
        self._canvas.line(x1, y1, x2, y2)

    def frame(self, inset: float, width: float, colour: Colour) -> None:
        """Draw a rectangle at the same distance from every edge of the page."""
        self._stroke(width, colour)
        self._canvas.rect(inset, inset, PAGE_WIDTH - 2 * inset, PAGE_HEIGHT - 2 * inset)

    def ellipse(self, x: float, y: float, across: float, up: float, width: float, colour: Colour) -> None:
        """Draw an ellipse round (x, y) with its two half axes."""
        self._stroke(width, colour)
        self._canvas.ellipse(x - across, y - up, x + across, y + up)

    def modules(
        self, x: float, y: float, size: float, count: int, runs: Sequence[tuple[int, int, int]], colour: Colour
    ) -> None:
        """Fill runs (column, row from the top, length) of a square grid of `count` modules, as one path without seams."""
        scale = size / count
        path = "\n".join(f"{column} {count - 1 - row} {length} 1 re" for column, row, length in runs)
        red, green, blue = colour
        self._operators(f"q {red} {green} {blue} rg {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm\n{path}\nf Q")

    def slanted(self, x: float, y: float, degrees: float, text: str, face: str, size: float, colour: Colour) -> None:
        """Set one line centred on (x, y) and turned."""
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(degrees)
        self.text(-faces()[face].width(text, size) / 2, -size / 3, text, face, size, colour)
        self._canvas.restoreState()

    def next_page(self) -> None:
        """End the page and begin another."""
        self._canvas.showPage()
        self._page += 1
        self._next_mcid = 0

    def finished(self) -> bytes:
        """End the last page and return the file."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def _stroke(self, width: float, colour: Colour) -> None:
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(width)

    def _operators(self, code: str) -> None:
        # The page's list of operators: not documented, but the one place where marks can go. Tests look at the result.
        self._canvas._code.append(code)
