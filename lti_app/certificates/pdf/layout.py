"""Setting text in rows: what is measured first and drawn afterwards.

A row holds blocks (one structure element in one language each), a block holds runs (one line of one face
each). Rows are stacked from the top; the space left over is shared out by their `stretch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lti_app.certificates.facts import Text
from lti_app.certificates.pdf.canvas import PAGE_WIDTH, Colour, TaggedCanvas
from lti_app.certificates.pdf.typeface import clean, face_for, wrapped

INK: Colour = (0.11, 0.11, 0.13)
NAVY: Colour = (0.10, 0.19, 0.34)
GREY: Colour = (0.33, 0.33, 0.36)
GOLD: Colour = (0.63, 0.51, 0.27)

LEFT = 74.0
RIGHT = PAGE_WIDTH - LEFT
WIDTH = RIGHT - LEFT
MIDDLE = PAGE_WIDTH / 2


@dataclass(frozen=True)
class Style:
    """How a text is set: face, size and leading in points, colour, extra space between its characters."""

    face: str
    size: float
    leading: float
    colour: Colour = INK
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
    """One structure element in one language; without a language it is the holder's own words."""

    role: str
    lang: str | None
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Rule:
    """A decorative line across part of a row."""

    x1: float
    x2: float
    drop: float
    width: float
    colour: Colour


@dataclass(frozen=True)
class Row:
    """Blocks beside and below each other, `above` points under the row before."""

    height: float
    blocks: tuple[Block, ...] = ()
    above: float = 0
    stretch: float = 0
    rules: tuple[Rule, ...] = ()


def lowered(block: Block, by: float) -> Block:
    """Move a block down inside its row."""
    return replace(block, runs=tuple(replace(run, drop=run.drop + by) for run in block.runs))


def height_of(rows: Sequence[Row]) -> float:
    """Measure a stack of rows in points."""
    return sum(row.above + row.height for row in rows)


def draw(canvas: TaggedCanvas, rows: Sequence[Row], top: float, spare: float = 0) -> float:
    """Draw rows from `top` down, giving them the spare points by their stretch; answers where they end."""
    shares = sum(row.stretch for row in rows) or 1
    y = top
    for row in rows:
        y -= row.above + spare * row.stretch / shares
        for block in row.blocks:
            with canvas.content(block.role, block.lang):
                for run in block.runs:
                    paint(canvas, run, y)
        if row.rules:
            with canvas.decoration():
                for rule in row.rules:
                    canvas.line(rule.x1, y - rule.drop, rule.x2, y - rule.drop, rule.width, rule.colour)
        y -= row.height
    return y


def paint(canvas: TaggedCanvas, run: Run, top: float) -> None:
    """Draw one run of a row whose top is given."""
    style = run.style
    canvas.text(
        run.x, top - run.drop, run.text, style.face, style.size, style.colour, tracking=style.tracking
    )


def centred(
    text: str,
    style: Style,
    *,
    lang: str | None,
    role: str = "P",
    above: float = 0,
    stretch: float = 0,
    middle: float = MIDDLE,
    width: float = WIDTH,
) -> Row:
    """Set a text centred, in as many lines as it takes, and those about equally long."""
    lines = _balanced(clean(text), style, width)
    runs = (_centred_run(line, place, style, middle) for place, line in enumerate(lines, 1))
    return Row(style.leading * len(lines), (Block(role, lang, tuple(runs)),), above, stretch)


def _balanced(text: str, style: Style, width: float) -> list[str]:
    lines = wrapped(text, style.face, style.size, width)
    if len(lines) > 1:
        for share in (0.6, 0.7, 0.8, 0.9):
            narrower = wrapped(text, style.face, style.size, width * share)
            if len(narrower) == len(lines):
                return narrower
    return lines


def _centred_run(line: str, place: int, style: Style, middle: float) -> Run:
    wide = face_for(style.face, line).width(line, style.size, style.tracking)
    return Run(middle - wide / 2, place * style.leading, line, style)


def abreast(text: Text, sv: Style, en: Style, *, above: float = 0, stretch: float = 0) -> list[Row]:
    """Set both languages centred on one line if they fit, else below each other."""
    first, second = f"{clean(text.sv)}  ·  ", clean(text.en)
    start = MIDDLE - (width_of(first, sv) + width_of(second, en)) / 2
    if text.sv == text.en or start < LEFT:
        return both(text, sv, en, above=above, stretch=stretch)
    blocks = (
        Block("P", "sv", (Run(start, sv.leading, first, sv),)),
        Block("P", "en", (Run(start + width_of(first, sv), sv.leading, second, en),)),
    )
    return [Row(sv.leading, blocks, above, stretch)]


def left(text: str, style: Style, *, lang: str | None, x: float, width: float, drop: float = 0) -> Block:
    """Set a text flush left from x, its first line one leading below `drop`."""
    lines = wrapped(clean(text), style.face, style.size, width)
    runs = (Run(x, drop + place * style.leading, line, style) for place, line in enumerate(lines, 1))
    return Block("P", lang, tuple(runs))


def right(text: str, style: Style, *, lang: str | None, x: float, drop: float) -> Block:
    """Set one line that ends at x, its baseline at `drop`."""
    wide = face_for(style.face, text).width(text, style.size, style.tracking)
    return Block("P", lang, (Run(x - wide, drop, text, style),))


def both(
    text: Text, sv: Style, en: Style, *, above: float = 0, stretch: float = 0, role: str = "P"
) -> list[Row]:
    """Set Swedish over English, centred; words that are the same in both languages once."""
    first = centred(text.sv, sv, lang="sv", role=role, above=above, stretch=stretch)
    return [first] if text.en == text.sv else [first, centred(text.en, en, lang="en")]


def fitted(text: str, style: Style, sizes: Sequence[tuple[float, int]]) -> Style:
    """Pick the first (size, most lines) that the text fits, else the last; leading stays in proportion."""
    words = clean(text)
    fitting = (size for size, most in sizes if len(wrapped(words, style.face, size, WIDTH)) <= most)
    size = next(fitting, sizes[-1][0])
    return replace(style, size=size, leading=style.leading * size / style.size)


def width_of(text: str, style: Style) -> float:
    """Measure one line in points."""
    return face_for(style.face, text).width(text, style.size, style.tracking)
