"""Rows of text and pictures: what is measured first and drawn afterwards.

A row holds blocks (one structure element in one language each), a block holds runs (one line of one face
each). Rows are stacked from the top; the space left over is shared out by their `stretch`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.page import Ink
from lti_app.certificates.pdf.structure import Box
from lti_app.certificates.pdf.typeface import face_for


@dataclass(frozen=True)
class Style:
    """How a text is set: face, size and leading in points, ink, extra space between its characters."""

    face: str
    size: float
    leading: float
    ink: Ink = Ink.INK
    tracking: float = 0


@dataclass(frozen=True)
class Run:
    """One line of text from x, its baseline `drop` points below the top of the row."""

    x: float
    drop: float
    text: str
    style: Style


@dataclass(frozen=True)
class Block:
    """One structure element in one language; without a language it is the holder's own words.

    `joined` continues the element before it, in another language. `address` makes a link of it.
    """

    role: str
    lang: str | None
    runs: tuple[Run, ...]
    joined: bool = False
    address: str = ""


@dataclass(frozen=True)
class Rule:
    """A decorative line across part of a row."""

    x1: float
    x2: float
    drop: float
    width: float
    ink: Ink


@dataclass(frozen=True)
class Picture:
    """A picture in a row, its upper left corner `drop` points below the top of the row."""

    asset_id: str
    alternative: str
    x: float
    drop: float
    width: float
    height: float

    def box(self, top: float) -> Box:
        """Where it is on the page, when the row's top is there."""
        return self.x, top - self.drop - self.height, self.x + self.width, top - self.drop


@dataclass(frozen=True)
class Row:
    """Blocks beside and below each other, `above` points under the row before.

    `is_item` makes it a member of a list; `is_repeated` says again what was said before, for the eye only.
    """

    height: float
    blocks: tuple[Block, ...] = ()
    above: float = 0
    stretch: float = 0
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Picture, ...] = ()
    is_item: bool = False
    is_repeated: bool = False


def lowered(block: Block, by: float) -> Block:
    """Move a block down inside its row."""
    return replace(block, runs=tuple(replace(run, drop=run.drop + by) for run in block.runs))


def lowest(blocks: Iterable[Block]) -> float:
    """Find the last baseline of blocks, 0 without any."""
    return max((run.drop for block in blocks for run in block.runs), default=0.0)


def moved(rows: Sequence[Row], by: float) -> list[Row]:
    """The same rows so many points further right."""
    if not by:
        return list(rows)
    return [
        replace(
            row,
            blocks=tuple(
                replace(block, runs=tuple(replace(run, x=run.x + by) for run in block.runs))
                for block in row.blocks
            ),
            rules=tuple(replace(rule, x1=rule.x1 + by, x2=rule.x2 + by) for rule in row.rules),
            pictures=tuple(replace(picture, x=picture.x + by) for picture in row.pictures),
        )
        for row in rows
    ]


def repeated(rows: Sequence[Row]) -> list[Row]:
    """The same rows, passed over by a screen reader."""
    return [replace(row, is_repeated=True) for row in rows]


def height_of(rows: Sequence[Row]) -> float:
    """Measure a stack of rows in points."""
    return sum(row.above + row.height for row in rows)


def draw(canvas: TaggedCanvas, rows: Sequence[Row], top: float, spare: float = 0) -> float:
    """Draw rows from `top` down, giving them the spare points by their stretch; answers where they end."""
    shares = sum(row.stretch for row in rows) or 1
    y = top
    for row in rows:
        y -= row.above + spare * row.stretch / shares
        _draw_row(canvas, row, y)
        y -= row.height
    return y


def _draw_row(canvas: TaggedCanvas, row: Row, y: float) -> None:
    if row.is_repeated:
        with canvas.decoration("Header"):
            for block in row.blocks:
                _paint(canvas, block, y)
    elif row.is_item:
        with canvas.element("L", joined=True), canvas.element("LI"), canvas.element("LBody"):
            _draw_blocks(canvas, row, y)
    else:
        _draw_blocks(canvas, row, y)
    if row.rules:
        with canvas.decoration():
            for rule in row.rules:
                canvas.line(rule.x1, y - rule.drop, rule.x2, y - rule.drop, rule.width, rule.ink)


def _draw_blocks(canvas: TaggedCanvas, row: Row, y: float) -> None:
    for picture in row.pictures:
        box = picture.box(y)
        with canvas.content("Figure", "en", picture.alternative, box):
            canvas.picture(picture.asset_id, box)
    for block in row.blocks:
        if block.address:
            boxes = [_box(run, y) for run in block.runs]
            with canvas.link(block.lang, block.address, block.address, boxes):
                _paint(canvas, block, y)
        else:
            with canvas.content(block.role, block.lang, joined=block.joined):
                _paint(canvas, block, y)


def _paint(canvas: TaggedCanvas, block: Block, top: float) -> None:
    """A space ends each line, so that its last word and the next one's first stay two
    (ISO 32000-1 §14.8.2.5).
    """
    for run in block.runs:
        style, said = run.style, f"{run.text.rstrip()} "
        canvas.text(run.x, top - run.drop, said, style.face, style.size, style.ink, tracking=style.tracking)


def _box(run: Run, top: float) -> Box:
    baseline, size = top - run.drop, run.style.size
    return run.x, baseline - size * 0.25, run.x + width_of(run.text, run.style), baseline + size * 0.75


def width_of(text: str, style: Style) -> float:
    """Measure one line in points."""
    return face_for(style.face, text).width(text, style.size, style.tracking)
