"""A logo or signature on its way in: looked at before it is opened, made plain, and written anew.

What a stranger's file holds beside its pixels (place, camera, author, anything appended) does not come
through. Pure: bytes in, bytes out. Drawing is `certificates/pdf`'s, storing is assets.py's.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

MOST_BYTES = 2_000_000
MOST_PIXELS = 8_000_000  # of what is opened, told from its header
LONGEST_SIDE = 700  # pixels kept: 300 dpi at six centimetres, more than a certificate prints
FORMATS = ("PNG", "JPEG")
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


class Unfit(StrEnum):
    """Why a file cannot be a certificate's picture."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    NO_PICTURE = "no-picture"


class PictureInvalid(ValueError):  # noqa: N818 (says what the picture is)
    """These bytes cannot be a certificate's picture; the message says why, and so does `why`."""

    def __init__(self, said: str, why: Unfit = Unfit.NO_PICTURE) -> None:
        super().__init__(said)
        self.why = why


@dataclass(frozen=True)
class PlainPicture:
    """A picture without anything but its pixels; the same file always gives the same one."""

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """What a layout calls it by."""
        return sha256(self.data).hexdigest()


def plain_picture(sent: bytes) -> PlainPicture:
    """Make a PNG or JPEG plain: upright, at most LONGEST_SIDE wide and high. Raises PictureInvalid."""
    from PIL import Image, ImageOps  # noqa: PLC0415 (a library that only whoever adds a picture needs)

    if len(sent) > MOST_BYTES:
        said = f"a picture may have at most {MOST_BYTES:,} bytes, this one has {len(sent):,}"
        raise PictureInvalid(said, Unfit.TOO_LARGE)
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                said = f"a picture may have at most {MOST_PIXELS:,} pixels"
                raise PictureInvalid(said, Unfit.TOO_MANY_PIXELS)
            is_jpeg = opened.format == "JPEG"
            upright = ImageOps.exif_transpose(opened).convert("RGB" if is_jpeg else "RGBA")
    except PictureInvalid:
        raise
    except Exception as error:  # Pillow raises whatever a broken file makes it stumble over
        raise PictureInvalid("a picture must be a whole PNG or JPEG file") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A fresh image takes over the pixels and nothing else that was read.
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    written = io.BytesIO()
    if is_jpeg:
        bare.save(written, "JPEG", quality=92)
    else:
        bare.save(written, "PNG", optimize=True)
    return PlainPicture(written.getvalue(), _MEDIA_TYPES["JPEG" if is_jpeg else "PNG"], *bare.size)
