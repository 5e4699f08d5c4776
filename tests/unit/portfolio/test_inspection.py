"""What a file is, by its bytes."""

from __future__ import annotations

import struct
import uuid
import zlib

import pytest

from lti_app.portfolio.inspection import Unfit, UnfitFile, inspect
from lti_app.storage import Storage, Stored
from tests.unit.portfolio.conftest import a_pdf, an_image


def stored(storage: Storage, content: bytes) -> Stored:
    upload = storage.begin(uuid.uuid4())
    upload.write(content)
    return upload.finish()


def a_huge_png() -> bytes:
    """A few bytes whose header claims 30 000 × 30 000 pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + an_image()[33:]
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (a_pdf(), "application/pdf"),
        (an_image("PNG"), "image/png"),
        (an_image("JPEG"), "image/jpeg"),
    ],
)
def test_pdf_jpeg_and_png_are_known_by_their_bytes(storage: Storage, content: bytes, media_type: str) -> None:
    assert inspect(storage, stored(storage, content)).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\x00" * 200,
        b"GIF89a/*" + b"\x00" * 200 + b"*/=1;alert(1)",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"PK\x03\x04" + b"\x00" * 60,
        b"just words",
        b"\xef\xbb\xbf%PDF-1.7",
        b"\x00",
    ],
)
def test_anything_else_is_refused_whatever_its_name(storage: Storage, content: bytes) -> None:
    with pytest.raises(UnfitFile) as refused:
        inspect(storage, stored(storage, content))
    assert refused.value.unfit is Unfit.WRONG_TYPE


@pytest.mark.parametrize("content", [an_image("PNG")[:20], b"\xff\xd8\xff\xe0" + b"junk" * 40])
def test_a_damaged_image_is_told_from_a_whole_one(storage: Storage, content: bytes) -> None:
    with pytest.raises(UnfitFile) as refused:
        inspect(storage, stored(storage, content))
    assert refused.value.unfit is Unfit.BROKEN


@pytest.mark.filterwarnings("default")
def test_a_small_file_that_claims_to_be_enormous_is_refused(storage: Storage) -> None:
    with pytest.raises(UnfitFile) as refused:
        inspect(storage, stored(storage, a_huge_png()))
    assert refused.value.unfit is Unfit.TOO_MANY_PIXELS
