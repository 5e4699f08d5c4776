"""The words of the first page: issuer, title, name and what is certified, in the order they are read in.

A wide page sets both languages of a line abreast, because it is low; so does one that is set closer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lti_app.certificates.facts import CertificateFacts, Text
from lti_app.certificates.pdf import wording
from lti_app.certificates.pdf.layout import Picture, Row, Rule, Style, lowest
from lti_app.certificates.pdf.page import Closeness, Ink, Page
from lti_app.certificates.pdf.pictures import Drawable
from lti_app.certificates.pdf.setting import abreast, both, centred, fitted, flush
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR

_ISSUER = Style(REGULAR, 16.5, 20, Ink.ACCENT, tracking=0.6)
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
_HANGING = 0.3  # of the size: as low as g, j and the tail of ę reach
_CLEAR = 6.0  # between them and the rule below the name

TITLE_SIZES = ((33, 1), (28, 1), (24, 2), (18, 6))  # the least is larger than the issuer
TITLE_EN_SIZES = ((19, 1), (15, 2), (13, 6))  # the least is larger than what follows
IN_COLUMN = 0.75  # how large title and name are meant to be there
_NAME_SIZES = ((35, 1), (30, 1), (25, 1), (22, 2), (18, 3), (15, 4), (12, 9))
_LOW_NAME_SIZES = ((28, 1), (23, 1), (18, 2), (14, 2), (12, 9))  # hardly higher the longer it is
_LOW = 0.6  # a page with less room than so has a low name
_LEAST_CREST = 0.4
PROGRAMME_SIZES = ((11.5, 1), (9.5, 9))

Setting = Callable[..., list[Row]]  # abreast or both


def name_sizes(closeness: Closeness) -> tuple[tuple[float, int], ...]:
    """The sizes that a name may have, each with the most lines it may then take."""
    if closeness.room < _LOW:
        return _LOW_NAME_SIZES
    least = _NAME_SIZES[-1][0]
    return tuple((max(size * closeness.letters, least), most) for size, most in _NAME_SIZES)


def title_style(page: Page, title: str, closeness: Closeness) -> Style:
    """How the title is set in Swedish: larger than the issuer, however little room there is."""
    return _fitted(page, title, TITLE, TITLE_SIZES, closeness)


def title_en_style(page: Page, title: str, closeness: Closeness) -> Style:
    """How the title is set in English: larger than what follows it."""
    return _fitted(page, title, TITLE_EN, TITLE_EN_SIZES, closeness)


def rows(
    page: Page,
    facts: CertificateFacts,
    pictures: Mapping[str, Drawable],
    closeness: Closeness,
    *,
    listed_here: bool,
) -> list[Row]:
    """Set everything down to the sentence that leads over to the merits, here or in the annex."""
    room = closeness.room
    setting = abreast if page.is_wide or room < 1 else both
    title = title_style(page, facts.title.sv, closeness)
    title_en = title_en_style(page, facts.title.en, closeness)
    said = wording.statement(facts, listed_here=listed_here)
    sv, en = _resized(_QUIET, closeness.statement), _resized(_QUIET_EN, closeness.statement)
    return [
        _crest(page, facts, pictures, max(room, _LEAST_CREST)),
        *_issuer(page, facts, room, setting),
        *both(page, facts.title, title, title_en, above=16 * room, stretch=3, role="H1"),
        *setting(page, facts.layout.certifies, _QUIET, _QUIET_EN, above=14 * room, stretch=2),
        _name(page, facts.holder_name, closeness),
        *_programme(page, facts, room),
        *both(page, said, sv, en, above=10 * room, stretch=1),
    ]


def presentation(page: Page, facts: CertificateFacts) -> list[Row]:
    """Say how the merits were presented, if they were: in a column flush with them, else in the middle."""
    if facts.presentation is None:
        return []
    said = wording.presentation(facts.presentation)
    if page.is_narrow:
        blocks = flush(said, _SMALL, _SMALL_EN, x=page.left, width=page.measure)
        return [Row(lowest(blocks), blocks, above=9, stretch=1)]
    return abreast(page, said, _SMALL, _SMALL_EN, above=9, stretch=1)


def _crest(page: Page, facts: CertificateFacts, pictures: Mapping[str, Drawable], scale: float) -> Row:
    """The room of the globe, or the logo in its place."""
    logo = pictures.get(facts.layout.logo)
    if logo is None:
        return Row(_CREST * scale)
    width, height = logo.within(200, _LOGO * scale)
    said = facts.text_of(facts.layout.logo, f"Logo of {facts.issuer.en}")
    drawn = Picture(facts.layout.logo, said, page.middle - width / 2, 0, width, height)
    return Row(max(height, 1), pictures=(drawn,))


def _issuer(page: Page, facts: CertificateFacts, room: float, setting: Setting) -> list[Row]:
    issuer, faculty = facts.issuer, facts.faculty
    if faculty is None:
        return setting(page, issuer, _ISSUER, _ISSUER_EN, above=8 * room)
    rows = [centred(page, issuer.sv, _ISSUER, lang="sv", above=8 * room)]
    both_en = Text(sv=faculty.sv, en=f"{faculty.en}, {issuer.en}")
    return [*rows, *setting(page, both_en, _FACULTY, _ISSUER_EN, above=1)]


def _name(page: Page, name: str, closeness: Closeness) -> Row:
    style = fitted(page, name, NAME, name_sizes(closeness))
    row = centred(page, name, style, lang=None, above=4 * closeness.room, stretch=1)
    low = row.height + _HANGING * style.size + _CLEAR
    rule = Rule(page.middle - 60, page.middle + 60, low, 0.8, Ink.ORNAMENT)
    return Row(low + 1, row.blocks, row.above, row.stretch, (rule,))


def _programme(page: Page, facts: CertificateFacts, room: float) -> list[Row]:
    """Belongs to the name: no air to spare comes between them."""
    named = wording.programme(facts)
    if named is None:
        return []
    longer = max(named.sv, named.en, key=len)
    size = fitted(page, longer, _QUIET, PROGRAMME_SIZES).size / _QUIET.size
    sv, en = _resized(_QUIET, size), _resized(_QUIET_EN, size)
    return abreast(page, named, sv, en, above=5 * room)


def _fitted(
    page: Page, text: str, style: Style, sizes: Sequence[tuple[float, int]], closeness: Closeness
) -> Style:
    """Pick a size that the text fits, then set it closer, but never smaller than the least of them."""
    chosen = fitted(page, text, style, sizes)
    return _resized(chosen, max(closeness.letters, sizes[-1][0] / chosen.size))


def _resized(style: Style, share: float) -> Style:
    return replace(style, size=style.size * share, leading=style.leading * share)
