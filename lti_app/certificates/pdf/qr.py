"""The QR code of the verify address, as runs of dark modules.

Error level M, no boost and a fixed mask: choosing the mask by score costs more than drawing the whole page,
and every mask is valid (ISO/IEC 18004 §7.8); a test scans the rendered page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import segno

_MASK = 2
_DARK = re.compile(b"\x01+")


@dataclass(frozen=True)
class Grid:
    """A square of `count` modules without the quiet zone; runs are (column, row from the top, length)."""

    count: int
    runs: tuple[tuple[int, int, int], ...]


def grid(address: str) -> Grid:
    """Encode an address. Raises ValueError when it is too long for a QR code (2,331 bytes)."""
    try:
        code = segno.make_qr(address, error="m", mask=_MASK, boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError("the verify address is too long for a QR code") from error
    runs = (
        (run.start(), row, run.end() - run.start())
        for row, modules in enumerate(code.matrix)
        for run in _DARK.finditer(modules)
    )
    return Grid(len(code.matrix), tuple(runs))
