"""What kind of file somebody sent, by its bytes: PDF, JPEG or PNG, and nothing else.

Neither the name nor the declared type is believed. An image's header is read, never its pixels: a small file
can claim to be enormous. Files that are two things at once are made harmless by how they are served.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum

import filetype
from PIL import Image, UnidentifiedImageError

from lti_app.storage import Storage, Stored

# A page scanned at 600 dpi in A3 has 70 million pixels; what is larger is no certificate.
MOST_PIXELS = 80_000_000


class Unfit(StrEnum):
    """Why a file cannot be evidence."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"


class UnfitFile(Exception):  # noqa: N818 (says what the file is)
    """This file cannot be evidence."""

    def __init__(self, unfit: Unfit) -> None:
        super().__init__(str(unfit))
        self.unfit = unfit


@dataclass(frozen=True)
class FileType:
    """A type that is accepted, and the suffixes that its files have."""

    media_type: str
    suffixes: tuple[str, ...]


_ACCEPTED = (
    FileType("application/pdf", (".pdf",)),
    FileType("image/jpeg", (".jpg", ".jpeg", ".jpe")),
    FileType("image/png", (".png",)),
)
_PILLOW_NAMES = {"image/jpeg": "JPEG", "image/png": "PNG"}


def inspect(storage: Storage, stored: Stored) -> FileType:
    """The type of the stored bytes. Raises UnfitFile."""
    if not stored.size_bytes:
        raise UnfitFile(Unfit.EMPTY)
    guessed = filetype.guess(stored.head)
    found = next((each for each in _ACCEPTED if guessed and each.media_type == guessed.mime), None)
    if found is None or (found.media_type == "application/pdf" and not stored.head.startswith(b"%PDF-")):
        raise UnfitFile(Unfit.WRONG_TYPE)
    if found.media_type in _PILLOW_NAMES:
        _check_image(storage, stored, _PILLOW_NAMES[found.media_type])
    return found


def _check_image(storage: Storage, stored: Stored, name: str) -> None:
    with storage.open(stored.key) as file:
        try:
            with Image.open(file, formats=(name,)) as image:
                width, height = image.size
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise UnfitFile(Unfit.TOO_MANY_PIXELS) from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, zlib.error):
            raise UnfitFile(Unfit.BROKEN) from None
    if width * height > MOST_PIXELS:
        raise UnfitFile(Unfit.TOO_MANY_PIXELS)
