"""The pages of a diploma: the one to frame, and the annex when its merits need more room.

The first page always carries issuer, title, name, signatures and QR code. When the merits do not fit between,
not even set closer, all of them move to an annex, so that every first page looks the same. Lying pages set
both languages of a line abreast, because they are wide and low. What is measured for the editor's warnings
(`measuring.py`) is what is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lti_app.certificates.facts import CertificateFacts, Text
from lti_app.certificates.pdf import merits, ornaments, signing_block, wording
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.layout import Picture, Row, Rule, Style, draw, height_of, repeated
from lti_app.certificates.pdf.page import Ink, Page, page_of
from lti_app.certificates.pdf.pictures import Drawable
from lti_app.certificates.pdf.setting import abreast, both, centred, fitted
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR

_SPARE_AT_MOST = 150.0
_CLOSER = 0.8  # what the first page is set at rather than put a few merits on a second

_ISSUER = Style(REGULAR, 15, 19, Ink.ACCENT, tracking=2.4)
_FACULTY = Style(REGULAR, 11.5, 15)
_ISSUER_EN = Style(ITALIC, 10.5, 14, Ink.GREY)
TITLE = Style(REGULAR, 33, 38, Ink.ACCENT)
TITLE_EN = Style(ITALIC, 19, 24, Ink.ACCENT)
_QUIET = Style(REGULAR, 11.5, 15)
_QUIET_EN = Style(ITALIC, 10.5, 14, Ink.GREY)
NAME = Style(REGULAR, 35, 41)
_SMALL = Style(REGULAR, 9, 11.5)
_SMALL_EN = Style(ITALIC, 9, 11.5, Ink.GREY)
_CREST, _LOGO = 52.0, 58.0

TITLE_SIZES = ((33, 1), (28, 1), (24, 2), (18, 3), (14, 6))
TITLE_EN_SIZES = ((19, 1), (15, 2), (12, 6))
NAME_SIZES = ((35, 1), (30, 1), (25, 1), (22, 2), (18, 3), (15, 4), (12, 9))


class DoesNotFit(ValueError):  # noqa: N818 (a fact about the certificate, not a fault)
    """Texts that belong on one page are longer than it; the message says which, and by how much."""

    def __init__(self, what: str, too_long_points: float) -> None:
        super().__init__(f"{what} is {too_long_points * 25.4 / 72:.0f} mm too long for its page")


@dataclass(frozen=True)
class Plan:
    """How a certificate falls on to its pages: the rows of the first, and those of each page of the annex."""

    page: Page
    first: tuple[Row, ...]
    signed: tuple[Row, ...]
    room: float
    annex: tuple[tuple[Row, ...], ...]
    too_long: tuple[tuple[str, float], ...] = ()
    scale: float = 1


def plan(facts: CertificateFacts, pictures: Mapping[str, Drawable]) -> Plan:
    """Measure everything and share it out; what is longer than its page is said, and drawn by nobody."""
    page = page_of(facts.layout)
    groups = merits.groups_of(page, facts)
    signed = signing_block.signatures(page, facts, pictures)
    room = _top(page) - signing_block.top_of(page) - height_of(signed)
    for scale in (1, _CLOSER):
        rows = _first_page(page, facts, pictures, merits.one_after_another(groups), scale)
        if height_of(rows) <= room:
            return Plan(page, tuple(rows), tuple(signed), room, (), scale=scale)
    scale = 1
    rows = _first_page(page, facts, pictures, None, scale)
    if height_of(rows) > room:
        scale = _CLOSER
        rows = _first_page(page, facts, pictures, None, scale)
    head = _annex_head(page, facts)
    annex_room = _top(page) - 2 - ornaments.FOOT - 22 - height_of(head)
    annex = merits.paged(groups, annex_room)
    over = [("the text of the first page", height_of(rows) - room)]
    over += [("a merit", height_of(listed) - annex_room) for listed in annex]
    return Plan(
        page,
        tuple(rows),
        tuple(signed),
        room,
        tuple((*(repeated(head) if number else head), *listed) for number, listed in enumerate(annex)),
        tuple((what, by) for what, by in over if by > 0),
        scale,
    )


def pages(canvas: TaggedCanvas, facts: CertificateFacts, planned: Plan, *, development: bool) -> None:
    """Draw all pages. Raises DoesNotFit when the first page's own texts, or one merit, do not."""
    for what, by in planned.too_long:
        raise DoesNotFit(what, by)
    total = 1 + len(planned.annex)
    _background(canvas, facts, development)
    _draw_first(canvas, planned, has_logo=bool(planned.first[0].pictures))
    signing_block.check(canvas, facts)
    ornaments.foot(canvas, facts, 1, total)
    for number, listed in enumerate(planned.annex, 2):
        canvas.next_page()
        _background(canvas, facts, development)
        draw(canvas, listed, _top(planned.page) - 2)
        ornaments.foot(canvas, facts, number, total)


def _top(page: Page) -> float:
    return page.height - 56


def _background(canvas: TaggedCanvas, facts: CertificateFacts, development: bool) -> None:
    mark, said = "", None
    if facts.specimen:
        mark, said = wording.SPECIMEN_MARK, wording.SPECIMEN
    elif development:
        mark, said = wording.DEVELOPMENT_MARK, wording.DEVELOPMENT
    ornaments.background(canvas, mark)
    if said:
        ornaments.notice(canvas, said)


def _draw_first(canvas: TaggedCanvas, planned: Plan, *, has_logo: bool) -> None:
    left_over = planned.room - height_of(planned.first)
    spare = min(_SPARE_AT_MOST, left_over)
    top = _top(planned.page) - (left_over - spare) / 3
    if not has_logo:
        radius = planned.first[0].height / 2
        ornaments.globe(canvas, top - radius, radius)
    draw(canvas, planned.first, top, spare)
    low = signing_block.top_of(planned.page)
    draw(canvas, planned.signed, low + height_of(planned.signed))


def _first_page(
    page: Page,
    facts: CertificateFacts,
    pictures: Mapping[str, Drawable],
    listed: Sequence[Row] | None,
    scale: float,
) -> list[Row]:
    def scaled(style: Style) -> Style:
        return replace(style, size=style.size * scale, leading=style.leading * scale)

    title = scaled(fitted(page, facts.title.sv, TITLE, TITLE_SIZES))
    title_en = scaled(fitted(page, facts.title.en, TITLE_EN, TITLE_EN_SIZES))
    said = wording.statement(facts, listed_here=listed is not None)
    certifies = facts.layout.certifies
    rows = [_crest(page, facts, pictures, scale)]
    rows += _issuer(page, facts, scale)
    rows += both(page, facts.title, title, title_en, above=16 * scale, stretch=3, role="H1")
    rows += _paired(page, certifies, above=14 * scale, stretch=2)
    rows.append(_name(page, facts.holder_name, scale))
    rows += both(page, said, _QUIET, _QUIET_EN, above=10 * scale, stretch=1)
    rows += [Row(0, above=2, stretch=0.5), *listed] if listed is not None else []
    if facts.presentation:
        shown = wording.presentation(facts.presentation)
        rows += abreast(page, shown, _SMALL, _SMALL_EN, above=9, stretch=1)
    return [*rows, Row(0, stretch=1)]


def _paired(page: Page, text: Text, *, above: float, stretch: float) -> list[Row]:
    setting = abreast if page.is_landscape else both
    return setting(page, text, _QUIET, _QUIET_EN, above=above, stretch=stretch)


def _crest(page: Page, facts: CertificateFacts, pictures: Mapping[str, Drawable], scale: float) -> Row:
    """The room of the globe, or the logo in its place."""
    logo = pictures.get(facts.layout.logo)
    if logo is None:
        return Row(_CREST * scale)
    width, height = logo.within(200, _LOGO * scale)
    said = facts.text_of(facts.layout.logo, f"Logo of {facts.issuer.en}")
    drawn = Picture(facts.layout.logo, said, page.middle - width / 2, 0, width, height)
    return Row(max(height, 1), pictures=(drawn,))


def _issuer(page: Page, facts: CertificateFacts, scale: float) -> list[Row]:
    issuer, faculty = facts.issuer, facts.faculty
    if faculty is None:
        if page.is_landscape:
            return abreast(page, issuer, _ISSUER, _ISSUER_EN, above=8 * scale)
        return both(page, issuer, _ISSUER, _ISSUER_EN, above=8 * scale)
    rows = [centred(page, issuer.sv, _ISSUER, lang="sv", above=8 * scale)]
    both_en = Text(sv=faculty.sv, en=f"{faculty.en}, {issuer.en}")
    setting = abreast if page.is_landscape else both
    return [*rows, *setting(page, both_en, _FACULTY, _ISSUER_EN)]


def _name(page: Page, name: str, scale: float) -> Row:
    style = fitted(page, name, NAME, [(size * max(scale, 0.88), most) for size, most in NAME_SIZES])
    row = centred(page, name, style, lang=None, above=4 * scale, stretch=1)
    rule = Rule(page.middle - 60, page.middle + 60, row.height + 12, 0.8, Ink.ORNAMENT)
    return Row(row.height + 13, row.blocks, row.above, row.stretch, (rule,))


def _annex_head(page: Page, facts: CertificateFacts) -> list[Row]:
    issuer = replace(_FACULTY, ink=Ink.ACCENT, tracking=1.2)
    title = Style(REGULAR, 15, 19, Ink.ACCENT)
    title_en = Style(ITALIC, 13, 17, Ink.ACCENT)
    rows = abreast(page, facts.issuer, issuer, _ISSUER_EN)
    rows += abreast(page, facts.title, title, title_en, above=2)
    rows.append(centred(page, facts.holder_name, Style(REGULAR, 15, 19), lang=None, above=1))
    rows += abreast(page, facts.layout.annex, _SMALL, _SMALL_EN, above=1, role="H2")
    return [*rows, Row(2)]
