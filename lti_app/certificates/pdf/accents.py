"""Accents that no composed character has, as ọ́ in Yoruba and g̃ in Guarani, put where they belong.

ReportLab does not shape text, and the bundled faces are without the tables that would say where an accent
goes. So it is placed by the outlines' boxes: centred, above what is high, below what hangs, one upon another.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics

from lti_app.certificates.pdf.typeface import stretches

_ACCENTS = "\u0300-\u036f\u1dc0-\u1dff\u20d0-\u20ff"
_STRETCH = re.compile(f"([^{_ACCENTS}]*)([{_ACCENTS}]*)")
ACCENT = re.compile(f"[{_ACCENTS}]")

_ABOVE, _BELOW = {230, 232}, {202, 218, 220, 222}  # canonical combining classes
_MOST_STACKED = 4
_GAP = 40.0  # thousandths of the size, between a letter and what stands over or under it


@dataclass(frozen=True)
class Box:
    """The outline of a glyph, in thousandths of the size."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """Half-way between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Piece:
    """Letters, or one accent: its place counts from where its letter begins, in thousandths."""

    text: str
    is_accent: bool = False
    x: float = 0
    y: float = 0


def pieces(face: str, text: str) -> list[Piece]:
    """Take a text apart into letters and accents, in their order."""
    found: list[Piece] = []
    for letters, accents in _STRETCH.findall(text):
        if letters:
            found.append(Piece(letters))
        letter = _box(face, letters[-1]) if letters else Box(0, 0, 0, 0)
        for place, char in enumerate(accents):
            accent = _box(face, char)
            if place % _MOST_STACKED == 0:
                under = letter  # a tower of accents is no name, and must not reach its neighbours
            y = _raised(unicodedata.combining(char), under, accent)
            found.append(Piece(char, True, under.middle - accent.middle, y))
            bottom, top = min(under.bottom, accent.bottom + y), max(under.top, accent.top + y)
            under = Box(under.left, bottom, under.right, top)
    return found


def _raised(combining: int, under: Box, accent: Box) -> float:
    if combining in _ABOVE:
        return max(0.0, under.top + _GAP - accent.bottom)
    if combining in _BELOW:
        return min(0.0, under.bottom - _GAP - accent.top)
    return 0.0


@lru_cache(maxsize=512)
def _box(name: str, char: str) -> Box:
    """Read the box of a glyph out of the font (OpenType: glyf); what has no outline has an empty one."""
    ((name, _),) = stretches(name, char)
    font: Any = pdfmetrics.getFont(name)
    face = font.face
    glyph = face.charToGlyph.get(ord(char))
    if glyph is None or face.glyphPos[glyph] == face.glyphPos[glyph + 1]:
        return Box(0, 0, 0, 0)
    start = face.glyphPos[glyph] + 2
    read = struct.unpack(">4h", face.get_table("glyf")[start : start + 8])
    left, bottom, right, top = (value * 1000 / face.unitsPerEm for value in read)
    return Box(left, bottom, right, top)
