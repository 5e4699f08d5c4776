"""A drawn page becomes a picture of the width asked for, in whatever thread."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from lti_app.certificates.pdf import compose
from lti_app.certificates.pdf.rasterising import PagePicture, pages_as_pictures
from tests.certificate_samples import SAMPLES, TYPICAL


def test_the_first_page_is_as_wide_as_asked_and_the_others_are_smaller() -> None:
    pages = pages_as_pictures(compose(SAMPLES["forty merits"]).pdf, 500, 100)
    assert len(pages) > 1
    opened = [Image.open(io.BytesIO(each.content)) for each in pages]
    assert [each.width for each in opened] == [500] + [100] * (len(pages) - 1)
    assert [(each.width, each.height) for each in pages] == [each.size for each in opened]
    assert {each.get_format_mimetype() for each in opened} == {pages[0].media_type}
    ink, paper = opened[0].convert("L").getextrema()
    assert (ink < 100, paper > 240) == (True, True)


def test_pages_are_drawn_by_several_threads_at_a_time() -> None:
    drawn = compose(TYPICAL).pdf

    def pictured(_n: int) -> tuple[PagePicture, ...]:
        return pages_as_pictures(drawn, 200, 100)

    with ThreadPoolExecutor(4) as workers:
        assert len(set(workers.map(pictured, range(24)))) == 1
