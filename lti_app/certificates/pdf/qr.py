"""The QR code of the verify address, as runs of dark modules.

Error level M, no boost and a fixed mask: choosing the mask by score costs more than drawing the whole page, and every
mask is valid (ISO/IEC 18004 §7.8); a test scans the rendered page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

_MASK = 2


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
    runs = []
    for row, modules in enumerate(code.matrix):
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                runs.append((column, row, length))
            column += length
    return Grid(len(code.matrix), tuple(runs))
