"""The QR code is bit for bit what another encoder makes, whatever the length of the address."""

from __future__ import annotations

import pytest
from reportlab.graphics.barcode import qrencoder

from lti_app.certificates.pdf.qr import grid

ADDRESS = "https://cim.example.org/verify/7K3M-Q9ZX-4TBÅ~"
LONGEST = 331
MOST = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, LONGEST)  # bytes of versions 1 to 13


def dark(address: str) -> list[list[bool]]:
    made = grid(address)
    modules = [[False] * made.count for _ in range(made.count)]
    for column, row, length in made.runs:
        modules[row][column : column + length] = [True] * length
    return modules


@pytest.mark.parametrize(("version", "most"), list(enumerate(MOST, 1)))
def test_each_version_is_what_another_encoder_makes(version: int, most: int) -> None:
    for length in (most, most - 11):
        address = (ADDRESS * 8).encode()[:length].decode(errors="ignore")
        other = qrencoder.QRCode(version, qrencoder.QRErrorCorrectLevel.M)
        other.addData(qrencoder.QR8bitByte(address.encode()))
        other.makeImpl(False, 2)
        assert dark(address) == [[bool(module) for module in row] for row in other.modules]


def test_an_address_longer_than_any_is_refused() -> None:
    with pytest.raises(ValueError, match="too long for a QR code"):
        grid("x" * (LONGEST + 1))
