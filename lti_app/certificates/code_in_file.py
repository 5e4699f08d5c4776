"""The codes that a file names which is none of ours, for whoever wants to look the certificate up.

It proves nothing about the file: anybody can write a code into one. The PDF is not parsed: its streams are
unpacked one by one, each so far and all together so far, and what cannot be unpacked is left. A code that is
only a picture, as in a scan, is not found.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice

from lti_app.certificates.code import ALPHABET

_GROUP = f"[{ALPHABET}]{{4}}"
_ADDRESS = re.compile(f"/verify/({_GROUP}-{_GROUP}-{_GROUP})(?![0-9A-Za-z-])".encode())
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_MOST_STREAMS = 500
_PACKED_BYTES = 65_536  # what names an address stands in a small stream
_UNPACKED_BYTES = 262_144
_ALTOGETHER_BYTES = 8_000_000


def codes_in(pdf: bytes) -> set[str]:
    """The codes that verify addresses in these bytes name, grouped."""
    return {each.decode("ascii") for part in _parts(pdf) for each in _ADDRESS.findall(part)}


def _parts(pdf: bytes) -> Iterator[bytes]:
    """What lies open, and the beginnings of what is packed."""
    yield pdf
    left = _ALTOGETHER_BYTES
    for begin in islice(_STREAM.finditer(pdf), _MOST_STREAMS):
        packed = pdf[begin.end() : begin.end() + _PACKED_BYTES]
        try:
            unpacked = zlib.decompressobj().decompress(packed, min(left, _UNPACKED_BYTES))
        except zlib.error:
            continue
        yield unpacked
        left -= len(unpacked)
        if left <= 0:
            return
