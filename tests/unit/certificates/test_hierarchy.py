"""What stands out on the first page, however long its texts are: sizes read from what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
from pypdfium2 import raw

from lti_app.certificates.facts import CertificateFacts, Signatory
from lti_app.certificates.pdf import compose
from lti_app.schemes.certificate_layout import Orientation
from lti_app.schemes.text import Text
from tests.certificate_samples import LONGEST_NAME, STATED, TYPICAL, with_merits

assert STATED.statement is not None
USUAL = STATED.statement
LONG = Text(
    "har vid sidan av sin utbildning fullgjort studier utomlands, deltagit i möten på hemmaplan och "
    "reflekterat över sina erfarenheter så som fakulteten har fastställt, ",
    "has alongside their studies completed studies abroad, taken part in meetings at home and reflected on "
    "what was learnt in accordance with the outcomes laid down by the faculty, ",
)
LEAST = 8.5  # points
THIRD = Signatory("Prof. Maria Wallenberg-Håkansson", Text("Vicedekan", "Vice-Dean"))


def of_length(text: str, length: int) -> str:
    return (text * 4)[:length].strip()


def statements(length: int) -> Iterator[Text | None]:
    """So long in both languages, or in one of them."""
    if not length:
        yield None
        return
    sv, en = of_length(LONG.sv, length), of_length(LONG.en, length)
    yield from (Text(sv, en), Text(sv, USUAL.en), Text(USUAL.sv, en))


def sizes(facts: CertificateFacts) -> dict[str, float]:
    """The letters of each line of the first page, in points."""
    page = pypdfium2.PdfDocument(compose(facts).pdf)[0]
    texts = page.get_textpage()
    found = page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=texts)
    return {" ".join(each.extract().split()): each.get_font_size() for each in found}


def size_of(drawn: dict[str, float], text: str) -> float:
    """Of the line that the text begins with."""
    return next(size for line, size in drawn.items() if line.startswith(text[:10]))


def keeps_its_hierarchy(facts: CertificateFacts) -> None:
    drawn = sizes(facts)
    assert facts.faculty is not None
    body = [size_of(drawn, facts.faculty.sv)]
    if facts.programme is not None and facts.statement is not None:
        body += [size_of(drawn, facts.programme.sv), size_of(drawn, facts.statement.sv)]
    assert size_of(drawn, facts.title.sv) > 1.05 * size_of(drawn, facts.issuer.sv)
    assert size_of(drawn, facts.title.en) > max(body)
    assert size_of(drawn, facts.holder_name) > max(body)
    assert min(size for line, size in drawn.items() if not line.startswith("Sida")) >= LEAST


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("length", range(0, 601, 50))
def test_however_long_the_statement_title_and_name_stand_out(length: int, orientation: Orientation) -> None:
    for said in statements(length):
        facts = replace(STATED, statement=said, layout=replace(STATED.layout, orientation=orientation))
        keeps_its_hierarchy(facts)
        assert size_of(sizes(facts), facts.holder_name) > size_of(sizes(facts), facts.issuer.sv)


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize(
    "facts",
    [
        replace(STATED, holder_name=LONGEST_NAME.holder_name),
        replace(STATED, merits=with_merits(40).merits),
        replace(STATED, signatories=(*TYPICAL.signatories, THIRD) * 2),
        replace(STATED, programme=None),
        replace(STATED, title=Text(of_length(TYPICAL.title.sv, 150), of_length(TYPICAL.title.en, 150))),
    ],
    ids=["long name", "forty merits", "six sign", "no programme", "long title"],
)
def test_so_they_do_with_a_long_statement_and_much_else(
    facts: CertificateFacts, orientation: Orientation
) -> None:
    layout = replace(facts.layout, orientation=orientation)
    for length in (110, 300, 516):
        said = Text(of_length(LONG.sv, length), of_length(LONG.en, length))
        keeps_its_hierarchy(replace(facts, statement=said, layout=layout))
