"""The list of merits, grouped by setting, and how it is shared out over pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lti_app.certificates.facts import CertificateFacts, Merit, Text
from lti_app.certificates.pdf import wording
from lti_app.certificates.pdf.layout import (
    Block,
    Row,
    Rule,
    Run,
    Style,
    height_of,
    lowest,
    repeated,
    width_of,
)
from lti_app.certificates.pdf.page import Ink, Page
from lti_app.certificates.pdf.setting import flowing, flush, left, right
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR
from lti_app.glyphs import clean

_GUTTER = 14.0


@dataclass(frozen=True)
class Letters:
    """How a list is set. Close, the dates are in figures and one paragraph with the kind of activity, so that
    a column can be narrow; else they are spelled out, beside the title or below.
    """

    title: Style
    label: Style
    label_en: Style
    setting: Style
    setting_en: Style
    above_setting: float
    between: float
    is_close: bool = False


OPEN = Letters(
    title=Style(REGULAR, 11, 13.5),
    label=Style(REGULAR, 9, 11.5, Ink.GREY),
    label_en=Style(ITALIC, 9, 11.5, Ink.GREY),
    setting=Style(REGULAR, 11, 12, Ink.ACCENT, tracking=0.5),
    setting_en=Style(ITALIC, 11, 12, Ink.GREY),
    above_setting=8,
    between=5,
)
_DATES = Style(REGULAR, 9.5, 13.5)
_DATES_EN = Style(ITALIC, 9, 11.5, Ink.GREY)


def close(title: float, label: float, *, leading: float, between: float) -> Letters:
    """Letters of so many points for titles and labels, set close: lines so many times as far apart."""
    return Letters(
        title=Style(REGULAR, title, title * leading),
        label=Style(REGULAR, label, label * leading, Ink.GREY),
        label_en=Style(ITALIC, label, label * leading, Ink.GREY),
        setting=Style(REGULAR, title + 0.5, title + 1.5, Ink.ACCENT, tracking=0.4),
        setting_en=Style(ITALIC, title + 0.5, title + 1.5, Ink.GREY),
        above_setting=between + 2,
        between=between,
        is_close=True,
    )


@dataclass(frozen=True)
class Group:
    """The merits of one setting as rows, under a heading."""

    page: Page
    letters: Letters
    label: Text
    rows: tuple[Row, ...]

    def heading(self, role: str) -> Row:
        """Set the heading: a line, the setting's name in Swedish and English."""
        return self._heading(clean(self.label.sv), clean(self.label.en), role)

    def continued(self) -> Row:
        """Set the heading again, overleaf."""
        sv, en = clean(self.label.sv), clean(self.label.en)
        said = f"{sv}, {wording.CONTINUED.sv}", f"{en}, {wording.CONTINUED.en}"
        (row,) = repeated([self._heading(*said, "P")])
        return row

    def _heading(self, sv: str, en: str, role: str) -> Row:
        page, style, style_en = self.page, self.letters.setting, self.letters.setting_en
        after = page.left + width_of(sv, style) + 7
        blocks = (
            Block(role, "sv", (Run(page.left, style.leading, sv, style),)),
            Block(role, "en", (Run(after, style.leading, en, style_en),), joined=True),
        )
        rule = Rule(page.left, page.right, style.leading + 4, 0.5, Ink.ORNAMENT)
        return Row(style.leading + 5, blocks, above=self.letters.above_setting, stretch=1, rules=(rule,))


def groups_of(page: Page, facts: CertificateFacts, letters: Letters = OPEN) -> tuple[Group, ...]:
    """Set all merits of a certificate."""
    row = _close_row if letters.is_close else _open_row
    return tuple(
        Group(page, letters, label, tuple(row(page, merit, letters) for merit in merits))
        for label, merits in facts.merits_by_setting()
    )


def at_least(facts: CertificateFacts, letters: Letters) -> float:
    """How high all merits are at least, in points, as nobody need set them to know: a line for the title, one
    for what else is said.
    """
    lines = (letters.title.leading + letters.between, letters.label.leading)
    return sum(lines[0] + (lines[1] if _label(merit).en else 0) for merit in facts.merits)


def one_after_another(groups: Sequence[Group]) -> list[Row]:
    """Stack all groups without a page break."""
    return [row for group in groups for row in (group.heading("H2"), *group.rows)]


def paged(groups: Sequence[Group], room: float) -> list[list[Row]]:
    """Share the groups out over pages of `room` points; no heading stands alone, each returns overleaf."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for group in groups:
        for place, row in enumerate(group.rows):
            opening = [] if place else [group.heading("H3")]
            if pages[-1] and used + height_of([*opening, row]) > room:
                pages.append([])
                used = 0
                opening = [group.continued() if place else group.heading("H3")]
            pages[-1] += [*opening, row]
            used += height_of([*opening, row])
    return pages


def _open_row(page: Page, merit: Merit, letters: Letters) -> Row:
    """Dates stand beside what they are of, in a column below it."""
    dates = wording.period(merit.starts_on, merit.ends_on)
    beside = _dates(page, dates, letters) if dates and not page.is_narrow else ()
    wide = min((run.x for block in beside for run in block.runs), default=page.right + _GUTTER) - _GUTTER
    wide -= page.left
    blocks = [_title(page, merit, letters, wide)]
    label = _label(merit)
    if label.sv:
        blocks += _aside(page, label, letters, wide, lowest(blocks))
    elif label.en:
        blocks.append(
            left(label.en, letters.label_en, lang="en", x=page.left, width=wide, drop=lowest(blocks))
        )
    if dates and page.is_narrow:
        blocks += _aside(page, dates, letters, wide, lowest(blocks))
    blocks += beside
    return _item(blocks, letters)


def _close_row(page: Page, merit: Merit, letters: Letters) -> Row:
    """Below the title one paragraph: when it was, and what."""
    title = _title(page, merit, letters, page.measure)
    label = _label(merit)
    when = replace(letters.label, ink=Ink.INK)
    parts = (
        (wording.figures(merit.starts_on, merit.ends_on), when, None),
        (label.sv if label.sv != label.en else "", letters.label, "sv"),
        (label.en, letters.label_en, "en"),
    )
    aside = flowing(parts, x=page.left, width=page.measure, drop=lowest([title]))
    return _item((title, *aside), letters)


def _item(blocks: Sequence[Block], letters: Letters) -> Row:
    above = min(2, letters.between / 2)
    return Row(
        lowest(blocks) + letters.between - above, tuple(blocks), above=above, stretch=0.4, is_item=True
    )


def _title(page: Page, merit: Merit, letters: Letters, wide: float) -> Block:
    return left(wording.heading(merit), letters.title, lang=None, x=page.left, width=wide, is_even=True)


def _label(merit: Merit) -> Text:
    """Say what kind of activity it is, but nothing that its title says already."""
    sv, en = merit.type_label.sv, merit.type_label.en
    if merit.title.casefold() != sv.casefold():
        return merit.type_label
    return Text(sv="", en="" if en.casefold() == sv.casefold() else en)


def _aside(page: Page, said: Text, letters: Letters, wide: float, drop: float) -> tuple[Block, ...]:
    return flush(said, letters.label, letters.label_en, x=page.left, width=wide, drop=drop)


def _dates(page: Page, dates: Text, letters: Letters) -> tuple[Block, ...]:
    drop = letters.title.leading
    if dates.sv == dates.en:
        return (right(dates.sv, _DATES, lang="sv", x=page.right, drop=drop),)
    english = right(dates.en, _DATES_EN, lang="en", x=page.right, drop=drop + _DATES_EN.leading)
    return (
        right(dates.sv, _DATES, lang="sv", x=page.right, drop=drop),
        replace(english, joined=True),
    )
