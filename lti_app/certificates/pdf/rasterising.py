"""Pages as pictures, for whoever looks at a layout while it is being made. Only here is PDFium known."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from threading import Lock

import pypdfium2
from PIL import Image

_ONE_AT_A_TIME = Lock()  # PDFium serves one thread at a time
_WEBP = {"quality": 80, "method": 0}  # a third of what a PNG weighs, and quicker; letters stay sharp


@dataclass(frozen=True)
class PagePicture:
    """One page, in pixels, as WebP."""

    content: bytes
    width: int
    height: int

    @property
    def address(self) -> str:
        """The picture as an address that holds it whole (RFC 2397)."""
        return f"data:image/webp;base64,{base64.b64encode(self.content).decode()}"


def pages_as_pictures(pdf: bytes, longest: int) -> tuple[PagePicture, ...]:
    """The pages of a PDF that this tool has drawn, `longest` pixels on their longer side."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        shown = [
            page.render(scale=longest / max(page.get_width(), page.get_height())).to_pil()
            for page in document
        ]
    return tuple(PagePicture(_webp(each), *each.size) for each in shown)


def _webp(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", **_WEBP)
    return written.getvalue()
