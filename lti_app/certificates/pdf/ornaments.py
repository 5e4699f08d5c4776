"""What is on a page beside its words: frame, globe, the mark of what is not valid, the line at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from lti_app.certificates.code import grouped
from lti_app.certificates.facts import CertificateFacts, Text
from lti_app.certificates.pdf import wording
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.layout import Style, width_of
from lti_app.certificates.pdf.page import Ink
from lti_app.certificates.pdf.typeface import REGULAR, wrapped

FOOT = 46.0  # baseline of the line at the foot

_SMALL = Style(REGULAR, 8, 10, Ink.GREY)
_NOTICE = Style(REGULAR, 9, 11, Ink.WARNING, tracking=0.8)


def background(canvas: TaggedCanvas, mark: str) -> None:
    """Draw the frame, and across the middle the mark of a page that is not valid, if there is one."""
    page = canvas.page
    if mark:
        with canvas.decoration("Watermark"):
            degrees = 35 if page.is_landscape else 54
            size = min(138, 138 * 8 / len(mark))
            canvas.slanted(page.width / 2, page.height / 2, degrees, mark, REGULAR, size, Ink.FAINT)
    with canvas.decoration():
        canvas.frame(25, 1.1, Ink.ACCENT)
        canvas.frame(30, 0.4, Ink.ORNAMENT)


def notice(canvas: TaggedCanvas, said: Text) -> None:
    """Say in words, at the top of the page and in both languages, that it is not valid."""
    sv, en = f"{said.sv}  ·  ", said.en
    x = canvas.page.middle - width_of(sv + en, _NOTICE) / 2
    for lang, text in (("sv", sv), ("en", en)):
        if canvas.number:
            with canvas.decoration("Header"):
                _set(canvas, x, text)
        else:
            with canvas.content("P", lang, joined=lang == "en"):
                _set(canvas, x, text)
        x += width_of(text, _NOTICE) + _NOTICE.tracking


def _set(canvas: TaggedCanvas, x: float, text: str) -> None:
    y = canvas.page.height - 43
    canvas.text(x, y, text, _NOTICE.face, _NOTICE.size, _NOTICE.ink, tracking=_NOTICE.tracking)


def globe(canvas: TaggedCanvas, middle: float, y: float, radius: float) -> None:
    """Draw a globe of meridians and parallels."""
    with canvas.decoration():
        canvas.ellipse(middle, y, radius, radius, 0.9, Ink.ORNAMENT)
        for share in (0.38, 0.76):
            canvas.ellipse(middle, y, radius * share, radius, 0.45, Ink.ORNAMENT)
        canvas.line(middle, y - radius, middle, y + radius, 0.45, Ink.ORNAMENT)
        for share in (-0.66, -0.34, 0.0, 0.34, 0.66):
            half = radius * (1 - share * share) ** 0.5
            height = y + radius * share
            canvas.line(middle - half, height, middle + half, height, 0.45, Ink.ORNAMENT)


def foot(canvas: TaggedCanvas, lines: Sequence[str]) -> None:
    """Draw lines in the middle of the foot; a screen reader has what they say from elsewhere."""
    with canvas.decoration("Footer"):
        y = FOOT + height_of_foot(lines)
        for line in lines:
            x = canvas.page.middle - width_of(line, _SMALL) / 2
            canvas.text(x, y, line, _SMALL.face, _SMALL.size, _SMALL.ink)
            y -= _SMALL.leading


def height_of_foot(lines: Sequence[str]) -> float:
    """How much higher it is than a foot of one line, in points."""
    return (len(lines) - 1) * _SMALL.leading


def foot_of_first(page: int, pages: int) -> list[str]:
    """Say which page it is; all else stands on it."""
    numbered = wording.page_of(page, pages)
    return [f"{numbered.sv}  ·  {numbered.en}"]


def foot_of_annex(facts: CertificateFacts, measure: float, page: int, pages: int) -> list[str]:
    """Say which page of which certificate it is, and how a sheet that got loose can be checked."""
    numbered = f"{facts.number}  ·  {foot_of_first(page, pages)[0]}"
    coded, address = f"{wording.CODE.sv} · {wording.CODE.en}: {grouped(facts.code)}", facts.verify_url
    for lines in ([f"{coded}  ·  {address}  ·  {numbered}"], [f"{coded}  ·  {address}", numbered]):
        if max(width_of(line, _SMALL) for line in lines) <= measure:
            return lines
    return [coded, *wrapped(address, _SMALL.face, _SMALL.size, measure), numbered]


def fold(canvas: TaggedCanvas, low: float, high: float) -> None:
    """Draw a line between two columns."""
    middle = canvas.page.middle
    with canvas.decoration():
        canvas.line(middle, low, middle, high, 0.5, Ink.ORNAMENT)
