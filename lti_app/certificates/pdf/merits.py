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
from lti_app.certificates.pdf.setting import flush, left, right
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR
from lti_app.glyphs import clean

_TITLE = Style(REGULAR, 11, 13.5)
_LABEL = Style(REGULAR, 9, 11.5, Ink.GREY)
_LABEL_EN = Style(ITALIC, 9, 11.5, Ink.GREY)
_SETTING = Style(REGULAR, 11, 12, Ink.ACCENT, tracking=0.5)
_SETTING_EN = Style(ITALIC, 11, 12, Ink.GREY)
_DATES = Style(REGULAR, 9.5, 13.5)
_DATES_EN = Style(ITALIC, 9, 11.5, Ink.GREY)

_GUTTER = 14.0


@dataclass(frozen=True)
class Group:
    """The merits of one setting as rows, under a heading."""

    page: Page
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
        page = self.page
        after = page.left + width_of(sv, _SETTING) + 7
        blocks = (
            Block(role, "sv", (Run(page.left, 12, sv, _SETTING),)),
            Block(role, "en", (Run(after, 12, en, _SETTING_EN),), joined=True),
        )
        rule = Rule(page.left, page.right, 16, 0.5, Ink.ORNAMENT)
        return Row(17, blocks, above=8, stretch=1, rules=(rule,))


def groups_of(page: Page, facts: CertificateFacts) -> tuple[Group, ...]:
    """Set all merits of a certificate."""
    return tuple(
        Group(page, label, tuple(_merit_row(page, merit) for merit in merits))
        for label, merits in facts.merits_by_setting()
    )


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


def _merit_row(page: Page, merit: Merit) -> Row:
    """Dates stand beside what they are of, in a column below it."""
    dates = wording.period(merit.starts_on, merit.ends_on)
    beside = _dates(page, dates) if dates and not page.is_narrow else ()
    wide = min((run.x for block in beside for run in block.runs), default=page.right + _GUTTER) - _GUTTER
    wide -= page.left
    said = wording.heading(merit)
    blocks = [left(said, _TITLE, lang=None, x=page.left, width=wide, is_even=True)]
    blocks += _label(page, merit, wide, lowest(blocks))
    if dates and page.is_narrow:
        blocks += _aside(page, dates, wide, lowest(blocks))
    blocks += beside
    return Row(lowest(blocks) + 3, tuple(blocks), above=2, stretch=0.4, is_item=True)


def _label(page: Page, merit: Merit, wide: float, drop: float) -> tuple[Block, ...]:
    """Say what kind of activity it is, but nothing that its title says already."""
    sv, en = merit.type_label.sv, merit.type_label.en
    if merit.title.casefold() != sv.casefold():
        return _aside(page, merit.type_label, wide, drop)
    if en.casefold() == sv.casefold():
        return ()
    return (left(en, _LABEL_EN, lang="en", x=page.left, width=wide, drop=drop),)


def _aside(page: Page, said: Text, wide: float, drop: float) -> tuple[Block, ...]:
    return flush(said, _LABEL, _LABEL_EN, x=page.left, width=wide, drop=drop)


def _dates(page: Page, dates: Text) -> tuple[Block, ...]:
    if dates.sv == dates.en:
        return (right(dates.sv, _DATES, lang="sv", x=page.right, drop=_TITLE.leading),)
    below = _TITLE.leading + _DATES_EN.leading
    english = right(dates.en, _DATES_EN, lang="en", x=page.right, drop=below)
    return (
        right(dates.sv, _DATES, lang="sv", x=page.right, drop=_TITLE.leading),
        replace(english, joined=True),
    )
