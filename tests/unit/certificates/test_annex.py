"""The annex: all merits on one page while they can be read there, else evenly on as many as it takes."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

import pikepdf
import pypdfium2
import pytest
from pypdfium2 import raw

from lti_app.certificates.conformance import breaches_of
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import Concern, compose, draw, measure
from lti_app.certificates.pdf.structure import Element
from lti_app.certificates.specimen import specimen_facts
from lti_app.schemes.certificate_layout import CertificateLayout, Orientation
from lti_app.schemes.reading import from_yaml
from lti_app.schemes.text import Text
from lti_app.settings import data_path
from tests.certificate_samples import EXCHANGE, LONGEST_NAME, TYPICAL, with_merits
from tests.unit.certificates.test_drawing import text_of

SCHEMES = sorted((data_path("config") / "schemes").glob("*.yaml"))


def laid(facts: CertificateFacts, orientation: Orientation) -> CertificateFacts:
    return replace(facts, layout=CertificateLayout(orientation=orientation))


@dataclass
class Item:
    """One merit as it stands on its page, in points."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def column(self) -> int:
        """Grows from the left to the right; letters do not begin exactly where their line does."""
        return round(self.left / 10)


def items(facts: CertificateFacts) -> list[Item]:
    """Where each merit stands, in reading order; each on one page."""
    drawing = compose(facts)
    boxes: dict[tuple[int, int], list[tuple[float, float, float, float]]] = defaultdict(list)
    for number, page in enumerate(pypdfium2.PdfDocument(drawing.pdf)):
        for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            boxes[number, raw.FPDFPageObj_GetMarkedContentID(each.raw)].append(each.get_bounds())
    return [_item(each, boxes) for each in drawing.document.walk() if each.role == "LI"]


def _item(element: Element, boxes: dict[tuple[int, int], list[tuple[float, float, float, float]]]) -> Item:
    pieces = list(element.pieces())
    (page,) = {piece.page for piece in pieces}
    found = [box for piece in pieces for box in boxes[page, piece.mcid]]
    lefts, bottoms, rights, tops = zip(*found, strict=True)
    return Item(page, min(lefts), min(bottoms), max(rights), max(tops))


@pytest.mark.parametrize("orientation", Orientation)
def test_forty_merits_fit_on_the_second_page_and_are_large_enough_to_read(orientation: Orientation) -> None:
    facts = laid(with_merits(40), orientation)
    first, annex = text_of(draw(facts))
    assert "international merits listed in the annex" in first
    assert "Merit nr" not in first
    told = re.findall(r"Merit nr (\d+)", annex)
    grouped = [merit.title.split()[2] for _, merits in facts.merits_by_setting() for merit in merits]
    assert told == grouped, "down the first column, then down the next"
    for merit in facts.merits:
        assert str(merit.starts_on) in annex
    with pikepdf.open(io.BytesIO(draw(facts))) as pdf:
        sizes = {float(size) for size in re.findall(rb"/F\S+ (\S+) Tf", pdf.pages[1].Contents.read_bytes())}
    assert min(sizes - {8.0}) >= 8.5, "only the foot is smaller"


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("file", SCHEMES, ids=lambda file: file.stem)
def test_so_do_forty_of_the_types_of_every_bundled_scheme(file: object, orientation: Orientation) -> None:
    document = from_yaml(file.read_text("utf-8"), file.name)
    facts = specimen_facts(
        document,
        name="Åsa Maria Öberg-Lindström",
        merits=40,
        public_url="https://cim.example.org",
        issued_on=date(2026, 11, 21),
    )
    assert [each.detail for each in measure(laid(facts, orientation)) if each.concern is Concern.ANNEX] == [
        "1"
    ]


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("count", [8, 15, 25, 40, 60, 100])
def test_no_merit_is_split_and_all_are_read_column_by_column(count: int, orientation: Orientation) -> None:
    found = items(laid(with_merits(count), orientation))
    assert len(found) == count
    places = [(each.page, each.column, -each.top) for each in found]
    assert places == sorted(places)
    for each in found:
        after = min((other.left for other in found if other.column > each.column), default=800)
        assert each.right < after - 5


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("count", [60, 75, 100, 150])
def test_what_takes_more_pages_fills_all_columns_evenly(count: int, orientation: Orientation) -> None:
    columns: dict[tuple[int, int], list[Item]] = defaultdict(list)
    for each in items(laid(with_merits(count), orientation)):
        columns[each.page, each.column].append(each)
    assert len({page for page, _ in columns}) > 1
    assert len(columns) % (3 if orientation is Orientation.LANDSCAPE else 2) == 0
    heights = [rows[0].top - rows[-1].bottom for rows in columns.values()]
    assert min(heights) > 0.8 * max(heights)


@pytest.mark.parametrize("count", [8, 12])
def test_a_few_are_set_as_on_the_first_page(count: int) -> None:
    _, annex = text_of(draw(with_merits(count)))
    assert "juni 2022" in annex
    assert "2022-06" not in annex


def test_a_heading_returns_above_each_column_for_the_eye_only() -> None:
    facts = with_merits(100)
    pdf = draw(facts)
    pages = text_of(pdf)[1:]
    assert sum(page.count("forts.") for page in pages) == sum(page.count("cont.") for page in pages) > 0
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        roles = [
            str(each.S) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each
        ]
    assert roles.count("/H3") == roles.count("/L") == len(facts.merits_by_setting())


@pytest.mark.parametrize("orientation", Orientation)
def test_the_longest_titles_and_places_are_printed_whole(orientation: Orientation) -> None:
    long = replace(EXCHANGE, title=("Donaudampfschifffahrt och mer " * 11)[:300], place="W" * 300)
    facts = laid(replace(with_merits(40), merits=(*with_merits(30).merits, *[long] * 6)), orientation)
    pdf = draw(facts)
    assert breaches_of(pdf) == ()
    said = "".join(text_of(pdf)[1:]).replace(" ", "")
    assert said.count(long.title.replace(" ", "")) == said.count(long.place) == 6
    assert len(items(facts)) == 36


def test_whose_annex_it_is_stands_on_every_page_and_is_read_on_the_first_only() -> None:
    for facts in (
        with_merits(100),
        laid(with_merits(100), Orientation.LANDSCAPE),
        replace(with_merits(40), holder_name=LONGEST_NAME.holder_name),
        replace(
            with_merits(40), title=Text("Ett långt namn på diplom " * 5, "A long name of a diploma " * 5)
        ),
    ):
        drawing = compose(facts)
        _, *annex = text_of(drawing.pdf)
        for number, page in enumerate(annex, 2):
            assert facts.holder_name in page
            assert facts.title.en.strip() in page
            assert f"Sida {number} av {len(annex) + 1} · Page {number} of {len(annex) + 1}" in page
        (heading,) = (
            each for each in drawing.document.walk() if each.role == "H2" and next(each.pieces()).page > 0
        )
        assert next(heading.pieces()).page == 1
        outside = [
            each
            for each in drawing.document.kids
            if isinstance(each, Element) and each.role not in {"H2", "H3", "L"}
        ]
        assert {piece.page for each in outside for piece in each.pieces()} == {0}


def test_a_sheet_says_how_to_check_it_and_says_it_to_the_eye_only() -> None:
    facts = with_merits(100)
    for page in text_of(draw(facts))[1:]:
        assert f"Kod · Code: 7K3M-Q9ZX-4TBA · {facts.verify_url} · CIM-2026-000123 · Sida" in page
    with pikepdf.open(io.BytesIO(draw(facts))) as pdf:
        for sheet in pdf.pages[1:]:
            (_, footer) = sheet.Contents.read_bytes().split(b"/Subtype /Footer>> BDC")
            assert footer.count(b"BT ") == 1
            assert sheet.get("/Annots") is None
    host = "https://internationella-meriter.medicinska-fakulteten." + "langt-namn." * 9 + "example.org"
    far = replace(facts, verify_url=f"{host}/verify/7K3M-Q9ZX-4TBA")
    for page in text_of(draw(far))[1:]:
        assert far.verify_url in page.replace(" ", "")


def test_a_certificate_without_merits_needs_no_annex() -> None:
    assert len(text_of(draw(replace(TYPICAL, merits=())))) == 1
