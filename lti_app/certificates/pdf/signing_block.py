"""The foot of the first page: who signs, and how anybody can check it – QR code, address, code, number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from lti_app.certificates.code import grouped
from lti_app.certificates.facts import CertificateFacts, Signatory, Text
from lti_app.certificates.pdf import ornaments, qr, wording
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.layout import Block, Picture, Row, Rule, Style, draw, lowered, lowest, width_of
from lti_app.certificates.pdf.page import Ink, Page
from lti_app.certificates.pdf.pictures import Drawable
from lti_app.certificates.pdf.setting import centred_block, flush, left, right, stacked
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR

BOTTOM = ornaments.FOOT + 22  # of all that is on a page, but for its foot
_QR = 70.0
_RAISED = 3.0  # the words beside the QR code, above its upper edge
_APART = 9.0  # above both
_DEPTH = 2.0  # of letters, below the last line of the words
_AIR = 8.5  # below their heading
_LINE = 34.0  # from the top of a signature's room to the line it is written on
_PEN = 8.0  # above a written name
_DATES = 130.0

_SMALL = Style(REGULAR, 9, 11.5)
_SMALL_EN = Style(ITALIC, 9, 11.5, Ink.GREY)
_CHECKED = Style(REGULAR, 11, 13, Ink.ACCENT)


@dataclass(frozen=True)
class Signing:
    """How signatures are set: the narrowest that one may have, what is between two, letters."""

    narrowest: float
    between: float
    name: Style
    role: Style
    role_en: Style


_SIGNING = Signing(145, 18, Style(REGULAR, 11.5, 15), _SMALL, _SMALL_EN)
_TIGHT = Signing(
    100, 10, Style(REGULAR, 10, 12), Style(REGULAR, 8.5, 10.5), Style(ITALIC, 8.5, 10.5, Ink.GREY)
)


@dataclass(frozen=True)
class Check:
    """The words beside the QR code, which stands at the left of the page and may be lower than they are."""

    page: Page
    words: Row

    @property
    def height(self) -> float:
        """Of all of it, with the air above."""
        return self.words.height + _APART


def signatures(
    page: Page, facts: CertificateFacts, pictures: Mapping[str, Drawable], *, is_tight: bool
) -> list[Row]:
    """Set who signs, as many beside each other as there is room for: three upright, two in a column, one more
    in each when it is tight.
    """
    how = _TIGHT if is_tight else _SIGNING
    images = facts.layout.signature_images
    signing = [
        (signatory, images[place] if place < len(images) else "")
        for place, signatory in enumerate(facts.signatories)
    ]
    rows = ceil(len(signing) / (page.measure // how.narrowest))
    abreast = ceil(len(signing) / max(rows, 1))
    return [
        _signatures(page, facts, signing[start : start + abreast], pictures, how)
        for start in range(0, len(signing), max(abreast, 1))
    ]


def _signatures(
    page: Page,
    facts: CertificateFacts,
    signing: Sequence[tuple[Signatory, str]],
    pictures: Mapping[str, Drawable],
    how: Signing,
) -> Row:
    step = page.measure / len(signing)
    wide = min(180.0, step - how.between)
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
        blocks += _named(signatory, middle, wide, how)
    above = _PEN if drawn else 0.0
    return Row(
        max(lowest(blocks), _LINE) + 4, tuple(blocks), above, rules=tuple(rules), pictures=tuple(drawn)
    )


def _named(signatory: Signatory, middle: float, wide: float, how: Signing) -> list[Block]:
    role = signatory.role
    said = [(signatory.name, how.name, None), (role.sv, how.role, "sv")]
    said += [(role.en, how.role_en, "en")] if role.en != role.sv else []
    blocks: list[Block] = []
    drop = _LINE + 1
    for text, style, lang in said:
        block = centred_block(text, style, lang=lang, middle=middle, width=wide)
        if block.runs:
            blocks.append(replace(lowered(block, drop), joined=lang == "en"))
        drop += style.leading * len(block.runs)
    return blocks


def check(page: Page, facts: CertificateFacts) -> Check:
    """Set how it can be checked: what stands in words beside the QR code, closer if it is much."""
    words = _words(page, facts, is_close=False)
    if lowest(words) + _DEPTH > _QR + _RAISED:
        words = _words(page, facts, is_close=True)
    return Check(page, Row(max(_QR + _RAISED, lowest(words) + _DEPTH), words))


def draw_check(canvas: TaggedCanvas, checked: Check, facts: CertificateFacts) -> None:
    """Draw the QR code and the words beside it; the signature stands after them."""
    grid = qr.grid(facts.verify_url)
    top = BOTTOM + checked.words.height
    x, y = checked.page.left, top - _RAISED - _QR
    with canvas.content("Figure", "en", f"QR code of {facts.verify_url}", (x, y, x + _QR, y + _QR)):
        canvas.modules(x, y, _QR, grid.count, grid.runs, Ink.INK)
    draw(canvas, [checked.words], top)
    canvas.signature()


def _words(page: Page, facts: CertificateFacts, *, is_close: bool) -> tuple[Block, ...]:
    """In a column, date and number stand below the rest, else beside it; the scheme stands below all."""
    x = page.left + _QR + 16
    wide = page.right - x - (0 if page.is_narrow else _DATES)
    heading = (flush if page.is_narrow or is_close else stacked)(
        facts.layout.verify, _CHECKED, _SMALL_EN, x=x, width=wide
    )
    begun = lowest(heading) + (0 if page.is_narrow and is_close else _AIR)
    address = left(facts.verify_url, _SMALL, lang=None, x=x, width=wide, drop=begun)
    coded = lowest([address])
    words = (
        *heading,
        replace(address, address=facts.verify_url),
        *_led(wording.CODE, grouped(facts.code), x, wide, coded),
        *(_below(page, facts, x, coded) if page.is_narrow else _beside(page, facts)),
    )
    return (*words, *_scheme(page, facts, x, lowest(words)))


def _led(by: Text, said: str, x: float, wide: float, drop: float) -> tuple[Block, ...]:
    """Set what is the same in both languages, after what it is in each."""
    sv, en = f"{by.sv} · ", f"{by.en}: {said}"
    after = width_of(sv, _SMALL)
    english = left(en, _SMALL, lang="en", x=x + after, width=wide - after, drop=drop)
    return (left(sv, _SMALL, lang="sv", x=x, width=wide, drop=drop), replace(english, joined=True))


def _beside(page: Page, facts: CertificateFacts) -> tuple[Block, ...]:
    when = wording.issued(facts)
    english = right(when.en, _SMALL_EN, lang="en", x=page.right, drop=24.5)
    return (
        right(when.sv, _CHECKED, lang="sv", x=page.right, drop=13),
        replace(english, joined=True),
        right(facts.number, _SMALL, lang=None, x=page.right, drop=44.5),
    )


def _below(page: Page, facts: CertificateFacts, x: float, coded: float) -> tuple[Block, ...]:
    wide = page.right - x
    numbered = _led(wording.NUMBER, facts.number, x, wide, coded + _SMALL.leading)
    low = lowest(numbered)
    return (*numbered, *flush(wording.issued(facts), _SMALL, _SMALL_EN, x=x, width=wide, drop=low))


def _scheme(page: Page, facts: CertificateFacts, x: float, drop: float) -> tuple[Block, ...]:
    named, by = wording.scheme(facts), wording.SCHEME
    if named is None:
        return ()
    wide = page.right - x
    if named.sv == named.en:
        return _led(by, named.en, x, wide, drop)
    said = Text(sv=f"{by.sv}: {named.sv}", en=f"{by.en}: {named.en}")
    return flush(said, _SMALL, _SMALL_EN, x=x, width=wide, drop=drop)
