"""What is on a page beside its words: the frame, the globe, the specimen mark, the line at the foot."""

from __future__ import annotations

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import wording
from lti_app.certificates.pdf.canvas import PAGE_HEIGHT, PAGE_WIDTH, Colour, TaggedCanvas
from lti_app.certificates.pdf.layout import GOLD, GREY, MIDDLE, NAVY, Style, width_of
from lti_app.certificates.pdf.typeface import REGULAR

FOOT = 46.0  # baseline of the line at the foot

_SMALL = Style(REGULAR, 8, 10, GREY)
_FAINT: Colour = (0.93, 0.86, 0.86)
_WARNING: Colour = (0.66, 0.12, 0.12)


def background(canvas: TaggedCanvas, *, specimen: bool) -> None:
    """Draw the frame, and over the middle of a specimen what it is."""
    with canvas.decoration():
        if specimen:
            canvas.slanted(PAGE_WIDTH / 2, PAGE_HEIGHT / 2, 54, wording.SPECIMEN_MARK, REGULAR, 138, _FAINT)
        canvas.frame(25, 1.1, NAVY)
        canvas.frame(30, 0.4, GOLD)


def specimen_notice(canvas: TaggedCanvas) -> None:
    """Say in words, at the top of the page and in both languages, that this certificate is none."""
    style = Style(REGULAR, 9, 11, _WARNING, tracking=0.8)
    x = MIDDLE - width_of(f"{wording.SPECIMEN.sv}  ·  {wording.SPECIMEN.en}", style) / 2
    for lang, text in (("sv", f"{wording.SPECIMEN.sv}  ·  "), ("en", wording.SPECIMEN.en)):
        with canvas.content("P", lang):
            canvas.text(
                x, PAGE_HEIGHT - 48, text, style.face, style.size, style.colour, tracking=style.tracking
            )
        x += width_of(text, style) + style.tracking


def globe(canvas: TaggedCanvas, y: float, radius: float) -> None:
    """Draw a globe of meridians and parallels in the middle of the page."""
    with canvas.decoration():
        canvas.ellipse(MIDDLE, y, radius, radius, 0.9, GOLD)
        for share in (0.38, 0.76):
            canvas.ellipse(MIDDLE, y, radius * share, radius, 0.45, GOLD)
        canvas.line(MIDDLE, y - radius, MIDDLE, y + radius, 0.45, GOLD)
        for share in (-0.66, -0.34, 0.0, 0.34, 0.66):
            half = radius * (1 - share * share) ** 0.5
            canvas.line(MIDDLE - half, y + radius * share, MIDDLE + half, y + radius * share, 0.45, GOLD)


def foot(canvas: TaggedCanvas, facts: CertificateFacts, page: int, pages: int) -> None:
    """Draw number and page at the foot; a screen reader has both from elsewhere."""
    numbered = wording.page_of(page, pages)
    shown = f"{facts.number}  ·  {numbered.sv}  ·  {numbered.en}"
    with canvas.decoration():
        canvas.text(
            MIDDLE - width_of(shown, _SMALL) / 2, FOOT, shown, _SMALL.face, _SMALL.size, _SMALL.colour
        )
