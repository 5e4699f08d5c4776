"""The bundled typeface: registering it once, measuring and wrapping. What it covers stands in glyphs.py.

EB Garamond, upright and italic (fonts/README.md); each face that a document uses costs it some eight
kilobytes. The italic lacks a few signs that the upright face has; a text that needs one is set upright.
Scripts that it lacks have a face of their own, which stands in for both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics

from lti_app.certificates.pdf.embedding import EmbeddedFont
from lti_app.glyphs import missing

REGULAR = "EBGaramond-Regular"
ITALIC = "EBGaramond-Italic"

_SCRIPTS = {  # the face that draws what EB Garamond lacks, and which characters
    "NotoSerifArmenian-Regular": "\u0530-\u058f\ufb13-\ufb17",
    "NotoSerifGeorgian-Regular": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
}
_STRETCH = re.compile("|".join(f"([{chars}]+)" for chars in _SCRIPTS.values()))
_LACKED = re.compile(f"[{''.join(_SCRIPTS.values())}]")  # asks in a hundredth of the time
_FOLDER = Path(__file__).parent / "fonts"


class MissingGlyphs(ValueError):  # noqa: N818 (a fact about the certificate, not a fault)
    """The typeface lacks characters of these texts: of `texts`; `characters` holds each once, in order."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(each for each in texts if missing([each]))
        self.characters = missing(self.texts)
        named = (
            f"{char} (U+{ord(char):04X} {unicodedata.name(char, 'unnamed')})" for char in self.characters
        )
        super().__init__(f"the certificate's typeface cannot draw: {', '.join(named)}")


class NothingToSee(ValueError):  # noqa: N818 (as above)
    """A text without which a certificate says nothing paints nothing; the message names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is blank")


@dataclass(frozen=True)
class Face:
    """One registered face: the advance width of each character that it or its stand-ins have, in thousandths
    of the size.
    """

    name: str
    widths: dict[str, float]

    def has(self, text: str) -> bool:
        """Tell whether every character of the text has a glyph."""
        return self.widths.keys() >= set(text)

    def width(self, text: str, size: float, tracking: float = 0) -> float:
        """Measure in points; tracking is the extra space after each character but the last, in points."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000 + tracking * max(0, len(text) - 1)


@cache
def faces() -> dict[str, Face]:
    """Load and register the faces, once per process."""
    others = {
        char: width for name in _SCRIPTS for char, width in _registered(name).items() if _LACKED.match(char)
    }
    return {name: Face(name, others | _registered(name)) for name in (REGULAR, ITALIC)}


def _registered(name: str) -> dict[str, float]:
    font = EmbeddedFont(name, str(_FOLDER / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    drawn = (point for point in font.face.charToGlyph if point >= ord(" "))  # a font may have a glyph for NUL
    return {chr(point): font.face.charWidths[point] for point in drawn}


def stretches(name: str, text: str) -> list[tuple[str, str]]:
    """Take a text apart where another face stands in: the name of each face, and what it draws."""
    return list(_stretches(name, text)) if _LACKED.search(text) else [(name, text)]


def _stretches(name: str, text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for found in _STRETCH.finditer(text):
        if end < found.start():
            yield name, text[end : found.start()]
        yield tuple(_SCRIPTS)[(found.lastindex or 1) - 1], found[0]
        end = found.end()
    if end < len(text):
        yield name, text[end:]


def face_for(name: str, text: str) -> Face:
    """Pick the face, or the upright one where the italic lacks a character."""
    face = faces()[name]
    return face if name != ITALIC or face.has(text) else faces()[REGULAR]


def wrapped(text: str, name: str, size: float, width: float, taken: float = 0) -> list[str]:
    """Break a text into lines no wider than `width` points: at spaces, inside a word only if it must be.

    So much of the first line is taken; it is empty when not even a word fits there.
    """
    face = face_for(name, text)
    if taken + face.width(text, size) <= width:
        return [text] if text else []
    space = face.width(" ", size)
    lines: list[str] = []
    line: list[str] = []
    used = taken
    for word, wide in _fitting(text.split(" "), face, size, width):
        if used and used + (space if line else 0) + wide > width:
            lines.append(" ".join(line))
            line, used = [], 0.0
        used += wide + (space if line else 0)
        line.append(word)
    return [*lines, " ".join(line)]


def _fitting(words: Iterable[str], face: Face, size: float, width: float) -> Iterator[tuple[str, float]]:
    """Cut what is wider than a line; answers each piece with its width."""
    for word in words:
        rest = word
        while (wide := face.width(rest, size)) > width and len(rest) > 1:
            cut = next(
                end
                for end in range(len(rest) - 1, 0, -1)
                if end == 1 or face.width(rest[:end], size) <= width
            )
            yield rest[:cut], face.width(rest[:cut], size)
            rest = rest[cut:]
        yield rest, wide
