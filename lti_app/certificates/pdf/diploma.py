"""The pages of a diploma: the one to frame, and the annex when its merits need more room.

The first page always carries issuer, title, name, signatures and QR code. When the merits do not fit between,
not even set closer, all of them move to an annex, so that every first page looks the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lti_app.certificates.code import grouped
from lti_app.certificates.facts import CertificateFacts, Signatory
from lti_app.certificates.pdf import merits, ornaments, qr, wording
from lti_app.certificates.pdf.canvas import PAGE_HEIGHT, TaggedCanvas
from lti_app.certificates.pdf.layout import (
    GOLD,
    GREY,
    INK,
    LEFT,
    MIDDLE,
    NAVY,
    RIGHT,
    WIDTH,
    Block,
    Row,
    Rule,
    Style,
    abreast,
    both,
    centred,
    draw,
    fitted,
    height_of,
    left,
    lowered,
    right,
)
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR

_TOP = PAGE_HEIGHT - 56
_BOTTOM = ornaments.FOOT + 22
_QR = 70.0
_CHECK = _QR + 12  # the QR code and the air above it
_ANNEX_TOP = PAGE_HEIGHT - 58
_SPARE_AT_MOST = 150.0
_CLOSER = 0.8  # what the first page is set at rather than put a few merits on a second

_ISSUER = Style(REGULAR, 15, 19, NAVY, tracking=2.4)
_FACULTY = Style(REGULAR, 11.5, 15, INK)
_ISSUER_EN = Style(ITALIC, 10.5, 14, GREY)
_TITLE = Style(REGULAR, 33, 38, NAVY)
_TITLE_EN = Style(ITALIC, 19, 24, NAVY)
_QUIET = Style(REGULAR, 11.5, 15, INK)
_QUIET_EN = Style(ITALIC, 10.5, 14, GREY)
_NAME = Style(REGULAR, 35, 41, INK)
_SMALL = Style(REGULAR, 9, 11.5, INK)
_SMALL_EN = Style(ITALIC, 9, 11.5, GREY)
_CHECKED = Style(REGULAR, 11, 13, NAVY)

_TITLE_SIZES = ((33, 1), (28, 1), (24, 2), (18, 3), (14, 6))
_TITLE_EN_SIZES = ((19, 1), (15, 2), (12, 6))
_NAME_SIZES = ((35, 1), (30, 1), (25, 1), (22, 2), (18, 3), (15, 4), (12, 9))


class DoesNotFit(ValueError):  # noqa: N818 (a fact about the certificate, not a fault)
    """Texts that belong on one page are longer than it; the message says which, and by how much."""

    def __init__(self, what: str, too_long_points: float) -> None:
        super().__init__(f"{what} is {too_long_points * 25.4 / 72:.0f} mm too long for its page")


def pages(canvas: TaggedCanvas, facts: CertificateFacts) -> None:
    """Draw all pages. Raises DoesNotFit when the first page's own texts, or one merit, do not."""
    groups = merits.groups_of(facts)
    starts = range(0, len(facts.signatories), 3)
    signed = [_signatures(facts.signatories[start : start + 3]) for start in starts]
    room = _TOP - _BOTTOM - _CHECK - height_of(signed)
    rows = _rows_that_fit(facts, merits.one_after_another(groups), room)
    annex: list[list[Row]] = []
    if rows is None:
        rows = _first_page(facts, None, 1)
        annex_room = _ANNEX_TOP - _BOTTOM - height_of(_annex_head(facts))
        annex = merits.paged(groups, annex_room)
        for listed in annex:
            _check_room("a merit", height_of(listed) - annex_room)
    _check_room("the text of the first page", height_of(rows) - room)
    _draw_first(canvas, facts, rows, signed, room)
    ornaments.foot(canvas, facts, 1, 1 + len(annex))
    for page, listed in enumerate(annex, 2):
        canvas.next_page()
        _background(canvas, facts)
        draw(canvas, listed, draw(canvas, _annex_head(facts), _ANNEX_TOP))
        ornaments.foot(canvas, facts, page, 1 + len(annex))


def _check_room(what: str, too_long_points: float) -> None:
    if too_long_points > 0:
        raise DoesNotFit(what, too_long_points)


def _rows_that_fit(facts: CertificateFacts, listed: Sequence[Row], room: float) -> list[Row] | None:
    for scale in (1, _CLOSER):
        rows = _first_page(facts, listed, scale)
        if height_of(rows) <= room:
            return rows
    return None


def _background(canvas: TaggedCanvas, facts: CertificateFacts) -> None:
    ornaments.background(canvas, specimen=facts.specimen)
    if facts.specimen:
        ornaments.specimen_notice(canvas)


def _draw_first(
    canvas: TaggedCanvas, facts: CertificateFacts, rows: Sequence[Row], signed: Sequence[Row], room: float
) -> None:
    _background(canvas, facts)
    left_over = room - height_of(rows)
    spare = min(_SPARE_AT_MOST, left_over)
    top = _TOP - (left_over - spare) / 3
    radius = rows[0].height / 2
    ornaments.globe(canvas, top - radius, radius)
    draw(canvas, rows, top, spare)
    draw(canvas, signed, _BOTTOM + _CHECK + height_of(signed))
    _draw_check(canvas, facts)


def _first_page(facts: CertificateFacts, listed: Sequence[Row] | None, scale: float) -> list[Row]:
    def scaled(style: Style) -> Style:
        return replace(style, size=style.size * scale, leading=style.leading * scale)

    title = scaled(fitted(facts.title.sv, _TITLE, _TITLE_SIZES))
    title_en = scaled(fitted(facts.title.en, _TITLE_EN, _TITLE_EN_SIZES))
    said = wording.statement(facts, listed_here=listed is not None)
    rows = [Row(52 * scale)]
    rows += _issuer(facts, scale)
    rows += both(facts.title, title, title_en, above=16 * scale, stretch=3, role="H1")
    rows += both(wording.CERTIFIES, _QUIET, _QUIET_EN, above=14 * scale, stretch=2)
    rows.append(_name(facts.holder_name, scale))
    rows += both(said, _QUIET, _QUIET_EN, above=10 * scale, stretch=1)
    rows += [Row(0, above=2, stretch=0.5), *listed] if listed is not None else []
    if facts.presentation:
        rows += abreast(wording.presentation(facts.presentation), _SMALL, _SMALL_EN, above=9, stretch=1)
    return [*rows, Row(0, stretch=1)]


def _issuer(facts: CertificateFacts, scale: float) -> list[Row]:
    rows = [centred(facts.issuer.sv, _ISSUER, lang="sv", above=8 * scale)]
    if facts.faculty is None:
        same = facts.issuer.sv == facts.issuer.en
        return rows if same else [*rows, centred(facts.issuer.en, _ISSUER_EN, lang="en")]
    rows.append(centred(facts.faculty.sv, _FACULTY, lang="sv"))
    return [*rows, centred(f"{facts.faculty.en}, {facts.issuer.en}", _ISSUER_EN, lang="en")]


def _name(name: str, scale: float) -> Row:
    style = fitted(name, _NAME, [(size * max(scale, 0.88), most) for size, most in _NAME_SIZES])
    row = centred(name, style, lang=None, above=4 * scale, stretch=1)
    rule = Rule(MIDDLE - 60, MIDDLE + 60, row.height + 12, 0.8, GOLD)
    return Row(row.height + 13, row.blocks, row.above, row.stretch, (rule,))


def _signatures(signatories: Sequence[Signatory]) -> Row:
    step = WIDTH / len(signatories)
    wide = min(180.0, step - 18)
    blocks: list[Block] = []
    rules: list[Rule] = []
    for place, signatory in enumerate(signatories):
        middle = LEFT + step * (place + 0.5)
        rules.append(Rule(middle - wide / 2, middle + wide / 2, 34, 0.5, GREY))
        drop = 35.0
        for text, style, lang in (
            (signatory.name, _QUIET, None),
            (signatory.role.sv, _SMALL, "sv"),
            (signatory.role.en, _SMALL_EN, "en"),
        ):
            row = centred(text, style, lang=lang, middle=middle, width=wide)
            blocks += (lowered(block, drop) for block in row.blocks)
            drop += row.height
    lowest = max(run.drop for block in blocks for run in block.runs)
    return Row(lowest + 4, tuple(blocks), rules=tuple(rules))


def _draw_check(canvas: TaggedCanvas, facts: CertificateFacts) -> None:
    """Draw the QR code, the same in words beside it, and the certificate's date and number."""
    grid = qr.grid(facts.verify_url)
    with canvas.content("Figure", "en", f"QR code of {facts.verify_url}"):
        canvas.modules(LEFT, _BOTTOM, _QR, grid.count, grid.runs, INK)
    x = LEFT + _QR + 16
    wide = RIGHT - x - 130
    code = f"{wording.CODE.sv} · {wording.CODE.en} {grouped(facts.code)}"
    address = left(facts.verify_url, _SMALL, lang=None, x=x, width=wide, drop=33)
    when = wording.issued(facts)
    blocks = (
        left(wording.VERIFY.sv, _CHECKED, lang="sv", x=x, width=wide),
        left(wording.VERIFY.en, _SMALL_EN, lang="en", x=x, width=wide, drop=13),
        address,
        left(code, _SMALL, lang="sv", x=x, width=wide, drop=address.runs[-1].drop),
        right(when.sv, _CHECKED, lang="sv", x=RIGHT, drop=13),
        right(when.en, _SMALL_EN, lang="en", x=RIGHT, drop=24.5),
        right(facts.number, _SMALL, lang=None, x=RIGHT, drop=44.5),
    )
    draw(canvas, [Row(_QR, blocks)], _BOTTOM + _QR + 3)


def _annex_head(facts: CertificateFacts) -> list[Row]:
    rows = abreast(facts.issuer, replace(_FACULTY, colour=NAVY, tracking=1.2), _ISSUER_EN)
    rows += abreast(facts.title, Style(REGULAR, 15, 19, NAVY), Style(ITALIC, 13, 17, NAVY), above=2)
    rows.append(centred(facts.holder_name, Style(REGULAR, 15, 19, INK), lang=None, above=1))
    rows += abreast(wording.ANNEX, _SMALL, _SMALL_EN, above=1)
    return [*rows, Row(2)]
