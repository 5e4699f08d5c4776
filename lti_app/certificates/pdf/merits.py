"""The list of merits, grouped by setting, and how it is shared out over pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lti_app.certificates.facts import CertificateFacts, Merit, Text
from lti_app.certificates.pdf import wording
from lti_app.certificates.pdf.layout import (
    GOLD,
    GREY,
    INK,
    LEFT,
    NAVY,
    RIGHT,
    Block,
    Row,
    Rule,
    Run,
    Style,
    height_of,
    left,
    right,
    width_of,
)
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR, clean

_TITLE = Style(REGULAR, 11, 13.5, INK)
_LABEL = Style(REGULAR, 9, 11.5, GREY)
_LABEL_EN = Style(ITALIC, 9, 11.5, GREY)
_SETTING = Style(REGULAR, 11, 12, NAVY, tracking=0.5)
_SETTING_EN = Style(ITALIC, 11, 12, GREY)
_DATES = Style(REGULAR, 9.5, 13.5, INK)
_DATES_EN = Style(ITALIC, 9, 11.5, GREY)

_GUTTER = 14.0
_COLUMN = RIGHT - LEFT - 168.0  # of titles; the dates take the rest


@dataclass(frozen=True)
class Group:
    """The merits of one setting as rows, under a heading."""

    label: Text
    rows: tuple[Row, ...]

    def heading(self, *, continued: bool = False) -> Row:
        """Set the heading: a line, the setting's name in Swedish and English."""
        sv, en = clean(self.label.sv), clean(self.label.en)
        if continued:
            sv, en = f"{sv}, {wording.CONTINUED.sv}", f"{en}, {wording.CONTINUED.en}"
        after = LEFT + width_of(sv, _SETTING) + 7
        blocks = (
            Block("H2", "sv", (Run(LEFT, 12, sv, _SETTING),)),
            Block("P", "en", (Run(after, 12, en, _SETTING_EN),)),
        )
        return Row(17, blocks, above=8, stretch=1, rules=(Rule(LEFT, RIGHT, 16, 0.5, GOLD),))


def groups_of(facts: CertificateFacts) -> tuple[Group, ...]:
    """Set all merits of a certificate."""
    return tuple(
        Group(label, tuple(_merit_row(merit) for merit in merits))
        for label, merits in facts.merits_by_setting()
    )


def one_after_another(groups: Sequence[Group]) -> list[Row]:
    """Stack all groups without a page break."""
    return [row for group in groups for row in (group.heading(), *group.rows)]


def paged(groups: Sequence[Group], room: float) -> list[list[Row]]:
    """Share the groups out over pages of `room` points; no heading stands alone, each returns overleaf."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for group in groups:
        for place, row in enumerate(group.rows):
            opening = [group.heading()] if place == 0 else []
            if pages[-1] and used + height_of([*opening, row]) > room:
                pages.append([])
                used = 0
                opening = [group.heading(continued=place > 0)]
            pages[-1] += [*opening, row]
            used += height_of([*opening, row])
    return pages


def _merit_row(merit: Merit) -> Row:
    title = left(wording.heading(merit), _TITLE, lang=None, x=LEFT, width=_COLUMN - _GUTTER)
    drop = len(title.runs) * _TITLE.leading
    labels = _labels(merit.type_label, drop)
    dates = wording.period(merit.starts_on, merit.ends_on)
    beside = _dates(dates) if dates else ()
    lowest = max(run.drop for block in (title, *labels, *beside) for run in block.runs)
    return Row(lowest + 3, (title, *labels, *beside), above=2, stretch=0.4)


def _labels(label: Text, drop: float) -> tuple[Block, ...]:
    """Swedish and English on one line if both fit, else below each other."""
    sv, en = clean(label.sv), clean(label.en)
    if sv == en:
        return (left(sv, _LABEL, lang="sv", x=LEFT, width=_COLUMN - _GUTTER, drop=drop),)
    apart = f"{sv}  ·  "
    start = LEFT + width_of(apart, _LABEL)
    if start + width_of(en, _LABEL_EN) <= LEFT + _COLUMN - _GUTTER:
        baseline = drop + _LABEL.leading
        return (
            Block("P", "sv", (Run(LEFT, baseline, apart, _LABEL),)),
            Block("P", "en", (Run(start, baseline, en, _LABEL_EN),)),
        )
    first = left(sv, _LABEL, lang="sv", x=LEFT, width=_COLUMN - _GUTTER, drop=drop)
    below = drop + len(first.runs) * _LABEL.leading
    return (first, left(en, _LABEL_EN, lang="en", x=LEFT, width=_COLUMN - _GUTTER, drop=below))


def _dates(dates: Text) -> tuple[Block, ...]:
    sv = right(dates.sv, _DATES, lang="sv", x=RIGHT, drop=_TITLE.leading)
    if dates.sv == dates.en:
        return (sv,)
    return (sv, right(dates.en, _DATES_EN, lang="en", x=RIGHT, drop=_TITLE.leading + _DATES_EN.leading))
