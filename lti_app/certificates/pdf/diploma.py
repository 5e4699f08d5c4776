"""The pages of a diploma: the one to frame, and the annex when its merits need more room.

The first page always carries issuer, title, name, signatures and QR code. Upright, the merits stand between;
a lying page opens like a book, with the merits and the QR code on its right side. When they do not fit there,
not even with the page set closer, all of them move to an annex, so that the first page is whole by itself.
What is measured for the editor's warnings (`measuring.py`) is what is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import annex, front, merits, ornaments, signing_block, wording
from lti_app.certificates.pdf.annex import Annex
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.layout import Row, draw, height_of
from lti_app.certificates.pdf.page import Closeness, Page, page_of
from lti_app.certificates.pdf.pictures import Drawable

_SPARE_AT_MOST = 150.0  # of a stack; a short list of merits beside it is not torn apart so far
_SPARE_OF_A_LIST = 40.0
FIRST_PAGE = "the text of the first page"
HARDLY_CLOSER = 0.95  # with both languages on one line: nobody notices
_CLOSER = (  # what the first page is set at rather than put a few merits on a second
    Closeness(),
    Closeness(HARDLY_CLOSER, HARDLY_CLOSER),
    Closeness(HARDLY_CLOSER, HARDLY_CLOSER, is_tight=True),
    Closeness(0.75, 0.88, is_tight=True),
    Closeness(0.5, 0.8, is_tight=True),
)
_CLOSEST = (  # rather than not at all; no letter is smaller than 8.5 points
    *_CLOSER,
    Closeness(0.5, 0.8, 0.93, is_tight=True),
    Closeness(0.5, 0.8, 0.86, is_tight=True),
    Closeness(0.3, 0.7, 0.86, is_tight=True),
    Closeness(0.1, 0.55, 0.81, is_tight=True),
)
_HOPELESS = 150.0  # a page that is so much too long, setting it closer does not save


class DoesNotFit(ValueError):  # noqa: N818 (a fact about the certificate, not a fault)
    """Texts that belong on one page are longer than it; the message says which, and by how much."""

    def __init__(self, what: str, too_long_points: float) -> None:
        self.millimetres = f"{too_long_points * 25.4 / 72:.0f}"
        super().__init__(f"{what} is {self.millimetres} mm too long for its page")


@dataclass(frozen=True)
class Stack:
    """Rows below each other, and how high they may be in all."""

    rows: tuple[Row, ...]
    room: float
    spare: float = _SPARE_AT_MOST

    @property
    def over(self) -> float:
        """By how much they are too high, in points; not at all below 0."""
        return height_of(self.rows) - self.room

    def draw(self, canvas: TaggedCanvas, top: float) -> float:
        """Draw them with what room there is to spare shared out; answers where they begin."""
        left_over = -self.over
        spare = min(self.spare, left_over)
        top -= (left_over - spare) / 3
        draw(canvas, self.rows, top, spare)
        return top


@dataclass(frozen=True)
class First:
    """The first page: on `texts` what it says, with the signatures below; then how it can be checked.

    Upright both are the whole page and there is one stack; in a book the merits are a stack of their own.
    """

    texts: Page
    checked: signing_block.Check
    stacks: tuple[Stack, ...]
    signed: tuple[Row, ...]
    signed_low: float

    @property
    def over(self) -> float:
        """By how much the longest of its stacks is too long."""
        return max(stack.over for stack in self.stacks)


@dataclass(frozen=True)
class Plan:
    """How a certificate falls on to its pages: the first, and the stacks of each page of the annex."""

    page: Page
    first: First
    annex: Annex | None = None
    too_long: tuple[tuple[str, float], ...] = ()
    closeness: Closeness = _CLOSER[0]


def plan(facts: CertificateFacts, pictures: Mapping[str, Drawable]) -> Plan:
    """Measure everything and share it out; what is longer than its page is said, and drawn by nobody."""
    page = page_of(facts.layout)
    if merits.at_least(facts, merits.OPEN) < page.height and (whole := _whole(page, facts, pictures)):
        return whole
    for closeness in _CLOSEST:
        first = _sheet(page, facts, pictures, None, closeness)
        if first.over <= 0:
            break
    listed = annex.plan(page, facts)
    over = ((FIRST_PAGE, first.over), ("a merit", listed.over))
    return Plan(page, first, listed, tuple((what, by) for what, by in over if by > 0), closeness)


def _whole(page: Page, facts: CertificateFacts, pictures: Mapping[str, Drawable]) -> Plan | None:
    """Share it out over one page, if it fits there."""
    groups = merits.groups_of(page.sides()[-1], facts)
    filled = _book if page.is_landscape else _sheet
    for closeness in _CLOSER:
        first = filled(page, facts, pictures, groups, closeness)
        if first.over <= 0:
            return Plan(page, first, closeness=closeness)
        if first.over > _HOPELESS:
            break
    return None


def _sheet(
    page: Page,
    facts: CertificateFacts,
    pictures: Mapping[str, Drawable],
    groups: Sequence[merits.Group] | None,
    closeness: Closeness,
) -> First:
    """All below each other, as wide as the page; without groups, the merits are in the annex."""
    rows = front.rows(page, facts, pictures, closeness, listed_here=groups is not None)
    if groups is not None:
        rows += [Row(0, above=2, stretch=0.5), *merits.one_after_another(groups)]
    rows += [*front.presentation(page, facts), Row(0, stretch=1)]
    signed = signing_block.signatures(page, facts, pictures, is_tight=closeness.is_tight)
    checked = signing_block.check(page, facts)
    low = signing_block.BOTTOM + checked.height
    room = _top(page) - low - height_of(signed)
    return First(page, checked, (Stack(tuple(rows), room),), tuple(signed), low)


def _book(
    page: Page,
    facts: CertificateFacts,
    pictures: Mapping[str, Drawable],
    groups: Sequence[merits.Group],
    closeness: Closeness,
) -> First:
    """On the left side what is certified and by whom, on the right side the merits and how to check."""
    left, right = page.sides()
    words = [*front.rows(left, facts, pictures, closeness, listed_here=True), Row(0, stretch=1)]
    listed = [*merits.one_after_another(groups), *front.presentation(right, facts)]
    signed = signing_block.signatures(left, facts, pictures, is_tight=closeness.is_tight)
    checked = signing_block.check(right, facts)
    high = _top(page) - signing_block.BOTTOM
    stacks = (
        Stack(tuple(words), high - height_of(signed)),
        Stack(tuple(listed), high - checked.height, _SPARE_OF_A_LIST),
    )
    return First(left, checked, stacks, tuple(signed), signing_block.BOTTOM)


def pages(canvas: TaggedCanvas, facts: CertificateFacts, planned: Plan, *, development: bool) -> None:
    """Draw all pages. Raises DoesNotFit when the first page's own texts, or one merit, do not."""
    for what, by in planned.too_long:
        raise DoesNotFit(what, by)
    sheets = planned.annex.sheets if planned.annex else ()
    total = 1 + len(sheets)
    _background(canvas, facts, development)
    _draw_first(canvas, facts, planned.first)
    ornaments.foot(canvas, ornaments.foot_of_first(1, total))
    for sheet in sheets:
        canvas.next_page()
        _background(canvas, facts, development)
        sheet.draw(canvas)


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


def _draw_first(canvas: TaggedCanvas, facts: CertificateFacts, first: First) -> None:
    """In the order in which it is read: words, merits, signatures, how to check."""
    top = _top(canvas.page)
    words, *lists = first.stacks
    begun = words.draw(canvas, top)
    if not words.rows[0].pictures:
        radius = words.rows[0].height / 2
        ornaments.globe(canvas, first.texts.middle, begun - radius, radius)
    for each in lists:
        each.draw(canvas, top)
        ornaments.fold(canvas, signing_block.BOTTOM, top)
    draw(canvas, first.signed, first.signed_low + height_of(first.signed))
    signing_block.draw_check(canvas, first.checked, facts)
