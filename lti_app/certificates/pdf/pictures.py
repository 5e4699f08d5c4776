"""Logos and signatures made fit for a certificate: opened, flattened on to white, brought down to size.

What comes out is raw RGB, compressed once per picture and process, so that a picture costs a certificate no
time. Transparency is flattened although PDF/A-3 allows it: a page without it prints alike everywhere, and a
validator need not look for a blending space (ISO 19005-3 §6.2.10).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from PIL import Image, ImageOps

from lti_app.certificates.pdf.line_ends import ends_doubtfully
from lti_app.schemes.pictures import FORMATS, LONGEST_SIDE, MOST_BYTES, MOST_PIXELS, PictureInvalid

__all__ = ["MOST_BYTES", "Drawable", "PictureInvalid", "PictureMissing", "drawable", "drawables"]


@dataclass(frozen=True)
class Drawable:
    """A picture ready to be put into a file: its pixels, eight bits each of red, green, blue, deflated."""

    width: int
    height: int
    deflated: bytes

    def within(self, width: float, height: float) -> tuple[float, float]:
        """The size it is drawn at to fill a box without being stretched, in the box's unit."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale


class PictureMissing(LookupError):  # noqa: N818
    """The layout names a picture whose bytes were not given."""


def drawables(asset_ids: tuple[str, ...], pictures: Mapping[str, bytes]) -> dict[str, Drawable]:
    """Make the pictures that a layout names ready. Raises PictureMissing and PictureInvalid."""
    made = {}
    for asset_id in asset_ids:
        if asset_id not in pictures:
            raise PictureMissing(f"the layout's picture {asset_id[:12]}… is not there")
        if sha256(pictures[asset_id]).hexdigest() != asset_id:
            raise PictureInvalid(f"the layout's picture {asset_id[:12]}… is not what it was")
        made[asset_id] = drawable(pictures[asset_id])
    return made


@lru_cache(maxsize=32)
def drawable(image: bytes) -> Drawable:
    """Open a PNG or JPEG of at most two megabytes. Raises PictureInvalid."""
    if len(image) > MOST_BYTES:
        raise PictureInvalid(f"a picture may have at most {MOST_BYTES:,} bytes, this one has {len(image):,}")
    try:
        with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureInvalid(f"a picture may have at most {MOST_PIXELS:,} pixels")
            flat = _flattened(opened)
    except PictureInvalid:
        raise
    except Exception as error:  # Pillow raises whatever a broken file makes it stumble over
        raise PictureInvalid("a picture must be a whole PNG or JPEG file") from error
    return Drawable(flat.width, flat.height, _deflated(flat))


def _deflated(flat: Image.Image) -> bytes:
    """Compress the pixels; the last one gives way by a shade if they would end in a line end."""
    pixels = bytearray(flat.tobytes())
    while ends_doubtfully(compressed := zlib.compress(pixels, 9)):
        pixels[-1] ^= 1
    return compressed


def _flattened(opened: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(opened)
    colours = upright.convert("RGBA")
    colours.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    paper = Image.new("RGBA", colours.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, colours).convert("RGB")
