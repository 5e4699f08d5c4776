"""The part of a font file that a document embeds: the glyphs it uses, and what a PDF needs to know of them.

ISO 32000-1 §9.9 names the tables; name, post and the like stay out. Only for fonts with TrueType outlines,
without hints, and fewer than 128 kilobytes of them in one document. Source: the OpenType specification.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80  # what a part's flags say
_WHOLE = 0xB1B0AFBA  # what all sums of a font add up to


@dataclass(frozen=True)
class Glyph:
    """An outline as the font has it, filled up to whole words; the places in it that name other glyphs."""

    outline: bytes
    parts: Mapping[int, int]
    advance: int
    bearing: int


class Source:
    """A font file that ReportLab has read; it keeps the glyphs that were asked for."""

    def __init__(self, face: Any) -> None:
        self._face = face
        self._glyphs: dict[int, Glyph] = {}

    def subset(self, codes: Sequence[int]) -> bytes:
        """Make a font whose character 0 is the first of these code points, and so on; at most 256."""
        numbers = {0: 0}  # of each glyph in the whole font: its number here; 0 is for what is missing
        chars = [numbers.setdefault(self._face.charToGlyph.get(code, 0), len(numbers)) for code in codes]
        glyphs: list[Glyph] = []
        for each in (queue := list(numbers)):
            glyphs.append(self._glyph(each))
            for part in glyphs[-1].parts.values():
                if part not in numbers:
                    numbers[part] = len(numbers)
                    queue.append(part)
        outlines = [_renumbered(glyph, numbers) for glyph in glyphs]
        return _written(self._tables(glyphs, outlines, chars))

    def _glyph(self, number: int) -> Glyph:
        if (found := self._glyphs.get(number)) is None:
            start, end = self._face.glyphPos[number : number + 2]
            outline = self._outlines[start:end]
            advance, bearing = self._face.hmetrics[number]
            padded = outline + bytes(-len(outline) % 4)
            found = Glyph(padded, _parts(outline), int(advance), int(bearing) & 0xFFFF)
            self._glyphs[number] = found
        return found

    @cached_property
    def _outlines(self) -> bytes:
        return bytes(self._face.get_table("glyf"))

    def _tables(
        self, glyphs: Sequence[Glyph], outlines: Sequence[bytes], chars: Sequence[int]
    ) -> dict[bytes, bytes]:
        places = [0]
        for outline in outlines:
            places.append(places[-1] + len(outline) // 2)
        metrics = [number for glyph in glyphs for number in (glyph.advance, glyph.bearing)]
        mapped = (0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(chars), 0, 0, len(chars), *chars)
        head, hhea, maxp = (bytearray(self._face.get_table(tag)) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">H", head, 50, 0)  # places in units of two bytes
        struct.pack_into(">H", hhea, 34, len(glyphs))
        struct.pack_into(">H", maxp, 4, len(glyphs))
        return {
            b"cmap": struct.pack(f">{len(mapped)}H", *mapped),
            b"glyf": b"".join(outlines),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": struct.pack(f">{len(metrics)}H", *metrics),
            b"loca": struct.pack(f">{len(places)}H", *places),
            b"maxp": bytes(maxp),
        }


def _parts(outline: bytes) -> dict[int, int]:
    """Where a glyph made of others names them: place in the outline → glyph."""
    found: dict[int, int] = {}
    if len(outline) < 10 or outline[0] < 0x80:  # the number of contours is not negative
        return found
    place, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">2H", outline, place)
        found[place + 2] = glyph
        place += 8 if flags & _WORDS else 6
        place += 8 if flags & _MATRIX else 4 if flags & _TWO_SCALES else 2 if flags & _SCALE else 0
    return found


def _renumbered(glyph: Glyph, numbers: Mapping[int, int]) -> bytes:
    if not glyph.parts:
        return glyph.outline
    outline = bytearray(glyph.outline)
    for place, part in glyph.parts.items():
        struct.pack_into(">H", outline, place, numbers[part])
    return bytes(outline)


def _written(tables: Mapping[bytes, bytes]) -> bytes:
    """Write a font file: directory, tables in the order of their tags, sums of all."""
    power = len(tables).bit_length() - 1
    range_ = 16 << power
    directory = [struct.pack(">L4H", 0x00010000, len(tables), range_, power, 16 * len(tables) - range_)]
    content: list[bytes] = []
    start, total = 12 + 16 * len(tables), 0
    for tag, table in sorted(tables.items()):
        padded = table + bytes(-len(table) % 4)
        checked = _sum(padded)
        directory.append(tag + struct.pack(">3L", checked, start, len(table)))
        content.append(padded)
        start, total = start + len(padded), total + checked
    total += _sum(b"".join(directory))
    whole = bytearray(b"".join([*directory, *content]))
    place = whole.index(tables[b"head"]) + 8
    struct.pack_into(">L", whole, place, (_WHOLE - total) & 0xFFFFFFFF)
    return bytes(whole)


def _sum(words: bytes) -> int:
    total: int = sum(struct.unpack(f">{len(words) // 4}L", words))
    return total & 0xFFFFFFFF
