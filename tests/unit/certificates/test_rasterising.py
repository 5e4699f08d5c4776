"""A drawn page becomes a picture of the size asked for, one document at a time."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from lti_app.certificates.pdf import compose
from lti_app.certificates.pdf.rasterising import PagePicture, pages_as_pictures
from tests.certificate_samples import SAMPLES, TYPICAL


def test_every_page_is_as_large_as_asked() -> None:
    pages = pages_as_pictures(compose(SAMPLES["forty merits"]).pdf, 500)
    assert len(pages) > 1
    opened = [Image.open(io.BytesIO(each.content)) for each in pages]
    assert [each.height for each in opened] == [500] * len(pages)
    assert [(each.width, each.height) for each in pages] == [each.size for each in opened]
    assert {each.get_format_mimetype() for each in opened} == {"image/webp"}
    ink, paper = opened[0].convert("L").getextrema()
    assert (ink < 100, paper > 240) == (True, True)


def test_pdfium_has_one_document_open_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two would end the process, now and then."""
    drawn, opening, now, most = compose(TYPICAL).pdf, pypdfium2.PdfDocument, 0, 0

    @contextmanager
    def slowly(pdf: bytes) -> Iterator[Any]:
        nonlocal now, most
        now += 1
        most = max(most, now)
        time.sleep(0.01)
        with opening(pdf) as document:
            yield document
        now -= 1

    def pictured(_n: int) -> tuple[PagePicture, ...]:
        return pages_as_pictures(drawn, 70)

    monkeypatch.setattr(pypdfium2, "PdfDocument", slowly)
    with ThreadPoolExecutor(4) as workers:
        assert len(set(workers.map(pictured, range(8)))) == 1
    assert most == 1
