"""The map from a font's codes to characters, as ReportLab writes it, mended.

ReportLab maps the codes that a subset leaves unused to U+0000, which PDF/UA-1 §7.21.7 forbids, and writes
more than the hundred entries that one block may have (Adobe Technical Note 5411).
"""

from __future__ import annotations

import re

_ENTRY = re.compile(rb"^<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]+)>\s*$", re.MULTILINE)
_BLOCK = re.compile(rb"\d+ beginbfchar.*endbfchar", re.DOTALL)
_LONGEST_BLOCK = 100


def mended(unicode_map: bytes) -> bytes:
    """Leave out the codes that mean nothing, and write the others in blocks of at most a hundred."""
    found = ((each[1], int(each[2], 16)) for each in _ENTRY.finditer(unicode_map))
    entries = [b"<%s> <%s>" % (code, _utf16(point)) for code, point in found if point]
    starts = range(0, len(entries), _LONGEST_BLOCK)
    written = b"\n".join(_block(entries[start : start + _LONGEST_BLOCK]) for start in starts)
    return _BLOCK.sub(lambda _: written, unicode_map, count=1)


def _block(entries: list[bytes]) -> bytes:
    return b"%d beginbfchar\n%s\nendbfchar" % (len(entries), b"\n".join(entries))


def _utf16(point: int) -> bytes:
    return chr(point).encode("utf-16-be").hex().upper().encode()
