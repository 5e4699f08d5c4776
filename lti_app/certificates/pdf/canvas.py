"""A canvas that knows what it draws: every piece is content with a role and a language, or decoration.

ReportLab knows no tagged PDF, so the marks (`BDC … EMC`, ISO 32000-1 §14.6) are written into its page code,
and the elements they belong to are kept (`structure.py`): `finishing.py` builds the structure tree from them,
and puts in the pictures, of which only the place is drawn here. Colours are RGB only. Operators are written
here rather than by `drawString` and the like, which format every number in Python and cost three times as
much.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from lti_app.certificates.pdf import accents
from lti_app.certificates.pdf.page import Colour, Ink, Page
from lti_app.certificates.pdf.structure import Box, Element, Field, Piece, Placed, Target
from lti_app.certificates.pdf.typeface import REGULAR, Face, face_for, faces, stretches

rl_config.useA85 = 0  # ASCII85 is for mail gateways of the nineties: a quarter larger, and slow to write

_BEND = 0.5523  # a quarter circle as a Bézier curve
_ROUND = (
    ((1, _BEND), (_BEND, 1), (0, 1)),
    ((-_BEND, 1), (-1, _BEND), (-1, 0)),
    ((-1, -_BEND), (-_BEND, -1), (0, -1)),
    ((_BEND, -1), (1, -_BEND), (1, 0)),
)


class TaggedCanvas:
    """Draws on A4 pages of one orientation; reading order is drawing order."""

    def __init__(self, page: Page, palette: Mapping[Ink, Colour], *, title: str) -> None:
        faces()
        self._buffer = io.BytesIO()
        self._canvas: Any = Canvas(
            self._buffer,
            pagesize=(page.width, page.height),
            pageCompression=1,
            invariant=1,
            initialFontName=REGULAR,
            lang="sv-SE",
        )
        self._canvas.setTitle(title)
        self.page = page
        self._palette = {ink: f"{red:g} {green:g} {blue:g}" for ink, (red, green, blue) in palette.items()}
        self._number = 0
        self._next_mcid = 0
        self.document = Element("Document", "sv")
        self._open = [self.document]
        self.placed: list[Placed] = []

    @property
    def number(self) -> int:
        """The page that is drawn on, counted from 0."""
        return self._number

    @contextmanager
    def element(self, role: str, *, joined: bool = False) -> Iterator[Element]:
        """Put what is marked inside into an element; joined: into the last one, if it has the same role."""
        yield self._opened(role, joined)
        self._open.pop()

    @contextmanager
    def content(
        self,
        role: str,
        lang: str | None,
        alternative: str | None = None,
        box: Box | None = None,
        *,
        joined: bool = False,
    ) -> Iterator[None]:
        """Mark what is drawn inside as content of a structure role: H1, H2, P, Figure."""
        element = self._opened(role, joined)
        element.alternative, element.box = alternative, box
        element.kids.append(Piece(self._number, self._next_mcid, lang))
        self._operators(f"/{role} <</MCID {self._next_mcid}>> BDC")
        self._next_mcid += 1
        yield
        self._operators("EMC")
        self._open.pop()

    @contextmanager
    def link(self, lang: str | None, address: str, said: str, boxes: Sequence[Box]) -> Iterator[None]:
        """Mark what is drawn inside as a link that can be clicked in these boxes; `said` describes it."""
        with self.element("P"), self.content("Link", lang):
            self._open[-1].kids.append(Target(self._number, address, said, tuple(boxes)))
            yield

    def signature(self) -> None:
        """Let the signature stand here in the reading order."""
        with self.element("Form") as element:
            element.kids.append(Field(self._number))

    @contextmanager
    def decoration(self, repeated: str = "") -> Iterator[None]:
        """Mark what is drawn inside as something that a screen reader passes over.

        Words that stand on every page are a Header, Footer or Watermark (ISO 32000-1 §14.8.2.2).
        """
        paging = f"/Artifact <</Type /Pagination /Subtype /{repeated}>> BDC"
        self._operators(paging if repeated else "/Artifact BMC")
        yield
        self._operators("EMC")

    def picture(self, asset_id: str, box: Box) -> None:
        """Draw a picture into a box, which has the picture's proportions."""
        name = f"Picture{len(self.placed)}"
        self.placed.append(Placed(self._number, name, asset_id))
        left, bottom, right, top = box
        self._operators(
            f"q {right - left:.2f} 0 0 {top - bottom:.2f} {left:.2f} {bottom:.2f} cm /{name} Do Q"
        )

    def text(
        self, x: float, y: float, text: str, face: str, size: float, colour: Ink, *, tracking: float = 0
    ) -> None:
        """Set one line from x on the baseline y; the italic gives way where it lacks a character."""
        chosen = face_for(face, text)
        spaced, closed = (f"{tracking:g} Tc ", " 0 Tc") if tracking else ("", "")
        if accents.ACCENT.search(text):
            shown = " ".join(self._accented(x, y, text, chosen, size, tracking))
        else:
            shown = self._shown(x, y, text, chosen.name, size)
        self._operators(f"BT {self._palette[colour]} rg {spaced}{shown}{closed} ET")

    def _shown(self, x: float, y: float, text: str, face: str, size: float) -> str:
        document = self._canvas._doc
        shown = [f"1 0 0 1 {x:.2f} {y:.2f} Tm"]
        for name, stretch in stretches(face, text):
            font: Any = pdfmetrics.getFont(name)
            shown += [
                f"{font.getSubsetInternalName(subset, document)} {size:g} Tf <{codes.hex()}> Tj"
                for subset, codes in font.splitString(stretch, document)
            ]
        return " ".join(shown)

    def _accented(
        self, x: float, y: float, text: str, face: Face, size: float, tracking: float
    ) -> Iterator[str]:
        letter = x  # where the last letter begins
        for piece in accents.pieces(face.name, text):
            if piece.is_accent:
                across, up = letter + piece.x * size / 1000, y + piece.y * size / 1000
                yield self._shown(across, up, piece.text, face.name, size)
                continue
            yield self._shown(x, y, piece.text, face.name, size)
            letter = x + face.width(piece.text[:-1], size) + tracking * (len(piece.text) - 1)
            x += face.width(piece.text, size) + tracking * len(piece.text)

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float, colour: Ink) -> None:
        """Draw a straight line of a width in points."""
        self._operators(f"{self._palette[colour]} RG {width:g} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def frame(self, inset: float, width: float, colour: Ink) -> None:
        """Draw a rectangle at the same distance from every edge of the page."""
        wide, high = self.page.width - 2 * inset, self.page.height - 2 * inset
        self._operators(
            f"{self._palette[colour]} RG {width:g} w {inset:g} {inset:g} {wide:.2f} {high:.2f} re S"
        )

    def ellipse(self, x: float, y: float, across: float, up: float, width: float, colour: Ink) -> None:
        """Draw an ellipse round (x, y) with its two half axes, as four Bézier curves."""
        points = (
            " ".join(
                f"{x + horizontal * across:.2f} {y + vertical * up:.2f}" for horizontal, vertical in curve
            )
            for curve in _ROUND
        )
        curves = " c ".join(points)
        self._operators(f"{self._palette[colour]} RG {width:g} w {x + across:.2f} {y:.2f} m {curves} c s")

    def modules(
        self,
        x: float,
        y: float,
        size: float,
        count: int,
        runs: Sequence[tuple[int, int, int]],
        colour: Ink,
    ) -> None:
        """Fill runs (column, row from the top, length) of a square grid of `count` modules, as one path."""
        scale = size / count
        path = "\n".join(f"{column} {count - 1 - row} {length} 1 re" for column, row, length in runs)
        self._operators(
            f"q {self._palette[colour]} rg {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm\n{path}\nf Q"
        )

    def slanted(
        self, x: float, y: float, degrees: float, text: str, face: str, size: float, colour: Ink
    ) -> None:
        """Set one line centred on (x, y) and turned."""
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        self._operators(f"q {cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f} cm")
        self.text(-face_for(face, text).width(text, size) / 2, -size / 3, text, face, size, colour)
        self._operators("Q")

    def next_page(self) -> None:
        """End the page and begin another."""
        self._canvas.showPage()
        self._number += 1
        self._next_mcid = 0

    def finished(self) -> bytes:
        """End the last page and return the file."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def _opened(self, role: str, joined: bool) -> Element:
        kids = self._open[-1].kids
        last = kids[-1] if joined and kids else None
        if not isinstance(last, Element) or last.role != role:
            last = Element(role)
            kids.append(last)
        self._open.append(last)
        return last

    def _operators(self, code: str) -> None:
        # The page's operators: undocumented, but the one place where marks can go. Tests read the result.
        self._canvas._code.append(code)
