"""Streams that end as a line does, which no reader can tell from the line end after them.

`endstream` stands on a line of its own; data whose last byte is CR or LF before it is read by some, among
them validators, as one byte shorter (ISO 19005-3 §6.1.7.1). Compressed data ends in any byte, so a few
files in a hundred would have such a stream. Whoever writes a file looks here and writes it slightly
differently.
"""

from __future__ import annotations

import re
import zlib

_LEVEL = 4  # a quarter quicker than the usual 6, and one byte in a hundred longer
_DOUBTFUL = re.compile(rb"[\r\n]\nendstream")


def is_doubtful(pdf: bytes, start: int = 0) -> bool:
    """Whether a stream of the file, from a place on, ends in a line end of its own."""
    return _DOUBTFUL.search(pdf, start) is not None


def ends_doubtfully(stream: bytes) -> bool:
    """Whether this stream would be one of them."""
    return stream[-1:] in {b"\r", b"\n"}


def deflated(content: bytes, filler: bytes) -> tuple[bytes, bytes]:
    """Compress content so that it ends well, with as much filler behind it as that takes; both come back.

    The last byte is of a checksum that adds up the bytes (RFC 1950 §8.2), so the filler must not be zeros.
    """
    if not any(filler):
        raise ValueError("a filler of zeros changes nothing")
    compressed = zlib.compress(content, _LEVEL)
    while ends_doubtfully(compressed):
        content += filler
        compressed = zlib.compress(content, _LEVEL)
    return content, compressed
