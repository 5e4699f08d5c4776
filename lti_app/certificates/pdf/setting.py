"""Setting one text: centred or flush, in as many lines as it takes, both languages side by side or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lti_app.certificates.facts import Text
from lti_app.certificates.pdf.layout import Block, Row, Run, Style, width_of
from lti_app.certificates.pdf.page import Page
from lti_app.certificates.pdf.typeface import face_for, wrapped
from lti_app.glyphs import clean

_DOT = "  ·  "


def centred(
    page: Page,
    text: str,
    style: Style,
    *,
    lang: str | None,
    role: str = "P",
    joined: bool = False,
    above: float = 0,
    stretch: float = 0,
) -> Row:
    """Set a text in the middle of the page, in as many lines as it takes, and those about equally long."""
    block = centred_block(text, style, lang=lang, middle=page.middle, width=page.measure)
    block = replace(block, role=role, joined=joined)
    return Row(style.leading * len(block.runs), (block,), above, stretch)


def centred_block(text: str, style: Style, *, lang: str | None, middle: float, width: float) -> Block:
    """Set a text round a middle, no wider than so many points."""
    lines = _even(clean(text), style, width)
    runs = (_centred_run(line, place, style, middle) for place, line in enumerate(lines, 1))
    return Block("P", lang, tuple(runs))


def _even(text: str, style: Style, width: float) -> list[str]:
    """As few lines as it takes, none much shorter than the others."""
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


def abreast(
    page: Page,
    text: Text,
    sv: Style,
    en: Style,
    *,
    above: float = 0,
    stretch: float = 0,
    role: str = "P",
) -> list[Row]:
    """Set both languages centred on one line if they fit, else below each other."""
    first, second = f"{clean(text.sv)}{_DOT}", clean(text.en)
    start = page.middle - (width_of(first, sv) + width_of(second, en)) / 2
    if text.sv == text.en or start < page.left:
        return both(page, text, sv, en, above=above, stretch=stretch, role=role)
    blocks = (
        Block(role, "sv", (Run(start, sv.leading, first, sv),)),
        Block(role, "en", (Run(start + width_of(first, sv), sv.leading, second, en),), joined=True),
    )
    return [Row(sv.leading, blocks, above, stretch)]


def left(
    text: str,
    style: Style,
    *,
    lang: str | None,
    x: float,
    width: float,
    drop: float = 0,
    is_even: bool = False,
) -> Block:
    """Set a text flush left from x, its first line one leading below `drop`; even lines leave no last word
    alone.
    """
    words = clean(text)
    lines = _even(words, style, width) if is_even else wrapped(words, style.face, style.size, width)
    runs = (Run(x, drop + place * style.leading, line, style) for place, line in enumerate(lines, 1))
    return Block("P", lang, tuple(runs))


def flowing(
    parts: Sequence[tuple[str, Style, str | None]], *, x: float, width: float, drop: float = 0
) -> tuple[Block, ...]:
    """Set texts, each in its style and language, after each other as one paragraph flush left from x, a dot
    between two that meet on a line. None is broken that would do without on the next.
    """
    blocks: list[Block] = []
    taken, baseline = 0.0, drop
    for text, style, lang in parts:
        if not (words := clean(text)):
            continue
        if blocks:
            taken += width_of(_DOT, style)
        else:
            baseline += style.leading
        lines = wrapped(words, style.face, style.size, width, taken)
        if len(lines) > 1 and len(below := wrapped(words, style.face, style.size, width)) < len(lines):
            lines = ["", *below]
        if blocks and lines[0]:
            *before, last = blocks[-1].runs
            dotted = Run(last.x, last.drop, last.text + _DOT, last.style)
            blocks[-1] = Block("P", blocks[-1].lang, (*before, dotted), joined=blocks[-1].joined)
        places = [(x, baseline + place * style.leading) for place in range(len(lines))]
        places[0] = (x + taken, baseline)
        runs = (Run(*place, line, style) for place, line in zip(places, lines, strict=True) if line)
        blocks.append(Block("P", lang, tuple(runs), joined=bool(blocks)))
        baseline = places[-1][1]
        taken = width_of(lines[-1], style) + (taken if len(lines) == 1 else 0)
    return tuple(blocks)


def flush(text: Text, sv: Style, en: Style, *, x: float, width: float, drop: float = 0) -> tuple[Block, ...]:
    """Set both languages flush left from x, on one line if they fit, else below each other; once if alike."""
    first, second = clean(text.sv), clean(text.en)
    apart = f"{first}{_DOT}"
    start = x + width_of(apart, sv)
    if first != second and start + width_of(second, en) <= x + width:
        baseline = drop + sv.leading
        return (
            Block("P", "sv", (Run(x, baseline, apart, sv),)),
            Block("P", "en", (Run(start, baseline, second, en),), joined=True),
        )
    return stacked(text, sv, en, x=x, width=width, drop=drop)


def stacked(
    text: Text, sv: Style, en: Style, *, x: float, width: float, drop: float = 0
) -> tuple[Block, ...]:
    """Set both languages flush left from x, below each other; once if alike."""
    first, second = clean(text.sv), clean(text.en)
    if first == second:
        return (left(first, sv, lang="en", x=x, width=width, drop=drop),)
    above = left(first, sv, lang="sv", x=x, width=width, drop=drop, is_even=True)
    low = drop + len(above.runs) * sv.leading
    below = left(second, en, lang="en", x=x, width=width, drop=low, is_even=True)
    return (above, replace(below, joined=True))


def right(text: str, style: Style, *, lang: str | None, x: float, drop: float) -> Block:
    """Set one line that ends at x, its baseline at `drop`."""
    wide = face_for(style.face, text).width(text, style.size, style.tracking)
    return Block("P", lang, (Run(x - wide, drop, text, style),))


def both(
    page: Page, text: Text, sv: Style, en: Style, *, above: float = 0, stretch: float = 0, role: str = "P"
) -> list[Row]:
    """Set Swedish over English, centred, as one element; words that are the same in both languages once."""
    if text.en == text.sv:
        return [centred(page, text.sv, sv, lang="en", role=role, above=above, stretch=stretch)]
    return [
        centred(page, text.sv, sv, lang="sv", role=role, above=above, stretch=stretch),
        centred(page, text.en, en, lang="en", role=role, joined=True),
    ]


def fitted(page: Page, text: str, style: Style, sizes: Sequence[tuple[float, int]]) -> Style:
    """Pick the first (size, most lines) that the text fits, else the last; leading stays in proportion."""
    words = clean(text)
    fitting = (size for size, most in sizes if len(wrapped(words, style.face, size, page.measure)) <= most)
    size = next(fitting, sizes[-1][0])
    return replace(style, size=size, leading=style.leading * size / style.size)
