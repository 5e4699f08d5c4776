"""Reading one signature out of any bytes whatever, in bounded time and memory, without parsing the PDF.

Strict where the signature itself cannot protect: its own place, padding and outer shape. Sources: ISO 32000-1
§12.8.1, RFC 5652.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from asn1crypto import parser

_RANGE = re.compile(rb"/ByteRange[ \r\n\t]{0,8}\[ ?0 +(\d{1,9}) +(\d{1,9}) +(\d{1,9}) {0,80}\]")
_MOST_RANGES = 1000
_MOMENT = re.compile(rb"/M \(([^()]{1,80})\)")
_ESCAPED = re.compile(rb"\\([0-7]{3})")
_DATE = re.compile(r"D:(\d{14})(Z|[+-]\d\d'\d\d'?)?")
_LATE_BYTES = 10_000  # the signature is the last that is written
_HEXADECIMAL = re.compile(rb"[0-9A-F]+|[0-9a-f]+")
_LONGEST_SIGNATURE = 200_000  # hexadecimal digits


@dataclass(frozen=True)
class Signature:
    """A signature found in a file, and the bytes that it speaks of."""

    content: bytes
    der: bytes
    covers_whole_file: bool


def signature_in(pdf: bytes) -> Signature | None:
    """The signature that covers most of the file; one that is not where its range says does not count."""
    ranges = (tuple(map(int, found.groups())) for found in islice(_RANGE.finditer(pdf), _MOST_RANGES))
    places = [(start, end, rest) for start, end, rest in ranges if _is_place(pdf, start, end, rest)]
    read: dict[tuple[int, int], bytes | None] = {}  # a thousand ranges may name one gap
    for start, end, rest in sorted(places, key=lambda place: place[0] + place[2], reverse=True):
        if (start, end) not in read:
            read[start, end] = _der(pdf[start:end])
        if (der := read[start, end]) is not None:
            return Signature(pdf[:start] + pdf[end : end + rest], der, end + rest == len(pdf))
    return None


def _is_place(pdf: bytes, start: int, end: int, rest: int) -> bool:
    """Whether a signature may stand between start and end, and the rest of what it speaks of after it."""
    is_inside = 0 < start < end and end - start - 2 <= _LONGEST_SIGNATURE and end + rest <= len(pdf)
    return is_inside and pdf[max(0, start - 10) : start].endswith((b"/Contents ", b"/Contents"))


def _der(gap: bytes) -> bytes | None:
    """What the hexadecimal string between < and > holds, if nothing but zeros follows it."""
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or len(digits) % 2 or not _HEXADECIMAL.fullmatch(digits):
        return None
    padded = bytes.fromhex(digits.decode("ascii"))
    try:
        length: int = parser.peek(padded)
        inside = parser.parse(padded[:length])[4]
        kind: int = parser.peek(inside)
        is_filled = kind + parser.peek(inside[kind:]) == len(inside)  # of its two parts, and nothing else
    except ValueError:
        return None
    return padded[:length] if is_filled and not any(padded[length:]) else None


def claimed_time(content: bytes) -> datetime | None:
    """When the signer says that it signed: PAdES keeps that in the signature's dictionary, as /M."""
    for written in reversed(_MOMENT.findall(content[-_LATE_BYTES:])):
        plain = _ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 8) & 255]), written).decode(
            "ascii", "replace"
        )
        if (read := _DATE.fullmatch(plain)) is not None:
            zone = "+0000" if read[2] in {None, "Z"} else read[2].replace("'", "")
            return datetime.strptime(read[1] + zone, "%Y%m%d%H%M%S%z").astimezone(UTC)
    return None
