"""The complete certificate: archives, screen readers and a second library accept it, however it is filled."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_app.certificates.badge.signing import attachable
from lti_app.certificates.code import ALPHABET, grouped
from lti_app.certificates.conformance import NotConforming, breaches_of, require_conforming
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.making import make_with
from lti_app.certificates.pdf import MissingGlyphs, NothingToSee, draw
from lti_app.certificates.pdf.typeface import REGULAR, faces
from lti_app.certificates.specimen import specimen_facts
from lti_app.certificates.verification import Finding, verify
from lti_app.schemes.certificate_layout import CertificateLayout, Orientation
from lti_app.schemes.reading import from_yaml
from lti_app.settings import data_path
from tests.certificate_samples import (
    EXCHANGE,
    LONGEST_NAME,
    ODD_LETTERS,
    SAMPLES,
    SHORTEST,
    STATED,
    TYPICAL,
    with_merits,
)
from tests.signing_keys import p256_key

SCHEMES = sorted((data_path("config") / "schemes").glob("*.yaml"))
FILLED = {**SAMPLES, "odd letters": ODD_LETTERS, "a hundred merits": with_merits(100)}
REVISION = b"1 0 obj\n<</A 1>>\nendobj\nstartxref\n0\n%%EOF\n"
CREDENTIAL = b'{"type": ["VerifiableCredential", "OpenBadgeCredential"]}'


def laid(facts: CertificateFacts, orientation: Orientation) -> CertificateFacts:
    return replace(facts, layout=CertificateLayout(orientation=orientation))


def made(facts: CertificateFacts) -> bytes:
    return make_with(p256_key(), facts, credential=CREDENTIAL)


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("facts", FILLED.values(), ids=FILLED)
def test_it_is_pdf_a_3a_and_pdf_ua_1_and_the_code_can_be_scanned(
    facts: CertificateFacts, orientation: Orientation
) -> None:
    whole = made(laid(facts, orientation))
    assert breaches_of(whole) == ()
    page = pypdfium2.PdfDocument(whole)[0]
    assert (page.get_width() > page.get_height()) is (orientation is Orientation.LANDSCAPE)
    image = page.render(scale=150 / 72).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [facts.verify_url]


FILLINGS = {
    "shortest": ("Bo Ek", 1),
    "typical": ("Åsa Öberg", 3),
    "longest name": (LONGEST_NAME.holder_name, 3),
    "forty merits": ("Åsa Öberg", 40),
    "odd letters": (ODD_LETTERS.holder_name, 3),
}


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("file", SCHEMES, ids=lambda file: file.stem)
def test_so_is_that_of_every_bundled_scheme(file: Any, filling: str) -> None:
    """In Swedish and English, which every page of it is in."""
    name, merits = FILLINGS[filling]
    document = from_yaml(file.read_text("utf-8"), file.name)
    facts = specimen_facts(
        document, name=name, merits=merits, public_url="https://cim.example.org", issued_on=date(2026, 11, 21)
    )
    whole = made(facts)
    assert breaches_of(whole) == ()
    flipped = whole[:20_000] + bytes([whole[20_000] ^ 1]) + whole[20_001:]
    told = [verify(each, [p256_key().certificate]) for each in (whole, flipped, whole + REVISION)]
    assert [each.finding for each in told] == [Finding.VALID, Finding.CHANGED, Finding.EXTENDED]
    assert told[0].covers_whole_file
    said = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(whole))
    for title in (document.certificate.title.sv, document.certificate.title.en):
        assert title in " ".join(said.split())


@settings(max_examples=10)
@given(st.text(ALPHABET, min_size=12, max_size=12))
def test_it_is_so_whatever_code_it_has(code: str) -> None:
    facts = replace(SHORTEST, code=code, verify_url=f"https://cim.example.org/verify/{grouped(code)}")
    require_conforming(draw(facts, credential=attachable(code.encode())))


def test_what_breaks_a_rule_is_said_with_its_clause() -> None:
    whole = draw(TYPICAL)
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        del pdf.Root.StructTreeRoot
        changed = io.BytesIO()
        pdf.save(changed)
    with pytest.raises(NotConforming, match=r"PDFUA1|PDF/UA"):
        require_conforming(changed.getvalue())
    with pytest.raises(NotConforming, match="unreadable"):
        require_conforming(b"no PDF")


def test_the_same_facts_give_the_same_bytes_before_signing() -> None:
    for facts in (TYPICAL, with_merits(40)):
        assert draw(facts, credential=CREDENTIAL) == draw(facts, credential=CREDENTIAL)
    assert draw(TYPICAL) != draw(replace(TYPICAL, issued_on=date(2026, 11, 22)))


def test_the_credential_is_attached_byte_for_byte_as_data() -> None:
    with pikepdf.open(io.BytesIO(made(TYPICAL))) as pdf:
        (attached,) = pdf.Root.AF
        assert attached.AFRelationship == "/Data"
        assert attached.EF.F.Subtype == "/application/json"
        assert attached.EF.F.read_bytes() == CREDENTIAL
        assert pdf.attachments["credential.json"].get_file().read_bytes() == CREDENTIAL
    with pikepdf.open(io.BytesIO(draw(TYPICAL))) as pdf:
        assert "/AF" not in pdf.Root


def elements(node: pikepdf.Object, depth: int = 0) -> Iterator[tuple[int, pikepdf.Object]]:
    yield depth, node
    for kid in node.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid, depth + 1)


def outline(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    return [(depth, str(each.S)[1:]) for depth, each in elements(pdf.Root.StructTreeRoot.K[0])]


def test_the_structure_is_that_of_a_document_with_headings_lists_figure_link_and_form() -> None:
    with pikepdf.open(io.BytesIO(draw(TYPICAL))) as pdf:
        found = outline(pdf)
        roles = [role for _, role in found]
        assert roles[0] == "Document"
        assert [role for role in roles if role[0] == "H"] == ["H1", "H2", "H2", "H2"]
        assert roles.count("L") == roles.count("LI") == roles.count("LBody") == 3
        assert roles.count("Figure") == roles.count("Link") == roles.count("Form") == 1
        assert roles[-1] == "Form"
        by_role = {str(each.S)[1:]: each for _, each in elements(pdf.Root.StructTreeRoot.K[0])}
        assert str(by_role["Figure"].Alt) == f"QR code of {TYPICAL.verify_url}"
        assert len(by_role["Figure"].A.BBox) == 4
        swedish, english = by_role["H1"].K
        assert swedish.Type == "/MCR"
        assert (str(english.S), str(english.Lang)) == ("/Span", "en")
        (link,) = (each for each in pdf.pages[0].Annots if each.Subtype == "/Link")
        assert str(link.Contents) == str(link.A.URI) == TYPICAL.verify_url


def test_every_mark_and_annotation_finds_its_way_back_to_its_element() -> None:
    with pikepdf.open(io.BytesIO(draw(with_merits(100)))) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert len(pdf.pages) > 2
        for page in pdf.pages:
            owners = parents[int(page.StructParents)]
            content = page.Contents.read_bytes()
            marked = [int(mcid) for mcid in re.findall(rb"/MCID (\d+)", content)]
            assert marked == list(range(len(owners)))
            for mcid, owner in enumerate(owners):
                assert any(
                    kid.get("/MCID") == mcid and kid.Pg.objgen == page.obj.objgen
                    for kid in owner.K
                    if isinstance(kid, pikepdf.Dictionary)
                )
            for annotation in page.get("/Annots", []):
                owner = parents[int(annotation.StructParent)]
                assert any(kid.get("/Obj", owner).objgen == annotation.objgen for kid in owner.K)


def test_a_list_goes_on_overleaf_and_what_is_printed_again_is_read_once() -> None:
    with pikepdf.open(io.BytesIO(draw(with_merits(100)))) as pdf:
        assert len(pdf.pages) > 2
        roles = [role for _, role in outline(pdf)]
        assert roles.count("LI") == 100
        assert roles.count("L") == roles.count("H3") == 4
        assert roles.count("H2") == 1


def test_the_text_comes_in_reading_order() -> None:
    whole = made(replace(STATED, merits=with_merits(8).merits))
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        order = [
            (kid.Pg.objgen, int(kid.MCID))
            for _, each in elements(pdf.Root.StructTreeRoot.K[0])
            for kid in each.get("/K", [])
            if isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid
        ]
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        places = [(pages[page], mcid) for page, mcid in order]
        assert places == sorted(places), "the tree says what the pages draw, in the same order"
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(whole)]
    text = " ".join(" ".join(texts).split())
    expected = (
        "Lunds universitet",
        "Diplom över internationella meriter",
        "Härmed intygas att",
        "Åsa Maria Öberg-Lindström",
        "Läkarprogrammet",
        "Study Programme in Medicine",
        "har uppfyllt fordringarna",
        "Kristina Åkesson",
        "Kontrollera äktheten",
        "Utfärdat den",
        "Ordning: Lund, medicin",
        "Scheme: Lund, Medicine",
    )
    found = [text.index(words) for words in expected]
    assert found == sorted(found)


def test_the_two_descriptions_of_a_file_say_the_same() -> None:
    with pikepdf.open(io.BytesIO(made(TYPICAL))) as pdf:
        xmp = pdf.Root.Metadata.read_bytes().decode()
        assert "/Filter" not in pdf.Root.Metadata
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261121120000+00'00'"
        assert xmp.count("2026-11-21T12:00:00+00:00") == 3
        assert str(pdf.docinfo["/Title"]) in xmp
        assert "<pdfaid:part>3</pdfaid:part>" in xmp
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
        assert "pdfaExtension:schemas" in xmp
        assert pdf.Root.get("/Version") in {None, "/1.7"}
        assert "/Extensions" not in pdf.Root
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True


def test_a_title_with_signs_of_xml_is_written_as_it_is() -> None:
    facts = replace(TYPICAL, title=replace(TYPICAL.title, en="R&D <Merits> “x”"))
    whole = draw(facts)
    assert breaches_of(whole) == ()
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("R&D <Merits>")


def test_so_is_one_with_every_character_that_the_typeface_has() -> None:
    characters = sorted(char for char in faces()[REGULAR].widths if char.isprintable() and not char.isspace())
    assert len(characters) > 1900
    titles = ("".join(characters[start : start + 60]) for start in range(0, len(characters), 60))
    facts = replace(TYPICAL, merits=tuple(replace(EXCHANGE, title=f"a{title}", place="") for title in titles))
    assert breaches_of(draw(facts)) == ()


ODD = "aÅßﬁ (<&\\)\u0301\u0323\u00ad\u200b\u00a0\u2028\n\t"  # accents, what paints nothing, what breaks lines


@settings(max_examples=20)
@given(st.text(ODD, max_size=40), st.text(ODD, max_size=80))
def test_so_is_one_with_whatever_paints_nothing_or_breaks_a_line(name: str, title: str) -> None:
    merit = replace(SHORTEST.merits[0], title=f"Å{title}")
    assert breaches_of(draw(replace(SHORTEST, holder_name=f"{name}ß", merits=(merit,)))) == ()


@settings(max_examples=20)
@given(st.text("\u00ad\u200b\u200d\u00a0\u0301\u2028\n\t", max_size=10))
def test_one_that_would_have_an_empty_line_for_a_name_or_title_is_refused(unseen: str) -> None:
    merits = (replace(SHORTEST.merits[0], title=unseen),)
    title = replace(SHORTEST.title, en=unseen)
    for facts in ({"holder_name": unseen}, {"merits": merits}, {"title": title}, {"issuer": title}):
        with pytest.raises(NothingToSee, match="is blank"):
            draw(replace(SHORTEST, **facts))


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\ud800", "\ue000", "\uffff"])
def test_what_is_no_character_is_refused_in_words(char: str) -> None:
    with pytest.raises(MissingGlyphs, match=r"U\+"):
        draw(replace(SHORTEST, holder_name=f"Bo{char}"))
