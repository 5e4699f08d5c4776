"""The foot of the first page: who signs, and how anybody can check it – QR code, address, code, number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lti_app.certificates.code import grouped
from lti_app.certificates.facts import CertificateFacts, Signatory
from lti_app.certificates.pdf import ornaments, qr, wording
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.layout import Block, Picture, Row, Rule, Style, draw, lowered, width_of
from lti_app.certificates.pdf.page import Ink, Page
from lti_app.certificates.pdf.pictures import Drawable
from lti_app.certificates.pdf.setting import centred_block, flush, left, right
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR

BOTTOM = ornaments.FOOT + 22  # of all that is on a page, but for its foot
_QR = 70.0
CHECK = _QR + 12  # the QR code and the air above it
_NARROWEST = 145.0  # that one signature may have
_LINE = 34.0  # from the top of a signature's room to the line it is written on
_AIR = 8.0  # above a written name
_DATES = 130.0

_NAME = Style(REGULAR, 11.5, 15)
_SMALL = Style(REGULAR, 9, 11.5)
_SMALL_EN = Style(ITALIC, 9, 11.5, Ink.GREY)
_CHECKED = Style(REGULAR, 11, 13, Ink.ACCENT)


def signatures(page: Page, facts: CertificateFacts, pictures: Mapping[str, Drawable]) -> list[Row]:
    """Set who signs, as many beside each other as there is room for: three upright, two in a column."""
    abreast = int(page.measure // _NARROWEST)
    images = facts.layout.signature_images
    signing = [
        (signatory, images[place] if place < len(images) else "")
        for place, signatory in enumerate(facts.signatories)
    ]
    return [
        _signatures(page, facts, signing[start : start + abreast], pictures)
        for start in range(0, len(signing), abreast)
    ]


def _signatures(
    page: Page,
    facts: CertificateFacts,
    signing: Sequence[tuple[Signatory, str]],
    pictures: Mapping[str, Drawable],
) -> Row:
    step = page.measure / len(signing)
    wide = min(180.0, step - 18)
    blocks: list[Block] = []
    rules: list[Rule] = []
    drawn: list[Picture] = []
    for place, (signatory, asset_id) in enumerate(signing):
        middle = page.left + step * (place + 0.5)
        rules.append(Rule(middle - wide / 2, middle + wide / 2, _LINE, 0.5, Ink.GREY))
        if (image := pictures.get(asset_id)) is not None:
            width, height = image.within(wide - 10, _LINE - 3)
            said = facts.text_of(asset_id, f"Signature of {signatory.name or signatory.role.en}")
            drawn.append(Picture(asset_id, said, middle - width / 2, _LINE - 2 - height, width, height))
        blocks += _named(signatory, middle, wide)
    lowest = max((run.drop for block in blocks for run in block.runs), default=_LINE)
    above = _AIR if drawn else 0.0
    return Row(lowest + 4, tuple(blocks), above, rules=tuple(rules), pictures=tuple(drawn))


def _named(signatory: Signatory, middle: float, wide: float) -> list[Block]:
    role = signatory.role
    said = [(signatory.name, _NAME, None), (role.sv, _SMALL, "sv")]
    said += [(role.en, _SMALL_EN, "en")] if role.en != role.sv else []
    blocks: list[Block] = []
    drop = _LINE + 1
    for text, style, lang in said:
        block = centred_block(text, style, lang=lang, middle=middle, width=wide)
        if block.runs:
            blocks.append(replace(lowered(block, drop), joined=lang == "en"))
        drop += style.leading * len(block.runs)
    return blocks


def check(canvas: TaggedCanvas, page: Page, facts: CertificateFacts) -> None:
    """Draw the QR code, the same in words beside it, date and number; the signature stands after them."""
    grid = qr.grid(facts.verify_url)
    box = (page.left, BOTTOM, page.left + _QR, BOTTOM + _QR)
    with canvas.content("Figure", "en", f"QR code of {facts.verify_url}", box):
        canvas.modules(page.left, BOTTOM, _QR, grid.count, grid.runs, Ink.INK)
    draw(canvas, [Row(_QR, _words(page, facts))], BOTTOM + _QR + 3)
    canvas.signature()


def _words(page: Page, facts: CertificateFacts) -> tuple[Block, ...]:
    """In a column, date and number stand below the rest, else beside it."""
    x = page.left + _QR + 16
    wide = page.right - x - (0 if page.is_narrow else _DATES)
    asked = facts.layout.verify
    english = left(asked.en, _SMALL_EN, lang="en", x=x, width=wide, drop=13)
    address = left(facts.verify_url, _SMALL, lang=None, x=x, width=wide, drop=25 if page.is_narrow else 33)
    coded = address.runs[-1].drop
    code_sv, code_en = f"{wording.CODE.sv} · ", f"{wording.CODE.en} {grouped(facts.code)}"
    after = width_of(code_sv, _SMALL)
    code = left(code_en, _SMALL, lang="en", x=x + after, width=wide - after, drop=coded)
    return (
        left(asked.sv, _CHECKED, lang="sv", x=x, width=wide),
        replace(english, joined=True),
        replace(address, address=facts.verify_url),
        left(code_sv, _SMALL, lang="sv", x=x, width=wide, drop=coded),
        replace(code, joined=True),
        *(_below(page, facts, x, coded) if page.is_narrow else _beside(page, facts)),
    )


def _beside(page: Page, facts: CertificateFacts) -> tuple[Block, ...]:
    when = wording.issued(facts)
    english = right(when.en, _SMALL_EN, lang="en", x=page.right, drop=24.5)
    return (
        right(when.sv, _CHECKED, lang="sv", x=page.right, drop=13),
        replace(english, joined=True),
        right(facts.number, _SMALL, lang=None, x=page.right, drop=44.5),
    )


def _below(page: Page, facts: CertificateFacts, x: float, coded: float) -> tuple[Block, ...]:
    below = coded + _SMALL.leading
    when = flush(wording.issued(facts), _SMALL, _SMALL_EN, x=x, width=page.right - x, drop=below)
    return (right(facts.number, _SMALL, lang=None, x=page.right, drop=below), *when)
