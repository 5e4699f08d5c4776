"""A picture on its way in: caps before it is opened, and nothing of it but its pixels afterwards."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from lti_app.schemes.pictures import LONGEST_SIDE, MOST_BYTES, PictureInvalid, plain_picture


def a_png(size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(written, "PNG", **options)
    return written.getvalue()


def a_photograph() -> bytes:
    """A JPEG that lies on its side and says where it was taken, with something appended."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter
    exif[0x010F] = "A camera"
    written = io.BytesIO()
    Image.new("RGB", (60, 30), "navy").save(written, "JPEG", exif=exif, comment=b"secret")
    return written.getvalue() + b"secret"


def test_a_png_keeps_its_transparency_and_loses_what_it_says() -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "secret")
    plain = plain_picture(a_png(pnginfo=said) + b"secret")
    assert b"secret" not in plain.data
    with Image.open(io.BytesIO(plain.data)) as opened:
        assert (opened.format, opened.mode, opened.info) == ("PNG", "RGBA", {})
        assert opened.getpixel((3, 3)) == (200, 30, 30, 128)
    assert (plain.media_type, plain.width, plain.height) == ("image/png", 40, 20)


def test_a_photograph_is_turned_upright_and_loses_where_it_was_taken() -> None:
    plain = plain_picture(a_photograph())
    assert b"secret" not in plain.data
    assert b"A camera" not in plain.data
    assert (plain.media_type, plain.width, plain.height) == ("image/jpeg", 30, 60)
    with Image.open(io.BytesIO(plain.data)) as opened:
        assert not opened.getexif()


def test_the_same_file_gives_the_same_picture_and_its_own_result_too() -> None:
    once = plain_picture(a_png())
    assert plain_picture(a_png()).sha256 == once.sha256
    assert plain_picture(once.data).sha256 == once.sha256


def test_a_large_picture_is_brought_down() -> None:
    plain = plain_picture(a_png((1400, 350)))
    assert (plain.width, plain.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_bomb() -> bytes:
    """A few bytes that say they are ten thousand million pixels."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "whole PNG or JPEG"),
        (b"GIF89a", "whole PNG or JPEG"),
        (a_png()[:60], "whole PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "whole PNG or JPEG"),
        (a_png((4000, 2001)), "8,000,000 pixels"),
        (a_bomb(), "pixels|whole"),
        (a_png() + bytes(MOST_BYTES), "2,000,000 bytes"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(sent: bytes, why: str) -> None:
    with pytest.raises(PictureInvalid, match=why):
        plain_picture(sent)
