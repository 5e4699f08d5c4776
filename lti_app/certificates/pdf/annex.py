"""The pages of the annex: all merits, as large as one page lets them be, else evenly on as many as it takes.

A few are set as on the first page, more of them close and in columns, which are read one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from math import inf

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import merits, ornaments
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.layout import Row, Style, draw, height_of, moved, repeated, width_of
from lti_app.certificates.pdf.merits import Group
from lti_app.certificates.pdf.page import Ink, Page
from lti_app.certificates.pdf.setting import abreast, centred, fitted
from lti_app.certificates.pdf.typeface import ITALIC, REGULAR

_CLOSE = (
    merits.close(10.5, 9.5, leading=1.17, between=4.5),
    merits.close(9.5, 8.5, leading=1.16, between=3.5),
    merits.close(9, 8.5, leading=1.12, between=3),
)
_MARGIN = 46.0  # on the left and on the right, less than the first page has
_BETWEEN = 18.0  # close columns
_TOP, _FOOT = 48.0, ornaments.FOOT + 12  # from the page's edges to its text
_APART = 30.0  # what stands beside each other above them
_BELOW = 3.0  # that, and above a name on a line of its own
_LOOSEST = 8.0  # points to spare for a heading, two fifths of it for a merit
_AIR = 10.0  # below, before there are any to spare
_MANY = 99  # pages, for measuring
_PRECISE = 2.0  # points that one column may be longer than it need be

_ISSUER = Style(REGULAR, 11, 13, Ink.ACCENT, tracking=0.4)
_ISSUER_EN = Style(ITALIC, 10, 13, Ink.GREY)
_TITLE = Style(REGULAR, 14, 17, Ink.ACCENT)
_TITLE_EN = Style(ITALIC, 12.5, 17, Ink.ACCENT)
_NAME = Style(REGULAR, 14, 17)
_NAME_SIZES = ((14, 1), (12, 1), (10.5, 2), (9, 9))
_CALLED = Style(REGULAR, 9.5, 13)
_CALLED_EN = Style(ITALIC, 9.5, 13, Ink.GREY)

Column = Sequence[Row]


@dataclass(frozen=True)
class Sheet:
    """One page: what stands above, the columns below it, the points they have to spare for each unit of
    stretch, the lines at the foot.
    """

    head: Sequence[Row]
    columns: Sequence[Column]
    loose: float
    foot: Sequence[str]

    def draw(self, canvas: TaggedCanvas) -> None:
        """Draw it, column by column."""
        low = draw(canvas, self.head, canvas.page.height - _TOP)
        for column in self.columns:
            draw(canvas, column, low, self.loose * _stretch(column))
        ornaments.foot(canvas, self.foot)


@dataclass(frozen=True)
class Annex:
    """All its pages, and by how many points a merit is too long for a column, if it is."""

    sheets: tuple[Sheet, ...]
    over: float


def plan(page: Page, facts: CertificateFacts) -> Annex:
    """Measure all merits and share them out."""
    page = replace(page, left=_MARGIN, right=page.width - _MARGIN)
    head = _head(page, facts)
    foot = ornaments.height_of_foot(ornaments.foot_of_annex(facts, page.measure, _MANY, _MANY))
    room = page.height - _TOP - height_of(head) - foot - _FOOT
    sides, columns = _listed(page, facts, room)
    spare = ((room - _AIR - height_of(each)) / _stretch(each) for each in columns)
    loose = max(0.0, min(_LOOSEST, *spare))
    shared = [columns[start : start + len(sides)] for start in range(0, len(columns), len(sides))]
    sheets = (
        Sheet(
            repeated(head) if number > 2 else head,
            tuple(_beside(each, sides)),
            loose,
            ornaments.foot_of_annex(facts, page.measure, number, 1 + len(shared)),
        )
        for number, each in enumerate(shared, 2)
    )
    return Annex(tuple(sheets), max(map(height_of, columns)) - room)


def _head(page: Page, facts: CertificateFacts) -> list[Row]:
    """Say whose annex it is, as the first page of all has said already, and what it is called.

    On two lines, from the left and to the right, if all fits there; else centred below each other.
    """
    issuer = repeated(abreast(page, facts.issuer, _ISSUER, _ISSUER_EN))
    title = repeated(abreast(page, facts.title, _TITLE, _TITLE_EN))
    named = fitted(page, facts.holder_name, _NAME, _NAME_SIZES)
    name = repeated([centred(page, facts.holder_name, named, lang=None)])
    called = abreast(page, facts.layout.annex, _CALLED, _CALLED_EN, role="H2")
    opposite = ((title, name), (issuer, called))
    if all(_wide(one) + _wide(other) + _APART <= page.measure for one, other in opposite):
        beside = [row for one, other in opposite for row in _opposite(page, one, other)]
        return [*beside, Row(_BELOW)]
    return [*issuer, *title, Row(_BELOW), *name, *called, Row(_BELOW)]


def _opposite(page: Page, one: Sequence[Row], other: Sequence[Row]) -> list[Row]:
    """Two centred lines on one, which is as high as the first."""
    (beside,) = moved(other, (page.measure - _wide(other)) / 2)
    return [replace(beside, height=0), *moved(one, (_wide(one) - page.measure) / 2)]


def _wide(rows: Sequence[Row]) -> float:
    """How wide a text is, far too wide if it takes more than one line."""
    runs = [run for row in rows for block in row.blocks for run in block.runs]
    if len({run.drop for run in runs}) > 1 or len(rows) > 1:
        return inf
    return sum(width_of(run.text, run.style) for run in runs)


def _listed(page: Page, facts: CertificateFacts, room: float) -> tuple[tuple[Page, ...], list[Column]]:
    """Share the merits out over columns of about the same height, as large as the fewest pages allow."""
    close = page.columns(3 if page.is_landscape else 2, _BETWEEN)
    manners = ((page.sides(), merits.OPEN), *((close, letters) for letters in _CLOSE))
    set_once = cache(lambda sides, letters: merits.groups_of(sides[-1], facts, letters))
    most, sides, groups = next(
        (most, sides, groups)
        for pages in count(1)
        for sides, letters in manners
        if merits.at_least(facts, letters) <= (most := pages * len(sides)) * room
        and len(merits.paged(groups := set_once(sides, letters), room)) <= most
    )
    return sides, _even(groups, room, most)


def _even(groups: Sequence[Group], room: float, most: int) -> list[Column]:
    """Columns no higher than it takes to have at most so many, within a point or two."""
    low, high = 0.0, room
    while high - low > _PRECISE:
        middle = (low + high) / 2
        low, high = (low, middle) if len(merits.paged(groups, middle)) <= most else (middle, high)
    return [*merits.paged(groups, high)]


def _beside(columns: Sequence[Column], sides: Sequence[Page]) -> Iterator[Column]:
    """Put columns that were set for the last side into one each."""
    for column, side in zip(columns, sides, strict=False):
        yield moved(column, side.left - sides[-1].left)


def _stretch(column: Column) -> float:
    return sum(row.stretch for row in column) or 1
